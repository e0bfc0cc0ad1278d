package singletabletest_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// transactionErrorCases refuse transactions as a whole. Each holds a good put, which must leave no trace.
func transactionErrorCases() (cases []conformanceCase) {
	conditioned := func(table, condition string, v values) types.TransactWriteItem {
		return types.TransactWriteItem{Put: &types.Put{TableName: &table, Item: pk("c"), ConditionExpression: &condition, ExpressionAttributeValues: v}}
	}
	one := values{":v": N("1")}
	const twice = "Transaction request cannot include multiple operations on one item"
	for _, c := range []struct {
		name   string
		action func(table string) types.TransactWriteItem
		phrase string
	}{
		{"two puts of one item", func(table string) types.TransactWriteItem { return txPut(table, item{"PK": S("good"), "x": N("1")}) }, twice},
		{"a put and a delete of one item", func(table string) types.TransactWriteItem { return txDelete(table, pk("good")) }, twice},
		{"a put and an update of one item", func(table string) types.TransactWriteItem { return txUpdate(table, pk("good"), "SET x = :v", one) }, twice},
		{"a put and a check of one item", func(table string) types.TransactWriteItem { return txCheck(table, pk("good"), "attribute_exists(PK)") }, twice},
		{"two actions in one", func(table string) types.TransactWriteItem {
			return types.TransactWriteItem{Put: txPut(table, pk("x")).Put, Delete: txDelete(table, pk("y")).Delete}
		}, ""},
		{"an empty action", func(string) types.TransactWriteItem { return types.TransactWriteItem{} }, ""},
		{"a put without its key", func(table string) types.TransactWriteItem { return txPut(table, item{"x": N("1")}) }, ""},
		{"a delete with more than the key", func(table string) types.TransactWriteItem { return txDelete(table, item{"PK": S("a"), "x": N("1")}) }, ""},
		{"an empty key", func(table string) types.TransactWriteItem { return txDelete(table, pk("")) }, "cannot contain an empty string value. Key: PK"},
		{"a bad value", func(table string) types.TransactWriteItem { return txPut(table, item{"PK": S("x"), "y": N("one")}) }, "cannot be converted"},
		{"a condition with a syntax error", func(table string) types.TransactWriteItem { return conditioned(table, "x =", nil) }, "Invalid ConditionExpression: Syntax error"},
		{"an empty condition", func(table string) types.TransactWriteItem { return txCheck(table, pk("a"), "") },
			"Invalid ConditionExpression: The expression can not be empty"},
		{"an undefined value", func(table string) types.TransactWriteItem { return conditioned(table, "x = :v", nil) },
			"An expression attribute value used in expression is not defined; attribute value: :v"},
		{"an unused value", func(table string) types.TransactWriteItem { return conditioned(table, "attribute_exists(x)", one) },
			"Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}"},
		{"an update with a syntax error", func(table string) types.TransactWriteItem { return txUpdate(table, pk("a"), "SET", nil) },
			"Invalid UpdateExpression: Syntax error"},
		{"an update of overlapping paths", func(table string) types.TransactWriteItem {
			return txUpdate(table, pk("a"), "SET x = :v REMOVE x", one)
		},
			"Invalid UpdateExpression: Two document paths overlap with each other"},
		{"an update with a reserved word", func(table string) types.TransactWriteItem { return txUpdate(table, pk("a"), "SET status = :v", one) },
			"Attribute name is a reserved keyword; reserved keyword: status"},
	} {
		cases = append(cases, conformanceCase{c.name, func(t *testing.T, db database) {
			table := db.table(byPK)
			refused(t, db.TransactWriteItems, transaction(txPut(table, pk("good")), c.action(table)), invalid, c.phrase)
			db.holds(table)
		}})
	}
	return append(cases,
		conformanceCase{"no actions", func(t *testing.T, db database) {
			refused(t, db.TransactWriteItems, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{}}, invalid)
			refused(t, db.TransactGetItems, &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{}}, invalid)
		}},
		conformanceCase{"101 actions", func(t *testing.T, db database) {
			table := db.table(byPK)
			writes, gets := transaction(), &dynamodb.TransactGetItemsInput{}
			for _, key := range numbered(101) {
				writes.TransactItems = append(writes.TransactItems, txPut(table, key))
				gets.TransactItems = append(gets.TransactItems, get(table, key))
			}
			refused(t, db.TransactWriteItems, writes, invalid)
			refused(t, db.TransactGetItems, gets, invalid)
			db.holds(table)
		}},
		conformanceCase{"more than 4 MB", func(t *testing.T, db database) {
			table := db.table(byPK)
			in := transaction()
			for _, key := range numbered(11) {
				in.TransactItems = append(in.TransactItems, txPut(table, with(key, item{"x": S(strings.Repeat("x", 390<<10))})))
			}
			refused(t, db.TransactWriteItems, in, invalid)
			db.holds(table)
		}},
		conformanceCase{"a missing table", func(t *testing.T, db database) {
			table := db.table(byPK)
			refused(t, db.TransactWriteItems, transaction(txPut(table, pk("a")), txPut(uniqueName(), pk("a"))), notFound)
			refused(t, db.TransactGetItems, &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
				get(table, pk("a")), get(uniqueName(), pk("a")),
			}}, notFound)
			db.holds(table)
		}},
		conformanceCase{"two gets of one item", func(t *testing.T, db database) {
			table := db.table(byPK)
			refused(t, db.TransactGetItems, &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
				get(table, pk("a")), get(table, pk("a")),
			}}, invalid, twice)
		}},
		conformanceCase{"a get with a bad projection", func(t *testing.T, db database) {
			bad := get(db.table(byPK), pk("a"))
			bad.Get.ProjectionExpression = new("x, x")
			refused(t, db.TransactGetItems, &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{bad}}, invalid,
				"Invalid ProjectionExpression: Two document paths overlap with each other")
		}},
		conformanceCase{"a key of another type is a reason", func(t *testing.T, db database) {
			table := db.table(byPK)
			codes, _ := reasons(t, refused(t, db.TransactWriteItems, transaction(
				txPut(table, item{"PK": N("1")}), txPut(table, pk("good")),
			), cancelled, "[ValidationError, None]"))
			same(t, codes, []string{"ValidationError", "None"})
			db.holds(table)
		}},
		conformanceCase{"an index key of another type is a reason", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			codes, _ := reasons(t, refused(t, db.TransactWriteItems, transaction(
				txPut(table, pksk("a", "1")), txPut(table, with(pksk("a", "2"), item{"Holder": N("1")})),
			), cancelled, "[None, ValidationError]"))
			same(t, codes, []string{"None", "ValidationError"})
			db.holds(table)
		}},
		conformanceCase{"the same key in two tables is two items", func(t *testing.T, db database) {
			one, two := db.table(byPK), db.table(byPK)
			call(t, db.TransactWriteItems, transaction(txPut(one, pk("a")), txPut(two, pk("a"))))
			db.holds(one, pk("a"))
			db.holds(two, pk("a"))
		}},
	)
}
