package singletabletest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func putRequest(i item) types.WriteRequest {
	return types.WriteRequest{PutRequest: &types.PutRequest{Item: i}}
}

func deleteRequest(key item) types.WriteRequest {
	return types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: key}}
}

func batchWrite(requests map[string][]types.WriteRequest) *dynamodb.BatchWriteItemInput {
	return &dynamodb.BatchWriteItemInput{RequestItems: requests}
}

func batchGet(table string, keys ...item) *dynamodb.BatchGetItemInput {
	return &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{table: {Keys: keys}}}
}

// numbered is n keys of a table by byPK.
func numbered(n int) (keys []item) {
	for i := range n {
		keys = append(keys, pk(fmt.Sprintf("%03d", i)))
	}
	return keys
}

func batchCases() []conformanceCase {
	return []conformanceCase{
		{"puts and deletes, over two tables", func(t *testing.T, db database) {
			one, two := db.table(byPK), db.table(byPKSK)
			db.put(one, item{"PK": S("old"), "x": N("1")}, pk("stays"))
			out := call(t, db.BatchWriteItem, batchWrite(map[string][]types.WriteRequest{
				one: {putRequest(pk("new")), deleteRequest(pk("old")), deleteRequest(pk("never there"))},
				two: {putRequest(pksk("a", "1")), putRequest(pksk("a", "2"))},
			}))
			same(t, out, &dynamodb.BatchWriteItemOutput{UnprocessedItems: map[string][]types.WriteRequest{}})
			db.holds(one, pk("new"), pk("stays"))
			db.holds(two, pksk("a", "1"), pksk("a", "2"))
		}},
		{"a put in a batch replaces", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, item{"PK": S("a"), "x": N("1")})
			call(t, db.BatchWriteItem, batchWrite(map[string][]types.WriteRequest{table: {putRequest(item{"PK": S("a"), "y": N("2")})}}))
			db.holds(table, item{"PK": S("a"), "y": N("2")})
		}},
		{"25 requests", func(t *testing.T, db database) {
			table := db.table(byPK)
			var requests []types.WriteRequest
			for _, key := range numbered(25) {
				requests = append(requests, putRequest(key))
			}
			call(t, db.BatchWriteItem, batchWrite(map[string][]types.WriteRequest{table: requests}))
			db.holds(table, numbered(25)...)
		}},
		{"gets over two tables, each with its projection", func(t *testing.T, db database) {
			one, two := db.table(byPK), db.table(byPKSK)
			db.put(one, sample(), pk("b"))
			db.put(two, with(pksk("a", "1"), item{"status": S("on"), "x": N("1")}))
			out := call(t, db.BatchGetItem, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
				one: {Keys: []item{pk("a"), pk("missing")}, ProjectionExpression: new("m.a, l[1]"), ConsistentRead: new(true)},
				two: {Keys: []item{pksk("a", "1")}, ProjectionExpression: new("#s"), ExpressionAttributeNames: names{"#s": "status"}},
			}})
			same(t, out, &dynamodb.BatchGetItemOutput{
				Responses: map[string][]item{
					one: {{"m": M(item{"a": N("1")}), "l": L(N("1"))}}, two: {{"status": S("on")}},
				},
				UnprocessedKeys: map[string]types.KeysAndAttributes{},
			})
		}},
		{"items come once each, in no order, without the missing", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, numbered(5)...)
			out := call(t, db.BatchGetItem, batchGet(table, pk("004"), pk("nobody"), pk("000"), pk("002")))
			same(t, sorted(out.Responses[table]), []item{pk("000"), pk("002"), pk("004")})
		}},
		{"nothing is there", func(t *testing.T, db database) {
			table := db.table(byPK)
			same(t, call(t, db.BatchGetItem, batchGet(table, pk("a"))), &dynamodb.BatchGetItemOutput{
				Responses: map[string][]item{table: {}}, UnprocessedKeys: map[string]types.KeysAndAttributes{},
			})
		}},
		{"100 keys", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, numbered(3)...)
			same(t, sorted(call(t, db.BatchGetItem, batchGet(table, numbered(100)...)).Responses[table]), numbered(3))
		}},
		{"items of more than 16 MB come in parts", func(t *testing.T, db database) {
			table := db.table(byPK)
			var want []item
			for i, key := range numbered(45) {
				want = append(want, with(key, item{"x": S(strings.Repeat(fmt.Sprint(i%10), 390<<10))}))
				db.put(table, want[i])
			}
			in, found := batchGet(table, numbered(45)...), []item{}
			out := call(t, db.BatchGetItem, in)
			if len(out.UnprocessedKeys[table].Keys) == 0 {
				t.Error("17 MB came in one answer")
			}
			for len(out.UnprocessedKeys) > 0 {
				found = append(found, out.Responses[table]...)
				out = call(t, db.BatchGetItem, &dynamodb.BatchGetItemInput{RequestItems: out.UnprocessedKeys})
			}
			same(t, sorted(append(found, out.Responses[table]...)), sorted(want))
		}},
	}
}

func batchErrorCases() (cases []conformanceCase) {
	for _, c := range []struct {
		name     string
		requests []types.WriteRequest
		phrase   string
	}{
		{"no requests of a table", []types.WriteRequest{}, ""},
		{"a request that is empty", []types.WriteRequest{{}}, ""},
		{"a put and a delete in one request", []types.WriteRequest{
			{PutRequest: &types.PutRequest{Item: pk("x")}, DeleteRequest: &types.DeleteRequest{Key: pk("y")}},
		}, ""},
		{"two puts of one key", []types.WriteRequest{putRequest(pk("x")), putRequest(item{"PK": S("x"), "y": N("1")})},
			"Provided list of item keys contains duplicates"},
		{"a put and a delete of one key", []types.WriteRequest{putRequest(pk("x")), deleteRequest(pk("x"))},
			"Provided list of item keys contains duplicates"},
		{"two deletes of one key", []types.WriteRequest{deleteRequest(pk("a")), deleteRequest(pk("a"))},
			"Provided list of item keys contains duplicates"},
		{"a put without its key", []types.WriteRequest{putRequest(pk("x")), putRequest(item{"y": N("1")})}, ""},
		{"a put with an empty key", []types.WriteRequest{putRequest(pk("x")), putRequest(pk(""))}, ""},
		{"a put with a key of another type", []types.WriteRequest{putRequest(pk("x")), putRequest(item{"PK": N("1")})}, ""},
		{"a delete with more than the key", []types.WriteRequest{putRequest(pk("x")), deleteRequest(item{"PK": S("a"), "y": N("1")})}, ""},
		{"a value that is not allowed", []types.WriteRequest{putRequest(pk("x")), putRequest(item{"PK": S("y"), "z": SS()})}, "may not be empty"},
		{"an item that is too large", []types.WriteRequest{putRequest(pk("x")), putRequest(item{"PK": S("y"), "z": S(strings.Repeat("z", 400<<10))})},
			"Item size has exceeded the maximum allowed size"},
	} {
		cases = append(cases, conformanceCase{"write: " + c.name, func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, pk("a"))
			refused(t, db.BatchWriteItem, batchWrite(map[string][]types.WriteRequest{table: c.requests}), invalid, c.phrase)
			db.holds(table, pk("a"))
		}})
	}
	for _, c := range []struct {
		name   string
		keys   []item
		phrase string
	}{
		{"no keys of a table", []item{}, ""},
		{"a key twice", []item{pk("a"), pk("b"), pk("a")}, "Provided list of item keys contains duplicates"},
		{"101 keys", numbered(101), ""},
		{"a key with more than the key", []item{{"PK": S("a"), "x": S("b")}}, ""},
		{"a key of another type", []item{{"PK": N("1")}}, ""},
		{"an empty key", []item{pk("")}, ""},
	} {
		cases = append(cases, conformanceCase{"get: " + c.name, func(t *testing.T, db database) {
			refused(t, db.BatchGetItem, batchGet(db.table(byPK), c.keys...), invalid, c.phrase)
		}})
	}
	return append(cases,
		conformanceCase{"write: nothing", func(t *testing.T, db database) {
			refused(t, db.BatchWriteItem, batchWrite(map[string][]types.WriteRequest{}), invalid)
		}},
		conformanceCase{"get: nothing", func(t *testing.T, db database) {
			refused(t, db.BatchGetItem, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{}}, invalid)
		}},
		conformanceCase{"write: 26 requests over two tables", func(t *testing.T, db database) {
			one, two := db.table(byPK), db.table(byPK)
			requests := map[string][]types.WriteRequest{}
			for i, key := range numbered(26) {
				table := []string{one, two}[i%2]
				requests[table] = append(requests[table], putRequest(key))
			}
			refused(t, db.BatchWriteItem, batchWrite(requests), invalid)
			db.holds(one)
			db.holds(two)
		}},
		conformanceCase{"write: a missing table beside one that is there", func(t *testing.T, db database) {
			table := db.table(byPK)
			refused(t, db.BatchWriteItem, batchWrite(map[string][]types.WriteRequest{
				table: {putRequest(pk("a"))}, uniqueName(): {putRequest(pk("a"))},
			}), notFound)
			db.holds(table)
		}},
		conformanceCase{"get: a missing table beside one that is there", func(t *testing.T, db database) {
			in := batchGet(db.table(byPK), pk("a"))
			in.RequestItems[uniqueName()] = types.KeysAndAttributes{Keys: []item{pk("a")}}
			refused(t, db.BatchGetItem, in, notFound)
		}},
		conformanceCase{"get: a bad projection", func(t *testing.T, db database) {
			table := db.table(byPK)
			in := batchGet(table, pk("a"))
			in.RequestItems[table] = types.KeysAndAttributes{Keys: []item{pk("a")}, ProjectionExpression: new("status")}
			refused(t, db.BatchGetItem, in, invalid, "Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: status")
		}},
	)
}
