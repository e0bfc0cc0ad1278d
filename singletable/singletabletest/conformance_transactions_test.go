package singletabletest_test

import (
	"crypto/rand"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func transaction(actions ...types.TransactWriteItem) *dynamodb.TransactWriteItemsInput {
	return &dynamodb.TransactWriteItemsInput{TransactItems: actions}
}

func txPut(table string, i item) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{TableName: &table, Item: i}}
}

// txCreate puts an item that must be new, and asks for the one that is in the way.
func txCreate(table string, i item) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &table, Item: i, ConditionExpression: new("attribute_not_exists(PK)"),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

func txDelete(table string, key item) types.TransactWriteItem {
	return types.TransactWriteItem{Delete: &types.Delete{TableName: &table, Key: key}}
}

func txUpdate(table string, key item, expression string, v values) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{TableName: &table, Key: key, UpdateExpression: &expression, ExpressionAttributeValues: v}}
}

func txCheck(table string, key item, condition string) types.TransactWriteItem {
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{TableName: &table, Key: key, ConditionExpression: &condition}}
}

func get(table string, key item) types.TransactGetItem {
	return types.TransactGetItem{Get: &types.Get{TableName: &table, Key: key}}
}

// reasons lists the code of each of a cancelled transaction's reasons, with the item where it has one.
func reasons(t *testing.T, err error) (codes []string, items []item) {
	t.Helper()
	failed, ok := errors.AsType[*types.TransactionCanceledException](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	for _, r := range failed.CancellationReasons {
		codes, items = append(codes, *r.Code), append(items, r.Item)
	}
	return codes, items
}

func transactionCases() []conformanceCase {
	return []conformanceCase{
		{"all four actions, over two tables", func(t *testing.T, db database) {
			one, two := db.table(byPK), db.table(byPKSK)
			db.put(one, pk("checked"), pk("deleted"))
			db.put(two, with(pksk("a", "1"), item{"n": N("1")}))
			out := call(t, db.TransactWriteItems, transaction(
				txPut(one, pk("put")), txDelete(one, pk("deleted")), txCheck(one, pk("checked"), "attribute_exists(PK)"),
				txUpdate(two, pksk("a", "1"), "ADD n :v", values{":v": N("1")}), txUpdate(two, pksk("a", "2"), "SET n = :v", values{":v": N("9")}),
			))
			same(t, out, &dynamodb.TransactWriteItemsOutput{})
			db.holds(one, pk("checked"), pk("put"))
			db.holds(two, with(pksk("a", "1"), item{"n": N("2")}), with(pksk("a", "2"), item{"n": N("9")}))
		}},
		{"a failed condition cancels everything", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, item{"PK": S("a"), "n": N("1")}, pk("b"))
			err := refused(t, db.TransactWriteItems, transaction(
				txPut(table, pk("new")), txUpdate(table, pk("a"), "ADD n :v", values{":v": N("1")}), txDelete(table, pk("b")), txCheck(table, pk("c"), "attribute_exists(PK)"),
			), cancelled, "Transaction cancelled, please refer cancellation reasons for specific reasons [None, None, None, ConditionalCheckFailed]")
			codes, items := reasons(t, err)
			same(t, codes, []string{"None", "None", "None", "ConditionalCheckFailed"})
			same(t, items, []item{nil, nil, nil, nil})
			db.holds(table, item{"PK": S("a"), "n": N("1")}, pk("b"))
		}},
		{"reasons are in the order of the actions, with the items that were asked for", func(t *testing.T, db database) {
			table := db.table(byPK)
			taken := item{"PK": S("b"), "x": L(N("1"))}
			db.put(table, taken, pk("d"))
			quiet := txCreate(table, pk("d"))
			quiet.Put.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureNone
			codes, items := reasons(t, refused(t, db.TransactWriteItems, transaction(
				txPut(table, pk("a")), txCreate(table, pk("b")), txCreate(table, pk("c")), quiet,
			), cancelled, "[None, ConditionalCheckFailed, None, ConditionalCheckFailed]"))
			same(t, codes, []string{"None", "ConditionalCheckFailed", "None", "ConditionalCheckFailed"})
			same(t, items, []item{nil, taken, nil, nil})
			db.holds(table, taken, pk("d"))
		}},
		{"items come with failed updates, deletes and checks too", func(t *testing.T, db database) {
			table := db.table(byPK)
			a, b, c := item{"PK": S("a"), "n": N("1")}, item{"PK": S("b"), "n": N("2")}, item{"PK": S("c"), "n": N("3")}
			db.put(table, a, b, c)
			all, never := types.ReturnValuesOnConditionCheckFailureAllOld, new("n > :v")
			nine := values{":v": N("9")}
			_, items := reasons(t, refused(t, db.TransactWriteItems, transaction(
				types.TransactWriteItem{Update: &types.Update{
					TableName: &table, Key: pk("a"), UpdateExpression: new("SET n = :v"), ConditionExpression: never,
					ExpressionAttributeValues: nine, ReturnValuesOnConditionCheckFailure: all,
				}},
				types.TransactWriteItem{Delete: &types.Delete{
					TableName: &table, Key: pk("b"), ConditionExpression: never, ExpressionAttributeValues: nine, ReturnValuesOnConditionCheckFailure: all,
				}},
				types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
					TableName: &table, Key: pk("c"), ConditionExpression: never, ExpressionAttributeValues: nine, ReturnValuesOnConditionCheckFailure: all,
				}},
			), cancelled, "[ConditionalCheckFailed, ConditionalCheckFailed, ConditionalCheckFailed]"))
			same(t, items, []item{a, b, c})
		}},
		{"a condition does not see the transaction's own writes", func(t *testing.T, db database) {
			table := db.table(byPK)
			codes, _ := reasons(t, refused(t, db.TransactWriteItems, transaction(
				txPut(table, pk("a")), txCheck(table, pk("b"), "attribute_exists(PK)"), txPut(table, pk("c")),
			), cancelled))
			same(t, codes, []string{"None", "ConditionalCheckFailed", "None"})
		}},
		{"a check writes nothing", func(t *testing.T, db database) {
			table := db.table(byPK)
			call(t, db.TransactWriteItems, transaction(txCheck(table, pk("a"), "attribute_not_exists(PK)")))
			db.holds(table)
		}},
		{"names and values belong to their action", func(t *testing.T, db database) {
			table := db.table(byPK)
			a := txUpdate(table, pk("a"), "SET #n = :v", values{":v": N("1")})
			a.Update.ExpressionAttributeNames = names{"#n": "name"}
			b := txUpdate(table, pk("b"), "SET #n = :v", values{":v": N("2")})
			b.Update.ExpressionAttributeNames = names{"#n": "status"}
			call(t, db.TransactWriteItems, transaction(a, b))
			db.holds(table, item{"PK": S("a"), "name": N("1")}, item{"PK": S("b"), "status": N("2")})
		}},
		{"100 actions", func(t *testing.T, db database) {
			table := db.table(byPK)
			in := transaction()
			for _, key := range numbered(100) {
				in.TransactItems = append(in.TransactItems, txPut(table, key))
			}
			call(t, db.TransactWriteItems, in)
			db.holds(table, numbered(100)...)
		}},
		{"gets in the order of the request", func(t *testing.T, db database) {
			one, two := db.table(byPK), db.table(byPKSK)
			db.put(one, sample())
			db.put(two, pksk("a", "1"))
			projected := get(one, pk("a"))
			projected.Get.ProjectionExpression, projected.Get.ExpressionAttributeNames = new("#m.a, n"), names{"#m": "m"}
			out := call(t, db.TransactGetItems, &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
				get(two, pksk("a", "1")), get(one, pk("missing")), projected,
			}})
			same(t, out, &dynamodb.TransactGetItemsOutput{Responses: []types.ItemResponse{
				{Item: pksk("a", "1")}, {}, {Item: item{"m": M(item{"a": N("1")}), "n": N("5")}},
			}})
		}},
		{"100 gets", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, pk("042"))
			in := &dynamodb.TransactGetItemsInput{}
			for _, key := range numbered(100) {
				in.TransactItems = append(in.TransactItems, get(table, key))
			}
			out := call(t, db.TransactGetItems, in)
			same(t, len(out.Responses), 100)
			same(t, out.Responses[42].Item, pk("042"))
		}},
	}
}

func transactionTokenCases() []conformanceCase {
	withToken := func(token string, actions ...types.TransactWriteItem) *dynamodb.TransactWriteItemsInput {
		in := transaction(actions...)
		in.ClientRequestToken = &token
		return in
	}
	one := values{":v": N("1")}
	return []conformanceCase{
		{"a transaction again is done once", func(t *testing.T, db database) {
			table, token := db.table(byPK), rand.Text()
			for range 3 {
				call(t, db.TransactWriteItems, withToken(token, txUpdate(table, pk("a"), "ADD n :v", one), txPut(table, pk("b"))))
			}
			db.holds(table, item{"PK": S("a"), "n": N("1")}, pk("b"))
		}},
		{"a transaction again succeeds though its condition would fail", func(t *testing.T, db database) {
			table, token := db.table(byPK), rand.Text()
			call(t, db.TransactWriteItems, withToken(token, txCreate(table, pk("a"))))
			call(t, db.TransactWriteItems, withToken(token, txCreate(table, pk("a"))))
			refused(t, db.TransactWriteItems, withToken(rand.Text(), txCreate(table, pk("a"))), cancelled)
		}},
		{"a transaction again does not come back over later writes", func(t *testing.T, db database) {
			table, token := db.table(byPK), rand.Text()
			call(t, db.TransactWriteItems, withToken(token, txPut(table, pk("a"))))
			call(t, db.DeleteItem, &dynamodb.DeleteItemInput{TableName: &table, Key: pk("a")})
			call(t, db.TransactWriteItems, withToken(token, txPut(table, pk("a"))))
			db.holds(table)
		}},
		{"without a token of one's own each is done", func(t *testing.T, db database) {
			table := db.table(byPK)
			call(t, db.TransactWriteItems, transaction(txUpdate(table, pk("a"), "ADD n :v", one)))
			call(t, db.TransactWriteItems, transaction(txUpdate(table, pk("a"), "ADD n :v", one)))
			db.holds(table, item{"PK": S("a"), "n": N("2")})
		}},
		{"another value under the token is a mismatch", func(t *testing.T, db database) {
			table, token := db.table(byPK), rand.Text()
			call(t, db.TransactWriteItems, withToken(token, txUpdate(table, pk("a"), "SET n = :v", one)))
			refused(t, db.TransactWriteItems, withToken(token, txUpdate(table, pk("a"), "SET n = :v", values{":v": N("2")})), mismatch)
			db.holds(table, item{"PK": S("a"), "n": N("1")})
		}},
		{"one action more under the token is a mismatch", func(t *testing.T, db database) {
			table, token := db.table(byPK), rand.Text()
			call(t, db.TransactWriteItems, withToken(token, txPut(table, pk("a"))))
			refused(t, db.TransactWriteItems, withToken(token, txPut(table, pk("a")), txPut(table, pk("b"))), mismatch)
			db.holds(table, pk("a"))
		}},
		{"another order under the token is a mismatch", func(t *testing.T, db database) {
			table, token := db.table(byPK), rand.Text()
			call(t, db.TransactWriteItems, withToken(token, txPut(table, pk("a")), txPut(table, pk("b"))))
			refused(t, db.TransactWriteItems, withToken(token, txPut(table, pk("b")), txPut(table, pk("a"))), mismatch)
		}},
		{"a cancelled transaction does not use its token up", func(t *testing.T, db database) {
			table, token := db.table(byPK), rand.Text()
			again := withToken(token, txCheck(table, pk("a"), "attribute_exists(PK)"), txPut(table, pk("b")))
			refused(t, db.TransactWriteItems, again, cancelled)
			db.put(table, pk("a"))
			call(t, db.TransactWriteItems, again)
			db.holds(table, pk("a"), pk("b"))
		}},
		{"a token of 37 letters is refused", func(t *testing.T, db database) {
			table := db.table(byPK)
			refused(t, db.TransactWriteItems, withToken("1234567890123456789012345678901234567", txPut(table, pk("a"))), invalid)
			call(t, db.TransactWriteItems, withToken(rand.Text()+"1234567890", txPut(table, pk("a"))))
		}},
	}
}
