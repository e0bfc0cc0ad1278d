package singletabletest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// query is the request for the items of a partition whose sort keys fulfil a condition.
func query(table, condition string, v values) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{TableName: &table, KeyConditionExpression: &condition, ExpressionAttributeValues: v}
}

// queryCases hold every key condition against one partition, whose neighbours must stay out of the answer.
func queryCases() (cases []conformanceCase) {
	p := S("p")
	for _, c := range []struct {
		name, condition string
		values          values
		want            []string
	}{
		{"a partition", "PK = :p", values{":p": p}, []string{"B", "a", "b", "b#1", "b#2", "c", "é"}},
		{"a partition that is empty", "PK = :p", values{":p": S("nobody")}, nil},
		{"one key", "PK = :p AND SK = :v", values{":p": p, ":v": S("b")}, []string{"b"}},
		{"one key that is missing", "PK = :p AND SK = :v", values{":p": p, ":v": S("bb")}, nil},
		{"below", "PK = :p AND SK < :v", values{":p": p, ":v": S("b")}, []string{"B", "a"}},
		{"at most", "PK = :p AND SK <= :v", values{":p": p, ":v": S("b")}, []string{"B", "a", "b"}},
		{"above", "PK = :p AND SK > :v", values{":p": p, ":v": S("b#1")}, []string{"b#2", "c", "é"}},
		{"at least", "PK = :p AND SK >= :v", values{":p": p, ":v": S("b#1")}, []string{"b#1", "b#2", "c", "é"}},
		{"between, both ends in", "PK = :p AND SK BETWEEN :v AND :w", values{":p": p, ":v": S("a"), ":w": S("b#1")}, []string{"a", "b", "b#1"}},
		{"between keys that are missing", "PK = :p AND SK BETWEEN :v AND :w", values{":p": p, ":v": S("aa"), ":w": S("b!")}, []string{"b"}},
		{"begins_with", "PK = :p AND begins_with(SK, :v)", values{":p": p, ":v": S("b#")}, []string{"b#1", "b#2"}},
		{"begins_with what is a whole key", "PK = :p AND begins_with(SK, :v)", values{":p": p, ":v": S("b")}, []string{"b", "b#1", "b#2"}},
		{"begins_with nothing that is there", "PK = :p AND begins_with(SK, :v)", values{":p": p, ":v": S("z")}, nil},
		{"the sort key first", "SK = :v AND PK = :p", values{":p": p, ":v": S("c")}, []string{"c"}},
		{"values first", ":p = PK AND :v < SK", values{":p": p, ":v": S("c")}, []string{"é"}},
		{"parentheses", "(PK = :p) AND (SK = :v)", values{":p": p, ":v": S("c")}, []string{"c"}},
		{"parentheses around all", "(PK = :p AND begins_with(SK, :v))", values{":p": p, ":v": S("c")}, []string{"c"}},
	} {
		cases = append(cases, conformanceCase{c.name, func(t *testing.T, db database) {
			table := db.table(byPKSK)
			var want, reversed []item
			for _, k := range []string{"b", "é", "b#2", "a", "B", "b#1", "c"} {
				db.put(table, pksk("p", k))
			}
			db.put(table, pksk("o", "b"), pksk("q", "b"), pksk("p#", "b"))
			for _, k := range c.want {
				want = append(want, pksk("p", k))
				reversed = append([]item{pksk("p", k)}, reversed...)
			}
			in := query(table, c.condition, c.values)
			n := int32(len(want))
			same(t, call(t, db.Query, in), &dynamodb.QueryOutput{Items: append([]item{}, want...), Count: n, ScannedCount: n})
			in.ScanIndexForward, in.ConsistentRead = new(false), new(true)
			same(t, call(t, db.Query, in), &dynamodb.QueryOutput{Items: append([]item{}, reversed...), Count: n, ScannedCount: n})
		}})
	}
	return append(cases,
		conformanceCase{"a table without a sort key", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, pk("a"), pk("b"))
			same(t, call(t, db.Query, query(table, "PK = :p", values{":p": S("b")})), &dynamodb.QueryOutput{Items: []item{pk("b")}, Count: 1, ScannedCount: 1})
		}},
		conformanceCase{"names in the key condition", func(t *testing.T, db database) {
			table := db.table(schema{key: []string{"name:S", "year:N"}})
			db.put(table, item{"name": S("a"), "year": N("1")}, item{"name": S("a"), "year": N("2")})
			in := query(table, "#n = :n AND #y > :y", values{":n": S("a"), ":y": N("1.0")})
			in.ExpressionAttributeNames = names{"#n": "name", "#y": "year"}
			same(t, call(t, db.Query, in).Items, []item{{"name": S("a"), "year": N("2")}})
		}},
		conformanceCase{"a filter counts apart from what was read", func(t *testing.T, db database) {
			table := db.table(byPKSK)
			for _, x := range []string{"1", "2", "3", "4", "5"} {
				db.put(table, with(pksk("p", x), item{"x": N(x)}))
			}
			in := query(table, "PK = :p AND SK > :s", values{":p": S("p"), ":s": S("1"), ":v": N("4")})
			in.FilterExpression = new("x >= :v")
			same(t, call(t, db.Query, in), &dynamodb.QueryOutput{
				Items: []item{with(pksk("p", "4"), item{"x": N("4")}), with(pksk("p", "5"), item{"x": N("5")})}, Count: 2, ScannedCount: 4,
			})
		}},
		conformanceCase{"a projection", func(t *testing.T, db database) {
			table := db.table(byPKSK)
			db.put(table, with(pksk("p", "1"), sampleWithoutKey()), pksk("p", "2"))
			in := query(table, "PK = :p", values{":p": S("p")})
			in.ProjectionExpression = new("m.b.c, SK")
			same(t, call(t, db.Query, in), &dynamodb.QueryOutput{
				Items: []item{{"SK": S("1"), "m": M(item{"b": M(item{"c": N("2")})})}, {"SK": S("2")}}, Count: 2, ScannedCount: 2,
			})
		}},
		conformanceCase{"a filter may use what is not projected", func(t *testing.T, db database) {
			table := db.table(byPKSK)
			db.put(table, with(pksk("p", "1"), item{"x": N("1"), "y": N("2")}))
			in := query(table, "PK = :p", values{":p": S("p"), ":v": N("1")})
			in.FilterExpression, in.ProjectionExpression = new("x = :v"), new("y")
			same(t, call(t, db.Query, in).Items, []item{{"y": N("2")}})
		}},
	)
}

func sampleWithoutKey() item {
	s := sample()
	delete(s, "PK")
	return s
}

func orderCases() (cases []conformanceCase) {
	for _, c := range []struct {
		name, kind string
		order      []value
	}{
		{"strings by bytes", "S", []value{S(" "), S("#"), S("0"), S("10"), S("9"), S("A"), S("Z"), S("a"), S("aa"), S("b"), S("~"), S("é"), S("ｚ"), S("🎉")}},
		{"numbers by value", "N", []value{N("-10"), N("-9"), N("-0.5"), N("0"), N("0.25"), N("1"), N("9"), N("10"), N("100")}},
		{"binaries as unsigned bytes", "B", []value{B("\x00"), B("\x00\x00"), B("\x00\x01"), B("\x01"), B("\x7f"), B("\x80"), B("\xff"), B("\xff\x00")}},
	} {
		cases = append(cases, conformanceCase{c.name, func(t *testing.T, db database) {
			table := db.table(schema{key: []string{"PK:S", "SK:" + c.kind}})
			var want []string
			for i, k := range c.order {
				want = append(want, show(k))
				db.put(table, item{"PK": S("p"), "SK": c.order[(i*5+2)%len(c.order)]})
			}
			all := query(table, "PK = :p", values{":p": S("p")})
			same(t, pick(call(t, db.Query, all).Items, "SK"), want)
			middle := len(want) / 2
			above := query(table, "PK = :p AND SK > :v", values{":p": S("p"), ":v": c.order[middle]})
			same(t, pick(call(t, db.Query, above).Items, "SK"), want[middle+1:])
			below := query(table, "PK = :p AND SK <= :v", values{":p": S("p"), ":v": c.order[middle]})
			same(t, pick(call(t, db.Query, below).Items, "SK"), want[:middle+1])
		}})
	}
	return append(cases, conformanceCase{"binaries that begin alike", func(t *testing.T, db database) {
		table := db.table(schema{key: []string{"PK:S", "SK:B"}})
		for _, k := range []string{"\xff", "\xff\x00", "\xff\xff", "\xfe\xff", "\x00"} {
			db.put(table, item{"PK": S("p"), "SK": B(k)})
		}
		out := call(t, db.Query, query(table, "PK = :p AND begins_with(SK, :v)", values{":p": S("p"), ":v": B("\xff")}))
		same(t, out.Items, []item{
			{"PK": S("p"), "SK": B("\xff")}, {"PK": S("p"), "SK": B("\xff\x00")}, {"PK": S("p"), "SK": B("\xff\xff")},
		})
	}})
}

func selectCases() []conformanceCase {
	fill := func(db database) (string, *dynamodb.QueryInput) {
		table := db.table(byPKSK)
		db.put(table, with(pksk("p", "1"), item{"x": N("1"), "y": N("1")}), with(pksk("p", "2"), item{"x": N("2")}))
		return table, query(table, "PK = :p", values{":p": S("p")})
	}
	return []conformanceCase{
		{"COUNT", func(t *testing.T, db database) {
			_, in := fill(db)
			in.Select = types.SelectCount
			same(t, call(t, db.Query, in), &dynamodb.QueryOutput{Count: 2, ScannedCount: 2})
		}},
		{"COUNT with a filter", func(t *testing.T, db database) {
			_, in := fill(db)
			in.Select, in.FilterExpression = types.SelectCount, new("attribute_exists(y)")
			same(t, call(t, db.Query, in), &dynamodb.QueryOutput{Count: 1, ScannedCount: 2})
		}},
		{"COUNT of a scan", func(t *testing.T, db database) {
			table, _ := fill(db)
			out := call(t, db.Scan, &dynamodb.ScanInput{TableName: &table, Select: types.SelectCount})
			same(t, out, &dynamodb.ScanOutput{Count: 2, ScannedCount: 2})
		}},
		{"ALL_ATTRIBUTES", func(t *testing.T, db database) {
			_, in := fill(db)
			in.Select = types.SelectAllAttributes
			same(t, pick(call(t, db.Query, in).Items, "x"), []string{"1", "2"})
		}},
		{"SPECIFIC_ATTRIBUTES with a projection", func(t *testing.T, db database) {
			_, in := fill(db)
			in.Select, in.ProjectionExpression = types.SelectSpecificAttributes, new("y")
			same(t, call(t, db.Query, in).Items, []item{{"y": N("1")}, {}})
		}},
		{"SPECIFIC_ATTRIBUTES without a projection is refused", func(t *testing.T, db database) {
			_, in := fill(db)
			in.Select = types.SelectSpecificAttributes
			refused(t, db.Query, in, invalid)
		}},
		{"COUNT with a projection is refused", func(t *testing.T, db database) {
			_, in := fill(db)
			in.Select, in.ProjectionExpression = types.SelectCount, new("y")
			refused(t, db.Query, in, invalid, "Cannot specify the ProjectionExpression when choosing to get only the Count")
		}},
		{"ALL_ATTRIBUTES with a projection is refused", func(t *testing.T, db database) {
			_, in := fill(db)
			in.Select, in.ProjectionExpression = types.SelectAllAttributes, new("y")
			refused(t, db.Query, in, invalid, "Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES")
		}},
		{"ALL_PROJECTED_ATTRIBUTES without an index is refused", func(t *testing.T, db database) {
			_, in := fill(db)
			in.Select = types.SelectAllProjectedAttributes
			refused(t, db.Query, in, invalid, "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
		}},
	}
}
