package singletabletest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

func getCases() []conformanceCase {
	return []conformanceCase{
		{"an item in full", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, sample())
			same(t, call(t, db.GetItem, &dynamodb.GetItemInput{TableName: &table, Key: pk("a")}), &dynamodb.GetItemOutput{Item: sample()})
		}},
		{"no item", func(t *testing.T, db database) {
			table := db.table(byPKSK)
			db.put(table, pksk("a", "1"))
			same(t, call(t, db.GetItem, &dynamodb.GetItemInput{TableName: &table, Key: pksk("a", "2")}), &dynamodb.GetItemOutput{})
		}},
		{"no item, with a projection", func(t *testing.T, db database) {
			table := db.table(byPK)
			same(t, call(t, db.GetItem, &dynamodb.GetItemInput{
				TableName: &table, Key: pk("a"), ProjectionExpression: new("x"),
			}), &dynamodb.GetItemOutput{})
		}},
		{"a number key is one number however it is spelt", func(t *testing.T, db database) {
			table := db.table(schema{key: []string{"PK:N", "SK:N"}})
			db.put(table, item{"PK": N("1.0"), "SK": N("-0"), "x": N("1")}, item{"PK": N("1"), "SK": N("0"), "x": N("2")})
			same(t, db.get(table, item{"PK": N("0.1e1"), "SK": N("0.00")}), item{"PK": N("1"), "SK": N("0"), "x": N("2")})
			db.holds(table, item{"PK": N("1"), "SK": N("0"), "x": N("2")})
		}},
		{"binary keys", func(t *testing.T, db database) {
			table := db.table(schema{key: []string{"PK:B", "SK:B"}})
			one, two := item{"PK": B("\x00"), "SK": B("\xff")}, item{"PK": B("\x00\x00"), "SK": B("\xff")}
			db.put(table, one, two)
			same(t, db.get(table, one), one)
			same(t, db.get(table, two), two)
		}},
		{"keys that read alike when joined", func(t *testing.T, db database) {
			table := db.table(byPKSK)
			items := []item{pksk("a", "b#c"), pksk("a#b", "c"), pksk("ab", "c"), pksk("a", "bc"), pksk("a\x00", "b"), pksk("a", "\x00b")}
			db.put(table, items...)
			db.holds(table, items...)
		}},
	}
}

func projectionCases() (cases []conformanceCase) {
	for _, c := range []struct {
		name, expression string
		want             item
	}{
		{"one attribute", "n", item{"n": N("5")}},
		{"a key", "PK", pk("a")},
		{"what is there of several", "n, q, s", item{"n": N("5"), "s": S("hello")}},
		{"nothing that is there", "q", item{}},
		{"a member", "m.a", item{"m": M(item{"a": N("1")})}},
		{"members of one map", "m.a, m.b.c", item{"m": M(item{"a": N("1"), "b": M(item{"c": N("2")})})}},
		{"a missing member", "m.q", item{}},
		{"a member of what is no map", "s.x", item{}},
		{"an element stands alone in its list", "l[1]", item{"l": L(N("1"))}},
		{"elements keep their order", "l[3], l[0]", item{"l": L(S("zero"), L(N("9"), N("8")))}},
		{"an element right behind the end", "l[4]", item{}},
		{"an element past the end", "l[9]", item{}},
		{"an element of what is no list", "m[0]", item{}},
		{"an element of a set", "ss[0]", item{}},
		{"a member of an element", "l[2].a", item{"l": L(M(item{"a": S("la")}))}},
		{"members of one element", "l[2].b, l[2].a", item{"l": L(M(item{"a": S("la"), "b": S("lb")}))}},
		{"an element of an element", "l[3][1]", item{"l": L(L(N("8")))}},
		{"an element of a member", "m.l[1], m.a", item{"m": M(item{"a": N("1"), "l": L(N("8"))})}},
		{"elements and members of elements", "l[2].a, l[0], n", item{"n": N("5"), "l": L(S("zero"), M(item{"a": S("la")}))}},
		{"space in paths", " m . a ,l [ 1 ] ", item{"m": M(item{"a": N("1")}), "l": L(N("1"))}},
		{"whole documents and sets", "m.b, ss, nul", item{"m": M(item{"b": M(item{"c": N("2"), "d": N("3")})}), "ss": SS("a", "b"), "nul": NULL()}},
	} {
		cases = append(cases, conformanceCase{c.name, func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, sample())
			got := call(t, db.GetItem, &dynamodb.GetItemInput{TableName: &table, Key: pk("a"), ProjectionExpression: &c.expression})
			same(t, got, &dynamodb.GetItemOutput{Item: c.want})
			scanned := call(t, db.Scan, &dynamodb.ScanInput{TableName: &table, ProjectionExpression: &c.expression})
			same(t, scanned, &dynamodb.ScanOutput{Items: []item{c.want}, Count: 1, ScannedCount: 1})
		}})
	}
	for _, c := range []struct{ name, expression, phrase string }{
		{"nothing is refused", "", "The expression can not be empty"},
		{"a path twice is refused", "n, n", "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [n], path two: [n]"},
		{"a map and its member are refused", "m.b, m.b.c", "Two document paths overlap with each other"},
		{"a member and its map are refused", "m.b.c, m", "Two document paths overlap with each other"},
		{"a list and its element are refused", "l[0], l", "Two document paths overlap with each other"},
		{"a member and an element of one attribute are refused", "m.a, m[0]", "Two document paths conflict with each other"},
		{"a reserved word is refused", "n, status", "Attribute name is a reserved keyword; reserved keyword: status"},
		{"a value is refused", ":v", "Syntax error"},
		{"a function is refused", "size(n)", "Syntax error"},
		{"a comma at the end is refused", "n,", "Syntax error"},
		{"two paths without a comma are refused", "n s", "Syntax error"},
		{"an undefined name is refused", "#n", "An expression attribute name used in the document path is not defined; attribute name: #n"},
	} {
		cases = append(cases, conformanceCase{c.name, func(t *testing.T, db database) {
			table := db.table(byPK)
			refused(t, db.GetItem, &dynamodb.GetItemInput{TableName: &table, Key: pk("a"), ProjectionExpression: &c.expression},
				invalid, "Invalid ProjectionExpression: "+c.phrase)
		}})
	}
	return append(cases, conformanceCase{"names stand for attributes", func(t *testing.T, db database) {
		table := db.table(byPK)
		db.put(table, sample())
		got := call(t, db.GetItem, &dynamodb.GetItemInput{
			TableName: &table, Key: pk("a"), ProjectionExpression: new("#d, #m.#a, #m.b.d"),
			ExpressionAttributeNames: names{"#d": "dotted.name", "#m": "m", "#a": "a"},
		})
		same(t, got.Item, item{"dotted.name": N("7"), "m": M(item{"a": N("1"), "b": M(item{"d": N("3")})})})
	}})
}
