package singletabletest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// An update turns one item into another. The key is left out of both.
type update struct {
	name       string
	before     item
	expression string
	values     values
	after      item
}

func (u update) run(t *testing.T, db database) {
	table := db.table(byPK)
	db.put(table, with(pk("a"), u.before), pk("another"))
	out := call(t, db.UpdateItem, &dynamodb.UpdateItemInput{
		TableName: &table, Key: pk("a"), UpdateExpression: &u.expression, ExpressionAttributeValues: u.values, ReturnValues: types.ReturnValueAllNew,
	})
	same(t, out, &dynamodb.UpdateItemOutput{Attributes: with(pk("a"), u.after)})
	db.holds(table, with(pk("a"), u.after), pk("another"))
}

func updateCases() (cases []conformanceCase) {
	for _, group := range [][]update{sets, removals, additions, severalSections} {
		for _, u := range group {
			cases = append(cases, conformanceCase{u.name, u.run})
		}
	}
	return cases
}

var sets = []update{
	{"SET a new attribute", item{"x": N("1")}, "SET y = :v", values{":v": S("new")}, item{"x": N("1"), "y": S("new")}},
	{"SET over another type", item{"x": N("1")}, "SET x = :v", values{":v": L(S("new"))}, item{"x": L(S("new"))}},
	{"SET copies an attribute", item{"x": M(item{"a": N("1")})}, "SET y = x", nil, item{"x": M(item{"a": N("1")}), "y": M(item{"a": N("1")})}},
	{"SET copies an element", item{"x": L(N("1"), S("two"))}, "SET y = x[1]", nil, item{"x": L(N("1"), S("two")), "y": S("two")}},
	{"SET to itself", item{"x": N("1")}, "SET x = x", nil, item{"x": N("1")}},
	{"SET swaps, because operands are old values", item{"x": N("1"), "y": S("two")}, "SET x = y, y = x", nil, item{"x": S("two"), "y": N("1")}},
	{"SET reads the value before the change", item{"x": N("1")}, "SET x = :v, y = x", values{":v": N("9")}, item{"x": N("9"), "y": N("1")}},
	{"SET adds", item{"x": N("1")}, "SET x = x + :v", values{":v": N("2.5")}, item{"x": N("3.5")}},
	{"SET subtracts", item{"x": N("1")}, "SET x = x - :v", values{":v": N("2.5")}, item{"x": N("-1.5")}},
	{"SET adds attributes", item{"x": N("1"), "y": N("2")}, "SET z = x + y", nil, item{"x": N("1"), "y": N("2"), "z": N("3")}},
	{"SET adds an attribute to itself", item{"x": N("4")}, "SET x = x + x", nil, item{"x": N("8")}},
	{"SET subtracts from a value", item{"x": N("4")}, "SET x = :v - x", values{":v": N("10")}, item{"x": N("6")}},
	{"SET adds exactly", item{"x": N("0.1")}, "SET x = x + :v", values{":v": N("0.2")}, item{"x": N("0.3")}},
	{"SET adds with 38 digits", item{"x": N("99999999999999999999999999999999999998")}, "SET x = x + :v", values{":v": N("1")},
		item{"x": N("99999999999999999999999999999999999999")}},
	{"SET to a sum in parentheses", item{"x": N("1")}, "SET x = (x + :v)", values{":v": N("1")}, item{"x": N("2")}},
	{"if_not_exists of what exists", item{"x": N("1")}, "SET x = if_not_exists(x, :v)", values{":v": N("9")}, item{"x": N("1")}},
	{"if_not_exists of what does not", item{}, "SET x = if_not_exists(x, :v)", values{":v": N("9")}, item{"x": N("9")}},
	{"if_not_exists of NULL", item{"x": NULL()}, "SET y = if_not_exists(x, :v)", values{":v": N("9")}, item{"x": NULL(), "y": NULL()}},
	{"if_not_exists of another attribute", item{"y": S("why")}, "SET x = if_not_exists(z, y)", nil, item{"x": S("why"), "y": S("why")}},
	{"if_not_exists of a nested path", item{"m": M(item{})}, "SET m.n = if_not_exists(m.n, :v)", values{":v": N("0")}, item{"m": M(item{"n": N("0")})}},
	{"if_not_exists of a path below what is missing", item{}, "SET x = if_not_exists(m.n[0], :v)", values{":v": N("0")}, item{"x": N("0")}},
	{"if_not_exists in if_not_exists", item{}, "SET x = if_not_exists(x, if_not_exists(y, :v))", values{":v": N("9")}, item{"x": N("9")}},
	{"a counter that starts by itself", item{}, "SET x = if_not_exists(x, :zero) + :one", values{":zero": N("0"), ":one": N("1")}, item{"x": N("1")}},
	{"list_append at the end", item{"l": L(N("1"))}, "SET l = list_append(l, :v)", values{":v": L(N("2"), S("3"))}, item{"l": L(N("1"), N("2"), S("3"))}},
	{"list_append at the front", item{"l": L(N("1"))}, "SET l = list_append(:v, l)", values{":v": L(N("0"))}, item{"l": L(N("0"), N("1"))}},
	{"list_append of a list to itself", item{"l": L(N("1"), N("2"))}, "SET k = list_append(l, l)", nil,
		item{"l": L(N("1"), N("2")), "k": L(N("1"), N("2"), N("1"), N("2"))}},
	{"list_append that starts by itself", item{}, "SET l = list_append(if_not_exists(l, :none), :v)", values{":none": L(), ":v": L(N("1"))}, item{"l": L(N("1"))}},
	{"SET a member of a map", item{"m": M(item{"a": N("1")})}, "SET m.b = :v, m.a = :v", values{":v": N("2")}, item{"m": M(item{"a": N("2"), "b": N("2")})}},
	{"SET deep in a document", item{"m": M(item{"l": L(M(item{"x": N("1")}))})}, "SET m.l[0].x = m.l[0].x + :v", values{":v": N("1")},
		item{"m": M(item{"l": L(M(item{"x": N("2")}))})}},
	{"SET an element", item{"l": L(N("0"), N("1"), N("2"))}, "SET l[1] = :v", values{":v": S("one")}, item{"l": L(N("0"), S("one"), N("2"))}},
	{"SET right behind the end appends", item{"l": L(N("0"))}, "SET l[1] = :v", values{":v": N("1")}, item{"l": L(N("0"), N("1"))}},
	{"SET past the end appends", item{"l": L(N("0"))}, "SET l[5] = :v", values{":v": N("1")}, item{"l": L(N("0"), N("1"))}},
	{"SET twice past the end appends by index", item{"l": L()}, "SET l[20] = :b, l[10] = :a", values{":a": N("1"), ":b": N("2")}, item{"l": L(N("1"), N("2"))}},
	{"SET an element from another", item{"l": L(N("0"), N("1"))}, "SET l[0] = l[1], l[1] = l[0]", nil, item{"l": L(N("1"), N("0"))}},
	{"SET an empty string, list, map and bytes", item{}, "SET a = :a, b = :b, c = :c, d = :d", values{":a": S(""), ":b": L(), ":c": M(item{}), ":d": B("")},
		item{"a": S(""), "b": L(), "c": M(item{}), "d": B("")}},
}

var removals = []update{
	{"REMOVE attributes", item{"x": N("1"), "y": N("2"), "z": N("3")}, "REMOVE x, z", nil, item{"y": N("2")}},
	{"REMOVE a missing attribute", item{"x": N("1")}, "REMOVE y", nil, item{"x": N("1")}},
	{"REMOVE a member", item{"m": M(item{"a": N("1"), "b": N("2")})}, "REMOVE m.a", nil, item{"m": M(item{"b": N("2")})}},
	{"REMOVE the last member leaves an empty map", item{"m": M(item{"a": N("1")})}, "REMOVE m.a", nil, item{"m": M(item{})}},
	{"REMOVE a missing member", item{"m": M(item{"a": N("1")})}, "REMOVE m.b", nil, item{"m": M(item{"a": N("1")})}},
	{"REMOVE an element closes the gap", item{"l": L(N("0"), N("1"), N("2"))}, "REMOVE l[1]", nil, item{"l": L(N("0"), N("2"))}},
	{"REMOVE elements by their old indexes", item{"l": L(N("0"), N("1"), N("2"), N("3"))}, "REMOVE l[0], l[2]", nil, item{"l": L(N("1"), N("3"))}},
	{"REMOVE every element leaves an empty list", item{"l": L(N("0"), N("1"))}, "REMOVE l[1], l[0]", nil, item{"l": L()}},
	{"REMOVE past the end", item{"l": L(N("0"))}, "REMOVE l[7]", nil, item{"l": L(N("0"))}},
	{"REMOVE inside an element", item{"l": L(M(item{"a": N("1"), "b": N("2")}))}, "REMOVE l[0].a", nil, item{"l": L(M(item{"b": N("2")}))}},
}

var additions = []update{
	{"ADD to a number", item{"x": N("1")}, "ADD x :v", values{":v": N("2")}, item{"x": N("3")}},
	{"ADD a negative number", item{"x": N("1")}, "ADD x :v", values{":v": N("-2")}, item{"x": N("-1")}},
	{"ADD to a missing number", item{}, "ADD x :v", values{":v": N("-2")}, item{"x": N("-2")}},
	{"ADD to nested numbers", item{"m": M(item{"a": N("1")})}, "ADD m.a :v, m.b :v", values{":v": N("2")}, item{"m": M(item{"a": N("3"), "b": N("2")})}},
	{"ADD to a string set", item{"x": SS("a", "b")}, "ADD x :v", values{":v": SS("b", "c")}, item{"x": SS("a", "b", "c")}},
	{"ADD to a number set by value", item{"x": NS("1", "2")}, "ADD x :v", values{":v": NS("2.0", "3")}, item{"x": NS("1", "2", "3")}},
	{"ADD to a binary set", item{"x": BS("a")}, "ADD x :v", values{":v": BS("b")}, item{"x": BS("a", "b")}},
	{"ADD to a missing set", item{}, "ADD x :v", values{":v": SS("a")}, item{"x": SS("a")}},
	{"DELETE from a set", item{"x": SS("a", "b", "c")}, "DELETE x :v", values{":v": SS("a", "c", "z")}, item{"x": SS("b")}},
	{"DELETE from a number set by value", item{"x": NS("1", "2")}, "DELETE x :v", values{":v": NS("1.0")}, item{"x": NS("2")}},
	{"DELETE the whole set removes it", item{"x": BS("a"), "y": N("1")}, "DELETE x :v", values{":v": BS("a")}, item{"y": N("1")}},
	{"DELETE from a nested set", item{"m": M(item{"x": SS("a")})}, "DELETE m.x :v", values{":v": SS("a")}, item{"m": M(item{})}},
	{"DELETE from a missing set", item{"y": N("1")}, "DELETE x :v", values{":v": SS("a")}, item{"y": N("1")}},
}

var severalSections = []update{
	{"all four sections", item{"a": N("1"), "b": N("2"), "c": N("3"), "d": SS("x", "y")}, "SET a = :v REMOVE b ADD c :v DELETE d :s",
		values{":v": N("7"), ":s": SS("x")}, item{"a": N("7"), "c": N("10"), "d": SS("y")}},
	{"sections in any order and case", item{"b": N("2"), "c": N("3")}, "add c :v remove b set a = :v", values{":v": N("7")}, item{"a": N("7"), "c": N("10")}},
	{"a removed attribute can still be read", item{"x": N("1")}, "REMOVE x SET y = x", nil, item{"y": N("1")}},
	{"an added number is read as it was", item{"x": N("1")}, "ADD x :v SET y = x", values{":v": N("1")}, item{"x": N("2"), "y": N("1")}},
	{"REMOVE and SET in one list use old indexes", item{"l": L(N("0"), N("1"), N("2"))}, "REMOVE l[0] SET l[1] = :v", values{":v": S("one")},
		item{"l": L(S("one"), N("2"))}},
	{"REMOVE and append in one list", item{"l": L(N("0"), N("1"))}, "REMOVE l[0] SET l[9] = :v", values{":v": S("end")}, item{"l": L(N("1"), S("end"))}},
}
