package singletabletest_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// matches has an index whose partition key and sort key are two attributes each.
var matches = schema{key: []string{"PK:S"}, globals: []index{
	{name: "ByRound", key: []string{"Cup:S", "Season:N", "Stage:S", "Game:N"}, partition: 2},
}}

func match(id, cup, season, stage, game string) item {
	return item{"PK": S(id), "Cup": S(cup), "Season": N(season), "Stage": S(stage), "Game": N(game)}
}

func multiKeyCases() (cases []conformanceCase) {
	fill := func(db database) string {
		table := db.table(matches)
		db.put(table, match("1", "c", "26", "final", "1"), match("2", "c", "26", "group", "10"), match("3", "c", "26", "group", "9"),
			match("4", "c", "26", "groups", "1"), match("5", "c", "25", "group", "1"), match("6", "d", "26", "group", "1"),
			item{"PK": S("7"), "Cup": S("c"), "Season": N("26"), "Stage": S("group")}, item{"PK": S("8"), "Cup": S("c"), "Stage": S("group"), "Game": N("1")})
		return table
	}
	round := values{":c": S("c"), ":s": N("26.0")}
	for _, c := range []struct {
		name, condition string
		more            values
		want            []string
	}{
		{"the whole partition", "Cup = :c AND Season = :s", nil, []string{`"1"`, `"3"`, `"2"`, `"4"`}},
		{"its attributes in another order", "Season = :s AND Cup = :c", nil, []string{`"1"`, `"3"`, `"2"`, `"4"`}},
		{"the first sort attribute", "Cup = :c AND Season = :s AND Stage = :g", values{":g": S("group")}, []string{`"3"`, `"2"`}},
		{"a beginning of the first sort attribute", "Cup = :c AND Season = :s AND begins_with(Stage, :g)", values{":g": S("group")}, []string{`"3"`, `"2"`, `"4"`}},
		{"above the first sort attribute", "Cup = :c AND Season = :s AND Stage > :g", values{":g": S("group")}, []string{`"4"`}},
		{"both sort attributes", "Cup = :c AND Season = :s AND Stage = :g AND Game = :n", values{":g": S("group"), ":n": N("10")}, []string{`"2"`}},
		{"a range of the second", "Cup = :c AND Season = :s AND Stage = :g AND Game < :n", values{":g": S("group"), ":n": N("10")}, []string{`"3"`}},
		{"the second between", "Cup = :c AND Season = :s AND Stage = :g AND Game BETWEEN :m AND :n",
			values{":g": S("group"), ":m": N("9"), ":n": N("10")}, []string{`"3"`, `"2"`}},
	} {
		cases = append(cases, conformanceCase{c.name, func(t *testing.T, db database) {
			out := call(t, db.Query, byIndex(fill(db), "ByRound", c.condition, with(round, c.more)))
			same(t, pick(out.Items, "PK"), c.want)
		}})
	}
	for _, c := range []struct {
		name, condition string
		values          values
	}{
		{"a part of the partition key is refused", "Cup = :c", values{":c": S("c")}},
		{"a range in the partition key is refused", "Cup = :c AND Season > :s", round},
		{"a gap in the sort key is refused", "Cup = :c AND Season = :s AND Game = :n", with(round, values{":n": N("1")})},
		{"a condition after a range is refused", "Cup = :c AND Season = :s AND Stage > :g AND Game = :n",
			with(round, values{":g": S("f"), ":n": N("1")})},
		{"a second attribute of another type is refused", "Cup = :c AND Season = :s AND Stage = :g AND Game = :n",
			with(round, values{":g": S("f"), ":n": S("1")})},
	} {
		cases = append(cases, conformanceCase{c.name, func(t *testing.T, db database) {
			refused(t, db.Query, byIndex(fill(db), "ByRound", c.condition, c.values), invalid)
		}})
	}
	return append(cases,
		conformanceCase{"pages carry every attribute of the keys", func(t *testing.T, db database) {
			in := byIndex(fill(db), "ByRound", "Cup = :c AND Season = :s", round)
			in.Limit = new(int32(3))
			pages := pagesOf(t, db, in)
			same(t, pages[0].LastEvaluatedKey, match("2", "c", "26", "group", "10"))
			same(t, pick(pages[1].Items, "PK"), []string{`"4"`})
		}},
		conformanceCase{"an update of one attribute moves an item", func(t *testing.T, db database) {
			table := fill(db)
			call(t, db.UpdateItem, &dynamodb.UpdateItemInput{
				TableName: &table, Key: pk("5"), UpdateExpression: new("ADD Season :one"), ExpressionAttributeValues: values{":one": N("1")},
			})
			call(t, db.UpdateItem, &dynamodb.UpdateItemInput{TableName: &table, Key: pk("3"), UpdateExpression: new("REMOVE Game")})
			out := call(t, db.Query, byIndex(table, "ByRound", "Cup = :c AND Season = :s AND Stage = :g", with(round, values{":g": S("group")})))
			same(t, pick(out.Items, "PK"), []string{`"5"`, `"2"`})
		}},
		conformanceCase{"a key attribute of another type is refused", func(t *testing.T, db database) {
			table := db.table(matches)
			bad := match("1", "c", "26", "final", "1")
			bad["Game"] = S("1")
			refused(t, db.PutItem, &dynamodb.PutItemInput{TableName: &table, Item: bad}, invalid)
		}},
		conformanceCase{"attributes of a key have one limit together", func(t *testing.T, db database) {
			two := schema{key: []string{"PK:S"}, globals: []index{{name: "Two", key: []string{"A:S", "B:S", "C:S", "D:S"}, partition: 2}}}
			table := db.table(two)
			put := func(sizes ...int) *dynamodb.PutItemInput {
				it := item{"PK": S("a")}
				for i, name := range []string{"A", "B", "C", "D"} {
					it[name] = S(strings.Repeat("x", sizes[i]))
				}
				return &dynamodb.PutItemInput{TableName: &table, Item: it}
			}
			call(t, db.PutItem, put(1024, 1024, 512, 512))
			refused(t, db.PutItem, put(1024, 1025, 1, 1), invalid)
			refused(t, db.PutItem, put(1, 1, 512, 513), invalid)
		}},
		conformanceCase{"more than four attributes are refused", func(t *testing.T, db database) {
			five := []string{"A:S", "B:S", "C:S", "D:S", "E:S"}
			partition := schema{key: []string{"PK:S"}, globals: []index{{name: "Five", key: five, partition: 5}}}
			refused(t, db.CreateTable, partition.definition(uniqueName()), invalid)
			sort := schema{key: []string{"PK:S"}, globals: []index{{name: "Five", key: append([]string{"PK:S"}, five...)}}}
			refused(t, db.CreateTable, sort.definition(uniqueName()), invalid)
		}},
		conformanceCase{"four and four are not", func(t *testing.T, db database) {
			table := db.table(schema{key: []string{"PK:S"}, globals: []index{
				{name: "Most", key: []string{"A:S", "B:S", "C:S", "D:S", "E:N", "F:N", "G:N", "H:N"}, partition: 4},
			}})
			want := item{"PK": S("a"), "A": S("1"), "B": S("2"), "C": S("3"), "D": S("4"), "E": N("5"), "F": N("6"), "G": N("7"), "H": N("8")}
			db.put(table, want)
			out := call(t, db.Query, byIndex(table, "Most", "A = :a AND B = :b AND C = :c AND D = :d AND E = :e AND F > :f",
				values{":a": S("1"), ":b": S("2"), ":c": S("3"), ":d": S("4"), ":e": N("5"), ":f": N("5")}))
			same(t, out.Items, []item{want})
		}},
	)
}
