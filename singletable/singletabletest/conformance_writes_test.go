package singletabletest_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func putCases() []conformanceCase {
	return []conformanceCase{
		{"every type comes back", func(t *testing.T, db database) {
			table := db.table(byPK)
			whole := item{
				"PK": S("a"), "s": S("text ünïcödé 🎉"), "n": N("-12.5"), "b": B("\x00\xff"), "t": BOOL(true), "f": BOOL(false), "nul": NULL(),
				"l": L(S("x"), N("1"), L(), M(item{})), "m": M(item{"k": M(item{"deep": L(NULL())})}),
				"ss": SS("b", "a"), "ns": NS("2", "1"), "bs": BS("y", "x"),
			}
			same(t, call(t, db.PutItem, &dynamodb.PutItemInput{TableName: &table, Item: whole}), &dynamodb.PutItemOutput{})
			same(t, db.get(table, pk("a")), whole)
		}},
		{"a put replaces the whole item", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, item{"PK": S("a"), "x": N("1"), "y": N("2")}, item{"PK": S("a"), "z": N("3")})
			db.holds(table, item{"PK": S("a"), "z": N("3")})
		}},
		{"ALL_OLD of a new item", func(t *testing.T, db database) {
			table := db.table(byPK)
			out := call(t, db.PutItem, &dynamodb.PutItemInput{TableName: &table, Item: pk("a"), ReturnValues: types.ReturnValueAllOld})
			same(t, out.Attributes, item(nil))
		}},
		{"ALL_OLD of a replaced item", func(t *testing.T, db database) {
			table := db.table(byPK)
			old := item{"PK": S("a"), "x": N("1"), "l": L(S("deep"))}
			db.put(table, old)
			out := call(t, db.PutItem, &dynamodb.PutItemInput{TableName: &table, Item: pk("a"), ReturnValues: types.ReturnValueAllOld})
			same(t, out, &dynamodb.PutItemOutput{Attributes: old})
		}},
		{"NONE of a replaced item", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, pk("a"))
			out := call(t, db.PutItem, &dynamodb.PutItemInput{TableName: &table, Item: pk("a"), ReturnValues: types.ReturnValueNone})
			same(t, out, &dynamodb.PutItemOutput{})
		}},
		{"other return values are refused", func(t *testing.T, db database) {
			table := db.table(byPK)
			for _, mode := range []types.ReturnValue{types.ReturnValueAllNew, types.ReturnValueUpdatedOld, types.ReturnValueUpdatedNew, "BOGUS"} {
				refused(t, db.PutItem, &dynamodb.PutItemInput{TableName: &table, Item: pk("a"), ReturnValues: mode}, invalid)
			}
			db.holds(table)
		}},
		{"what the caller changes afterwards is not stored", func(t *testing.T, db database) {
			table := db.table(byPK)
			list := L(S("before"))
			mine := item{"PK": S("a"), "l": list}
			db.put(table, mine)
			list.(*types.AttributeValueMemberL).Value[0] = S("after")
			got := db.get(table, pk("a"))
			same(t, got, item{"PK": S("a"), "l": L(S("before"))})
			got["l"].(*types.AttributeValueMemberL).Value[0] = S("after")
			same(t, db.get(table, pk("a")), item{"PK": S("a"), "l": L(S("before"))})
		}},
	}
}

func deleteCases() []conformanceCase {
	return []conformanceCase{
		{"an item is gone", func(t *testing.T, db database) {
			table := db.table(byPKSK)
			db.put(table, pksk("a", "1"), pksk("a", "2"))
			out := call(t, db.DeleteItem, &dynamodb.DeleteItemInput{TableName: &table, Key: pksk("a", "1")})
			same(t, out, &dynamodb.DeleteItemOutput{})
			db.holds(table, pksk("a", "2"))
		}},
		{"a missing item is no error", func(t *testing.T, db database) {
			table := db.table(byPK)
			out := call(t, db.DeleteItem, &dynamodb.DeleteItemInput{TableName: &table, Key: pk("a"), ReturnValues: types.ReturnValueAllOld})
			same(t, out.Attributes, item(nil))
		}},
		{"ALL_OLD", func(t *testing.T, db database) {
			table := db.table(byPK)
			old := item{"PK": S("a"), "x": NS("1", "2")}
			db.put(table, old)
			out := call(t, db.DeleteItem, &dynamodb.DeleteItemInput{TableName: &table, Key: pk("a"), ReturnValues: types.ReturnValueAllOld})
			same(t, out, &dynamodb.DeleteItemOutput{Attributes: old})
		}},
		{"other return values are refused", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, pk("a"))
			for _, mode := range []types.ReturnValue{types.ReturnValueAllNew, types.ReturnValueUpdatedOld, types.ReturnValueUpdatedNew} {
				refused(t, db.DeleteItem, &dynamodb.DeleteItemInput{TableName: &table, Key: pk("a"), ReturnValues: mode}, invalid)
			}
			db.holds(table, pk("a"))
		}},
		{"a condition on a missing item", func(t *testing.T, db database) {
			table := db.table(byPK)
			in := &dynamodb.DeleteItemInput{TableName: &table, Key: pk("a"), ConditionExpression: new("attribute_exists(PK)")}
			refused(t, db.DeleteItem, in, conditionFailed)
			in.ConditionExpression = new("attribute_not_exists(PK)")
			call(t, db.DeleteItem, in)
		}},
	}
}

// itemOfFailedCondition is the item that an error carries for ReturnValuesOnConditionCheckFailure.
func itemOfFailedCondition(t *testing.T, err error) item {
	t.Helper()
	failed, ok := errors.AsType[*types.ConditionalCheckFailedException](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	return failed.Item
}

func conditionalWriteCases() []conformanceCase {
	return []conformanceCase{
		{"create only if new", func(t *testing.T, db database) {
			table := db.table(byPKSK)
			in := &dynamodb.PutItemInput{
				TableName: &table, Item: with(pksk("a", "1"), item{"x": N("1")}), ConditionExpression: new("attribute_not_exists(PK)"),
			}
			call(t, db.PutItem, in)
			refused(t, db.PutItem, in, conditionFailed, "The conditional request failed")
			in.Item = pksk("a", "2")
			call(t, db.PutItem, in)
			db.holds(table, with(pksk("a", "1"), item{"x": N("1")}), pksk("a", "2"))
		}},
		{"a failed put leaves the item", func(t *testing.T, db database) {
			table := db.table(byPK)
			old := item{"PK": S("a"), "version": N("2")}
			db.put(table, old)
			refused(t, db.PutItem, &dynamodb.PutItemInput{
				TableName: &table, Item: item{"PK": S("a"), "version": N("2")}, ConditionExpression: new("version = :v"),
				ExpressionAttributeValues: values{":v": N("1")},
			}, conditionFailed)
			db.holds(table, old)
		}},
		{"a failed update creates nothing", func(t *testing.T, db database) {
			table := db.table(byPK)
			refused(t, db.UpdateItem, &dynamodb.UpdateItemInput{
				TableName: &table, Key: pk("a"), UpdateExpression: new("SET x = :v"), ConditionExpression: new("attribute_exists(PK)"),
				ExpressionAttributeValues: values{":v": N("1")},
			}, conditionFailed)
			db.holds(table)
		}},
		{"a condition sees the item before the update", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, item{"PK": S("a"), "version": N("1")})
			in := &dynamodb.UpdateItemInput{
				TableName: &table, Key: pk("a"), UpdateExpression: new("SET version = version + :one"),
				ConditionExpression: new("version = :one"), ExpressionAttributeValues: values{":one": N("1")},
			}
			call(t, db.UpdateItem, in)
			refused(t, db.UpdateItem, in, conditionFailed)
			db.holds(table, item{"PK": S("a"), "version": N("2")})
		}},
		{"the item comes with a failure that asks for it", func(t *testing.T, db database) {
			table := db.table(byPK)
			old := item{"PK": S("a"), "x": L(N("1"))}
			db.put(table, old)
			never, all := new("attribute_not_exists(PK)"), types.ReturnValuesOnConditionCheckFailureAllOld
			same(t, itemOfFailedCondition(t, refused(t, db.PutItem, &dynamodb.PutItemInput{
				TableName: &table, Item: pk("a"), ConditionExpression: never, ReturnValuesOnConditionCheckFailure: all,
			}, conditionFailed)), old)
			same(t, itemOfFailedCondition(t, refused(t, db.UpdateItem, &dynamodb.UpdateItemInput{
				TableName: &table, Key: pk("a"), ConditionExpression: never, ReturnValuesOnConditionCheckFailure: all,
			}, conditionFailed)), old)
			same(t, itemOfFailedCondition(t, refused(t, db.DeleteItem, &dynamodb.DeleteItemInput{
				TableName: &table, Key: pk("a"), ConditionExpression: never, ReturnValuesOnConditionCheckFailure: all,
			}, conditionFailed)), old)
		}},
		{"no item comes with a failure that does not ask", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, pk("a"))
			same(t, itemOfFailedCondition(t, refused(t, db.PutItem, &dynamodb.PutItemInput{
				TableName: &table, Item: pk("a"), ConditionExpression: new("attribute_not_exists(PK)"),
			}, conditionFailed)), item(nil))
		}},
		{"no item comes with a failure on a missing one", func(t *testing.T, db database) {
			table := db.table(byPK)
			same(t, itemOfFailedCondition(t, refused(t, db.DeleteItem, &dynamodb.DeleteItemInput{
				TableName: &table, Key: pk("a"), ConditionExpression: new("attribute_exists(PK)"),
				ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
			}, conditionFailed)), item(nil))
		}},
		{"a bad mode for failures is refused", func(t *testing.T, db database) {
			table := db.table(byPK)
			refused(t, db.PutItem, &dynamodb.PutItemInput{
				TableName: &table, Item: pk("a"), ConditionExpression: new("attribute_not_exists(PK)"),
				ReturnValuesOnConditionCheckFailure: "BOGUS",
			}, invalid)
		}},
		{"conditions may name keys", func(t *testing.T, db database) {
			table := db.table(byPKSK)
			db.put(table, pksk("a", "1"))
			call(t, db.DeleteItem, &dynamodb.DeleteItemInput{
				TableName: &table, Key: pksk("a", "1"), ConditionExpression: new("PK = :p AND begins_with(SK, :s)"),
				ExpressionAttributeValues: values{":p": S("a"), ":s": S("1")},
			})
			db.holds(table)
		}},
	}
}
