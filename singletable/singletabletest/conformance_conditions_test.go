package singletabletest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// sample is the item that conditions and projections are held against.
func sample() item {
	return item{
		"PK": S("a"), "n": N("5"), "s": S("hello"), "b": B("\x01\x02\x03"), "t": BOOL(true), "nul": NULL(), "blank": S(""), "noBytes": B(""),
		"l":  L(S("zero"), N("1"), M(item{"a": S("la"), "b": S("lb")}), L(N("9"), N("8"))),
		"m":  M(item{"a": N("1"), "b": M(item{"c": N("2"), "d": N("3")}), "l": L(N("9"), N("8"))}),
		"ss": SS("a", "b"), "ns": NS("1", "2"), "bs": BS("x", "y"), "dotted.name": N("7"),
	}
}

// A condition is true of the sample or it is not, as a condition of a write and as a filter of a scan alike.
type condition struct {
	name       string
	expression string
	values     values
	holds      bool
}

func (c condition) run(t *testing.T, db database) {
	table := db.table(byPK)
	db.put(table, sample())
	found := call(t, db.Scan, &dynamodb.ScanInput{TableName: &table, FilterExpression: &c.expression, ExpressionAttributeValues: c.values})
	in := &dynamodb.PutItemInput{
		TableName: &table, Item: item{"PK": S("a"), "written": BOOL(true)}, ConditionExpression: &c.expression, ExpressionAttributeValues: c.values,
	}
	if !c.holds {
		same(t, found, &dynamodb.ScanOutput{Items: []item{}, ScannedCount: 1})
		refused(t, db.PutItem, in, conditionFailed, "The conditional request failed")
		db.holds(table, sample())
		return
	}
	same(t, found, &dynamodb.ScanOutput{Items: []item{sample()}, Count: 1, ScannedCount: 1})
	call(t, db.PutItem, in)
	db.holds(table, in.Item)
}

func conditionCases() (cases []conformanceCase) {
	for _, group := range [][]condition{comparisons, functions, combinations} {
		for _, c := range group {
			cases = append(cases, conformanceCase{c.name, c.run})
		}
	}
	return cases
}

var comparisons = []condition{
	{"equal strings", "s = :v", values{":v": S("hello")}, true},
	{"strings differ in case", "s = :v", values{":v": S("Hello")}, false},
	{"equal numbers in another spelling", "n = :v", values{":v": N("5.00")}, true},
	{"equal binaries", "b = :v", values{":v": B("\x01\x02\x03")}, true},
	{"equal booleans", "t = :v", values{":v": BOOL(true)}, true},
	{"different booleans", "t = :v", values{":v": BOOL(false)}, false},
	{"equal nulls", "nul = :v", values{":v": NULL()}, true},
	{"equal lists", "m.l = :v", values{":v": L(N("9"), N("8.0"))}, true},
	{"lists have an order", "m.l = :v", values{":v": L(N("8"), N("9"))}, false},
	{"a list is not its beginning", "m.l = :v", values{":v": L(N("9"))}, false},
	{"equal maps", "m.b = :v", values{":v": M(item{"d": N("3"), "c": N("2.0")})}, true},
	{"a map is not a part of it", "m.b = :v", values{":v": M(item{"c": N("2")})}, false},
	{"sets have no order", "ss = :v", values{":v": SS("b", "a")}, true},
	{"number sets compare by value", "ns = :v", values{":v": NS("2.0", "1e0")}, true},
	{"a set is not a part of it", "ss = :v", values{":v": SS("a")}, false},
	{"equal binary sets", "bs = :v", values{":v": BS("y", "x")}, true},
	{"equal empty strings", "blank = :v", values{":v": S("")}, true},
	{"an empty string is not empty bytes", "blank = :v", values{":v": B("")}, false},
	{"a number is not its text", "n = :v", values{":v": S("5")}, false},
	{"a number differs from its text", "n <> :v", values{":v": S("5")}, true},
	{"a missing attribute equals nothing", "q = :v", values{":v": NULL()}, false},
	{"a missing attribute differs from everything", "q <> :v", values{":v": S("x")}, true},
	{"two missing attributes are not equal", "q = r", nil, false},
	{"two missing attributes differ", "q <> r", nil, true},
	{"not equal to itself", "n <> :v", values{":v": N("5")}, false},
	{"a number below", "n < :v", values{":v": N("10")}, true},
	{"a number not below itself", "n < :v", values{":v": N("5")}, false},
	{"a number at most itself", "n <= :v", values{":v": N("5.0")}, true},
	{"a number above a negative one", "n > :v", values{":v": N("-6")}, true},
	{"a number at least", "n >= :v", values{":v": N("5.1")}, false},
	{"strings order by bytes", "s < :v", values{":v": S("hello world")}, true},
	{"upper case sorts first", "s > :v", values{":v": S("ZZZ")}, true},
	{"binaries order as unsigned", "b < :v", values{":v": B("\x80")}, true},
	{"types do not order", "n < :v", values{":v": S("9")}, false},
	{"types do not order the other way either", "n >= :v", values{":v": S("0")}, false},
	{"a missing attribute is not below", "q < :v", values{":v": N("1")}, false},
	{"a missing attribute is not above", "q >= :v", values{":v": N("1")}, false},
	{"values on both sides", ":v < :w", values{":v": N("1"), ":w": N("2")}, true},
	{"a value first", ":v = n", values{":v": N("5")}, true},
	{"attributes on both sides", "m.a < n", nil, true},
	{"attributes of different types", "s = n", nil, false},
	{"between its bounds", "n BETWEEN :v AND :w", values{":v": N("5"), ":w": N("5")}, true},
	{"outside its bounds", "n BETWEEN :v AND :w", values{":v": N("6"), ":w": N("7")}, false},
	{"strings between", "s BETWEEN :v AND :w", values{":v": S("a"), ":w": S("hellp")}, true},
	{"between bounds of another type", "n BETWEEN :v AND :w", values{":v": S("0"), ":w": S("9")}, false},
	{"between attributes", "n BETWEEN m.a AND l[3][0]", nil, true},
	{"a missing attribute is not between", "q BETWEEN :v AND :w", values{":v": N("0"), ":w": N("9")}, false},
	{"in a list", "n IN (:v, :w)", values{":v": N("1"), ":w": N("5.0")}, true},
	{"in a list of one", "s IN (:v)", values{":v": S("hello")}, true},
	{"not in a list", "n IN (:v, :w)", values{":v": N("1"), ":w": S("5")}, false},
	{"in a list of attributes", "m.a IN (s, l[1])", nil, true},
	{"a missing attribute is in no list", "q IN (:v)", values{":v": NULL()}, false},
	{"an element of a list", "l[1] = :v", values{":v": N("1")}, true},
	{"an element of a list in a list", "l[3][1] = :v", values{":v": N("8")}, true},
	{"a member of a map in a list", "l[2].b = :v", values{":v": S("lb")}, true},
	{"past the end of a list", "l[9] = :v", values{":v": N("1")}, false},
	{"a member of what is no map", "n.x = :v", values{":v": N("1")}, false},
	{"an element of what is no list", "m[0] = :v", values{":v": N("1")}, false},
}

var functions = []condition{
	{"an attribute exists", "attribute_exists(n)", nil, true},
	{"an attribute that is NULL exists", "attribute_exists(nul)", nil, true},
	{"a nested attribute exists", "attribute_exists(m.b.c)", nil, true},
	{"a list element exists", "attribute_exists(l[3])", nil, true},
	{"a missing attribute does not exist", "attribute_exists(q)", nil, false},
	{"a missing element does not exist", "attribute_not_exists(l[4])", nil, true},
	{"a missing member does not exist", "attribute_not_exists(m.z)", nil, true},
	{"a member of a string does not exist", "attribute_not_exists(s.z)", nil, true},
	{"an attribute is there", "attribute_not_exists(n)", nil, false},
	{"a type that is right", "attribute_type(n, :v)", values{":v": S("N")}, true},
	{"a type that is wrong", "attribute_type(n, :v)", values{":v": S("S")}, false},
	{"a string set's type", "attribute_type(ss, :v)", values{":v": S("SS")}, true},
	{"a map's type", "attribute_type(m.b, :v)", values{":v": S("M")}, true},
	{"a list's type", "attribute_type(l, :v)", values{":v": S("L")}, true},
	{"a boolean's type", "attribute_type(t, :v)", values{":v": S("BOOL")}, true},
	{"a null's type", "attribute_type(nul, :v)", values{":v": S("NULL")}, true},
	{"a missing attribute has no type", "attribute_type(q, :v)", values{":v": S("NULL")}, false},
	{"a string begins", "begins_with(s, :v)", values{":v": S("hel")}, true},
	{"a string begins with itself", "begins_with(s, :v)", values{":v": S("hello")}, true},
	{"a string does not begin with more", "begins_with(s, :v)", values{":v": S("hello!")}, false},
	{"a binary begins", "begins_with(b, :v)", values{":v": B("\x01\x02")}, true},
	{"a number begins with no text", "begins_with(n, :v)", values{":v": S("5")}, false},
	{"a missing attribute does not begin", "begins_with(q, :v)", values{":v": S("x")}, false},
	{"a value begins with an attribute", "begins_with(:v, s)", values{":v": S("hello world")}, true},
	{"a string contains", "contains(s, :v)", values{":v": S("ell")}, true},
	{"a string does not contain", "contains(s, :v)", values{":v": S("elo")}, false},
	{"a string contains no number", "contains(s, :v)", values{":v": N("1")}, false},
	{"a binary contains", "contains(b, :v)", values{":v": B("\x02\x03")}, true},
	{"a string set contains", "contains(ss, :v)", values{":v": S("b")}, true},
	{"a string set contains whole elements", "contains(ss, :v)", values{":v": S("")}, false},
	{"a number set contains by value", "contains(ns, :v)", values{":v": N("2.0")}, true},
	{"a binary set contains", "contains(bs, :v)", values{":v": B("y")}, true},
	{"a set contains no set", "contains(ss, :v)", values{":v": SS("a")}, false},
	{"a list contains", "contains(l, :v)", values{":v": N("1.0")}, true},
	{"a list contains a map", "contains(l, :v)", values{":v": M(item{"a": S("la"), "b": S("lb")})}, true},
	{"a list contains a list", "contains(l, :v)", values{":v": L(N("9"), N("8"))}, true},
	{"a list contains whole elements", "contains(l, :v)", values{":v": S("zer")}, false},
	{"a map contains nothing", "contains(m, :v)", values{":v": S("a")}, false},
	{"a number contains nothing", "contains(n, :v)", values{":v": N("5")}, false},
	{"a missing attribute contains nothing", "contains(q, :v)", values{":v": S("a")}, false},
	{"a value contains an attribute", "contains(:v, s)", values{":v": L(S("hello"))}, true},
	{"size of a string", "size(s) = :v", values{":v": N("5")}, true},
	{"size of an empty string", "size(blank) = :v", values{":v": N("0")}, true},
	{"size of a binary", "size(b) = :v", values{":v": N("3")}, true},
	{"size of a set", "size(ss) = :v", values{":v": N("2")}, true},
	{"size of a list", "size(l) = :v", values{":v": N("4")}, true},
	{"size of a map", "size(m) > size(m.b)", nil, true},
	{"size of a missing attribute is not zero", "size(q) = :v", values{":v": N("0")}, false},
	{"size of a missing attribute is not below", "size(q) < :v", values{":v": N("9")}, false},
	{"a size between", "size(s) BETWEEN :v AND n", values{":v": N("1")}, true},
	{"a size in a list", "size(l) IN (:v, :w)", values{":v": N("3"), ":w": N("4")}, true},
	{"a size against an attribute", "size(s) = n", nil, true},
}

var combinations = []condition{
	{"both", "n = :v AND t = :t", values{":v": N("5"), ":t": BOOL(true)}, true},
	{"only one of both", "n = :v AND q = :v", values{":v": N("5")}, false},
	{"either", "q = :v OR n = :v", values{":v": N("5")}, true},
	{"neither", "q = :v OR r = :v", values{":v": N("5")}, false},
	{"not", "NOT n = :v", values{":v": N("5")}, false},
	{"not, of a missing attribute", "NOT q = :v", values{":v": N("5")}, true},
	{"not, of a comparison across types", "NOT n < :v", values{":v": S("9")}, true},
	{"not twice", "NOT NOT n = :v", values{":v": N("5")}, true},
	{"not a function", "NOT attribute_exists(q)", nil, true},
	{"not binds before and", "NOT q = :v AND n = :v", values{":v": N("5")}, true},
	{"not binds before or", "NOT n = :v OR n = :v", values{":v": N("5")}, true},
	{"not of parentheses", "NOT (n = :v OR q = :v)", values{":v": N("5")}, false},
	{"and binds before or", "n = :v OR n = :v AND q = :v", values{":v": N("5")}, true},
	{"parentheses bind first", "(n = :v OR t = :v) AND q = :v", values{":v": N("5")}, false},
	{"or after and", "q = :v AND n = :v OR n = :v", values{":v": N("5")}, true},
	{"the and of between is its own", "n BETWEEN :v AND :w AND s = :s", values{":v": N("1"), ":w": N("9"), ":s": S("hello")}, true},
	{"words in any case", "n between :v aNd :w And nOt q In (:v) oR s = s.x", values{":v": N("1"), ":w": N("9")}, true},
	{"no space where none is needed", "n=:v AND(s<>:v)AND NOT(q>:v)", values{":v": N("5")}, true},
	{"space where it is not needed", "\tattribute_exists ( m . b . c )\n AND  l [ 1 ]  =  :v ", values{":v": N("1")}, true},
}
