package singletabletest_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func valueCases() (cases []conformanceCase) {
	for _, c := range []struct {
		name   string
		value  value
		phrase string
	}{
		{"an empty string set", SS(), "An string set  may not be empty"},
		{"an empty number set", NS(), "An number set  may not be empty"},
		{"an empty binary set", BS(), "empty"},
		{"a string set with duplicates", SS("a", "b", "a"), "contains duplicates"},
		{"a number set with duplicates", NS("1", "1"), "contains duplicates"},
		{"a number set with duplicates in two spellings", NS("1", "1.0"), "contains duplicates"},
		{"a binary set with duplicates", BS("a", "a"), "contains duplicates"},
		{"NULL that is false", &types.AttributeValueMemberNULL{Value: false}, "Null attribute value types must have the value of true"},
	} {
		cases = append(cases, conformanceCase{c.name + " is refused", func(t *testing.T, db database) {
			table := db.table(byPK)
			for _, v := range []value{c.value, L(c.value), M(item{"x": c.value})} {
				refused(t, db.PutItem, &dynamodb.PutItemInput{TableName: &table, Item: item{"PK": S("a"), "x": v}}, invalid, c.phrase)
			}
			refused(t, db.UpdateItem, &dynamodb.UpdateItemInput{
				TableName: &table, Key: pk("a"), UpdateExpression: new("SET x = :v"), ExpressionAttributeValues: values{":v": c.value},
			}, invalid, c.phrase)
			db.holds(table)
		}})
	}
	for _, c := range []struct {
		name  string
		value value
	}{
		{"an empty string", S("")},
		{"empty bytes", B("")},
		{"an empty list", L()},
		{"an empty map", M(item{})},
		{"an empty string in documents", L(S(""), M(item{"x": S("")}))},
		{"a text of every plane", S("\x00\t\"\\/ <é€🎉\u2028\ufeff")},
		{"a text that looks like JSON", S(`{"S":"a"}`)},
		{"all bytes", B(allBytes())},
		{"a map with awkward names", M(item{"a.b": N("1"), "#x": N("2"), ":y": N("3"), "S": N("4"), "[0]": N("5"), "ünï": N("6")})},
		{"documents in documents", L(L(L()), M(item{"m": M(item{"l": L(NULL(), BOOL(false))})}))},
	} {
		cases = append(cases, conformanceCase{c.name, func(t *testing.T, db database) {
			table := db.table(byPK)
			want := item{"PK": S("a"), "x": c.value}
			db.put(table, want)
			same(t, db.get(table, pk("a")), want)
			out := call(t, db.Scan, &dynamodb.ScanInput{
				TableName: &table, FilterExpression: new("x = :v"), ExpressionAttributeValues: values{":v": c.value},
			})
			same(t, out.Items, []item{want})
		}})
	}
	return append(cases,
		conformanceCase{"an attribute without a name is refused", func(t *testing.T, db database) {
			table := db.table(byPK)
			refused(t, db.PutItem, &dynamodb.PutItemInput{TableName: &table, Item: item{"PK": S("a"), "": N("1")}}, invalid)
			db.holds(table)
		}},
		conformanceCase{"documents of 32 levels", func(t *testing.T, db database) {
			table := db.table(byPK)
			lists, maps := S("x"), S("x")
			for range 31 {
				lists, maps = L(lists), M(item{"m": maps})
			}
			want := item{"PK": S("a"), "l": lists, "m": maps}
			db.put(table, want)
			same(t, db.get(table, pk("a")), want)
		}},
		conformanceCase{"documents of too many levels are refused", func(t *testing.T, db database) {
			table := db.table(byPK)
			lists, maps := S("x"), S("x")
			for range 33 {
				lists, maps = L(lists), M(item{"m": maps})
			}
			for _, v := range []value{lists, maps} {
				refused(t, db.PutItem, &dynamodb.PutItemInput{TableName: &table, Item: item{"PK": S("a"), "x": v}}, invalid, "Nesting Levels have exceeded supported limits")
			}
		}},
		conformanceCase{"sets of strings come back as sets", func(t *testing.T, db database) {
			table := db.table(byPK)
			want := item{"PK": S("a"), "x": SS("b", "a", "C", "ä", "aa"), "y": NS("10", "9", "-1", "0.5"), "z": BS("\x00", "\xff", "a")}
			db.put(table, want)
			same(t, db.get(table, pk("a")), want)
		}},
	)
}

func allBytes() string {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	return string(all)
}

// sizeCases hold items to 400 KB, names and values together.
func sizeCases() []conformanceCase {
	const limit = 400 << 10
	text := func(n int) value { return S(strings.Repeat("x", n)) }
	tooLarge := func(v item) func(*testing.T, database) {
		return func(t *testing.T, db database) {
			table := db.table(byPK)
			refused(t, db.PutItem, &dynamodb.PutItemInput{TableName: &table, Item: with(pk("a"), v)}, invalid, "Item size has exceeded the maximum allowed size")
			db.holds(table)
		}
	}
	fits := func(v item) func(*testing.T, database) {
		return func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, with(pk("a"), v))
			same(t, db.get(table, pk("a")), with(pk("a"), v))
		}
	}
	const key = len("PK" + "a")
	return []conformanceCase{
		{"the largest item", fits(item{"x": text(limit - key - 1)})},
		{"a byte too many", tooLarge(item{"x": text(limit - key)})},
		{"names count", tooLarge(item{strings.Repeat("n", 100): text(limit - key - 99)})},
		{"names count and may just fit", fits(item{strings.Repeat("n", 100): text(limit - key - 100)})},
		{"letters count in bytes", tooLarge(item{"x": S(strings.Repeat("é", limit/2))})},
		{"bytes count as they are, without their encoding", fits(item{"x": B(strings.Repeat("\xff", limit-key-1))})},
		{"bytes too many", tooLarge(item{"x": B(strings.Repeat("\xff", limit-key))})},
		{"sets count their elements", tooLarge(item{"x": SS(strings.Repeat("a", limit/2), strings.Repeat("b", limit/2))})},
		{"a list that fits with its overhead", fits(item{"x": L(text(limit - key - 1 - 3 - 1))})},
		{"a list's overhead counts", tooLarge(item{"x": L(text(limit - key - 1 - 3))})},
		{"an item that grows too large", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, item{"PK": S("a"), "x": text(limit - 10)})
			refused(t, db.UpdateItem, &dynamodb.UpdateItemInput{
				TableName: &table, Key: pk("a"), UpdateExpression: new("SET y = :v"), ExpressionAttributeValues: values{":v": text(100)},
			}, invalid, "Item size to update has exceeded the maximum allowed size")
			db.holds(table, item{"PK": S("a"), "x": text(limit - 10)})
		}},
		{"an item that shrinks", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, item{"PK": S("a"), "x": text(limit - 10)})
			call(t, db.UpdateItem, &dynamodb.UpdateItemInput{
				TableName: &table, Key: pk("a"), UpdateExpression: new("REMOVE x SET y = :v"), ExpressionAttributeValues: values{":v": text(100)},
			})
			db.holds(table, item{"PK": S("a"), "y": text(100)})
		}},
	}
}
