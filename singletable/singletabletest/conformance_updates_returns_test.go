package singletabletest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// updateReturnCases hold the five modes of ReturnValues against updates of the same item.
func updateReturnCases() []conformanceCase {
	before := item{
		"PK": S("a"), "n": N("1"), "s": S("old"), "untouched": BOOL(true), "ss": SS("x", "y"),
		"l": L(N("0"), N("1"), N("2")), "m": M(item{"a": N("1"), "b": N("2")}),
	}
	returns := func(mode types.ReturnValue, expression string, values values, want item) func(*testing.T, database) {
		return func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, before)
			out := call(t, db.UpdateItem, &dynamodb.UpdateItemInput{
				TableName: &table, Key: pk("a"), UpdateExpression: &expression, ExpressionAttributeValues: values, ReturnValues: mode,
			})
			same(t, out, &dynamodb.UpdateItemOutput{Attributes: want})
		}
	}
	none, allOld, allNew := types.ReturnValueNone, types.ReturnValueAllOld, types.ReturnValueAllNew
	updatedOld, updatedNew := types.ReturnValueUpdatedOld, types.ReturnValueUpdatedNew
	two := values{":v": N("2")}
	return []conformanceCase{
		{"NONE", returns(none, "SET n = :v", two, nil)},
		{"the default is NONE", returns("", "SET n = :v", two, nil)},
		{"ALL_OLD", returns(allOld, "SET n = :v REMOVE s, l, m, ss", two, before)},
		{"ALL_NEW", returns(allNew, "SET n = :v REMOVE s, l, m, ss", two, item{"PK": S("a"), "n": N("2"), "untouched": BOOL(true)})},
		{"UPDATED_OLD", returns(updatedOld, "SET n = :v REMOVE s", two, item{"n": N("1"), "s": S("old")})},
		{"UPDATED_OLD of a new attribute", returns(updatedOld, "SET x = :v", two, nil)},
		{"UPDATED_OLD of a new and an old one", returns(updatedOld, "SET x = :v, n = :v", two, item{"n": N("1")})},
		{"UPDATED_NEW", returns(updatedNew, "SET n = n + :v, x = :v", two, item{"n": N("3"), "x": N("2")})},
		{"UPDATED_NEW of a removal", returns(updatedNew, "REMOVE s", nil, nil)},
		{"UPDATED_NEW of a removal and a change", returns(updatedNew, "REMOVE s SET n = :v", two, item{"n": N("2")})},
		{"UPDATED_NEW of an unchanged value", returns(updatedNew, "SET n = :v", values{":v": N("1")}, item{"n": N("1")})},
		{"UPDATED_OLD of ADD and DELETE", returns(updatedOld, "ADD n :v DELETE ss :s", values{":v": N("2"), ":s": SS("x")},
			item{"n": N("1"), "ss": SS("x", "y")})},
		{"UPDATED_NEW of ADD and DELETE", returns(updatedNew, "ADD n :v DELETE ss :s", values{":v": N("2"), ":s": SS("x")},
			item{"n": N("3"), "ss": SS("y")})},
		{"an unknown mode is refused", func(t *testing.T, db database) {
			table := db.table(byPK)
			refused(t, db.UpdateItem, &dynamodb.UpdateItemInput{TableName: &table, Key: pk("a"), ReturnValues: "BOGUS"}, invalid)
			db.holds(table)
		}},
		{"ALL_OLD of an item that is made", func(t *testing.T, db database) {
			table := db.table(byPK)
			out := call(t, db.UpdateItem, &dynamodb.UpdateItemInput{
				TableName: &table, Key: pk("a"), UpdateExpression: new("SET x = :v"), ExpressionAttributeValues: two, ReturnValues: allOld,
			})
			same(t, out.Attributes, item(nil))
			db.holds(table, item{"PK": S("a"), "x": N("2")})
		}},
		{"ALL_NEW of an item that is made", func(t *testing.T, db database) {
			table := db.table(byPKSK)
			out := call(t, db.UpdateItem, &dynamodb.UpdateItemInput{
				TableName: &table, Key: pksk("a", "b"), UpdateExpression: new("ADD x :v"), ExpressionAttributeValues: two, ReturnValues: allNew,
			})
			same(t, out, &dynamodb.UpdateItemOutput{Attributes: with(pksk("a", "b"), item{"x": N("2")})})
		}},
		{"no expression makes an item of its key", func(t *testing.T, db database) {
			table := db.table(byPK)
			out := call(t, db.UpdateItem, &dynamodb.UpdateItemInput{TableName: &table, Key: pk("a"), ReturnValues: allNew})
			same(t, out, &dynamodb.UpdateItemOutput{Attributes: pk("a")})
			db.holds(table, pk("a"))
		}},
		{"no expression leaves an item as it is", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, before)
			out := call(t, db.UpdateItem, &dynamodb.UpdateItemInput{TableName: &table, Key: pk("a"), ReturnValues: allNew})
			same(t, out, &dynamodb.UpdateItemOutput{Attributes: before})
			db.holds(table, before)
		}},
		{"REMOVE on a missing item makes an item of its key", func(t *testing.T, db database) {
			table := db.table(byPK)
			call(t, db.UpdateItem, &dynamodb.UpdateItemInput{TableName: &table, Key: pk("a"), UpdateExpression: new("REMOVE x")})
			db.holds(table, pk("a"))
		}},
	}
}
