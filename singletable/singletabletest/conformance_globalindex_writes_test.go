package singletabletest_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// globalIndexWriteCases hold indexes to the table through every kind of write.
func globalIndexWriteCases() []conformanceCase {
	ofHolder := func(t *testing.T, db database, table, owner string) []string {
		t.Helper()
		return pick(call(t, db.Query, byIndex(table, "ByHolder", "Holder = :o", values{":o": S(owner)})).Items, "SK")
	}
	change := func(table, expression string, v values) *dynamodb.UpdateItemInput {
		return &dynamodb.UpdateItemInput{TableName: &table, Key: pksk("a", "1"), UpdateExpression: &expression, ExpressionAttributeValues: v}
	}
	cases := []conformanceCase{
		{"an update moves an item to another partition", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			db.put(table, owned("a", "1", "ann", "1"), owned("a", "2", "ann", "2"))
			call(t, db.UpdateItem, change(table, "SET Holder = :v", values{":v": S("bob")}))
			same(t, ofHolder(t, db, table, "ann"), []string{`"2"`})
			same(t, ofHolder(t, db, table, "bob"), []string{`"1"`})
		}},
		{"an update moves an item within its partition", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			db.put(table, owned("a", "1", "ann", "1"), owned("a", "2", "ann", "2"))
			call(t, db.UpdateItem, change(table, "ADD Since :v", values{":v": N("5")}))
			same(t, ofHolder(t, db, table, "ann"), []string{`"2"`, `"1"`})
		}},
		{"an update takes an item out of an index", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			db.put(table, owned("a", "1", "ann", "1"))
			call(t, db.UpdateItem, change(table, "REMOVE Since", nil))
			same(t, ofHolder(t, db, table, "ann"), []string{})
			same(t, call(t, db.Query, byIndex(table, "Keys", "Holder = :o", values{":o": S("ann")})).Count, int32(1))
		}},
		{"an update brings an item into an index", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			db.put(table, item{"PK": S("a"), "SK": S("1"), "Holder": S("ann")})
			call(t, db.UpdateItem, change(table, "SET Since = :v", values{":v": N("5")}))
			same(t, ofHolder(t, db, table, "ann"), []string{`"1"`})
		}},
		{"an update shows in what the index projects", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			db.put(table, owned("a", "1", "ann", "1"))
			call(t, db.UpdateItem, change(table, "SET x = :v, y = :v", values{":v": S("new")}))
			same(t, call(t, db.Query, byIndex(table, "Included", "Tag = :t", values{":t": S("t")})).Items,
				[]item{{"PK": S("a"), "SK": S("1"), "Tag": S("t"), "x": S("new")}})
		}},
		{"a put replaces an item's place", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			db.put(table, owned("a", "1", "ann", "1"), owned("a", "1", "bob", "1"))
			same(t, ofHolder(t, db, table, "ann"), []string{})
			same(t, ofHolder(t, db, table, "bob"), []string{`"1"`})
		}},
		{"a delete takes an item's place", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			db.put(table, owned("a", "1", "ann", "1"))
			call(t, db.DeleteItem, &dynamodb.DeleteItemInput{TableName: &table, Key: pksk("a", "1")})
			same(t, ofHolder(t, db, table, "ann"), []string{})
		}},
		{"batches and transactions write indexes", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			call(t, db.BatchWriteItem, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{
				table: {{PutRequest: &types.PutRequest{Item: owned("a", "1", "ann", "1")}}, {PutRequest: &types.PutRequest{Item: owned("a", "2", "ann", "2")}}},
			}})
			same(t, ofHolder(t, db, table, "ann"), []string{`"1"`, `"2"`})
			call(t, db.TransactWriteItems, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
				{Put: &types.Put{TableName: &table, Item: owned("a", "3", "ann", "0")}},
				{Delete: &types.Delete{TableName: &table, Key: pksk("a", "2")}},
				{Update: &types.Update{
					TableName: &table, Key: pksk("a", "1"), UpdateExpression: new("SET Since = :v"), ExpressionAttributeValues: values{":v": N("-5")},
				}},
			}})
			same(t, ofHolder(t, db, table, "ann"), []string{`"1"`, `"3"`})
		}},
	}
	for _, c := range []struct {
		name  string
		wrong item
	}{
		{"a partition key of another type", item{"Holder": N("1")}},
		{"a sort key of another type", item{"Since": S("1")}},
		{"a NULL key", item{"Holder": NULL()}},
		{"an empty key", item{"Holder": S("")}},
		{"a key that is a map", item{"Tag": M(item{})}},
		{"a partition key of 2049 bytes", item{"Tag": S(strings.Repeat("o", 2049))}},
	} {
		cases = append(cases, conformanceCase{c.name + " is refused", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			before := owned("a", "1", "ann", "1")
			db.put(table, before)
			refused(t, db.PutItem, &dynamodb.PutItemInput{TableName: &table, Item: with(pksk("a", "1"), c.wrong)}, invalid)
			refused(t, db.BatchWriteItem, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{
				table: {{PutRequest: &types.PutRequest{Item: with(pksk("a", "1"), c.wrong)}}},
			}}, invalid)
			for name, v := range c.wrong {
				refused(t, db.UpdateItem, change(table, "SET "+name+" = :v", values{":v": v}), invalid)
			}
			db.holds(table, before)
		}})
	}
	return append(cases, conformanceCase{"a copied attribute of another type is refused", func(t *testing.T, db database) {
		table := db.table(withIndexes)
		db.put(table, owned("a", "1", "ann", "1"))
		refused(t, db.UpdateItem, change(table, "SET Holder = Since", nil), invalid)
		db.holds(table, owned("a", "1", "ann", "1"))
	}})
}
