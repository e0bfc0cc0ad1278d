package singletabletest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// capacityCases ask what operations consumed. The units of small items without indexes are sure; others are an engine's own.
func capacityCases() []conformanceCase {
	consumed := func(t *testing.T, table string, c *types.ConsumedCapacity, units float64) {
		t.Helper()
		same(t, c, &types.ConsumedCapacity{TableName: &table, CapacityUnits: &units})
	}
	total := types.ReturnConsumedCapacityTotal
	return []conformanceCase{
		{"nothing is said unless asked", func(t *testing.T, db database) {
			table := db.table(byPK)
			same(t, call(t, db.PutItem, &dynamodb.PutItemInput{TableName: &table, Item: pk("a"), ReturnConsumedCapacity: types.ReturnConsumedCapacityNone}),
				&dynamodb.PutItemOutput{})
			same(t, call(t, db.GetItem, &dynamodb.GetItemInput{TableName: &table, Key: pk("a")}), &dynamodb.GetItemOutput{Item: pk("a")})
		}},
		{"single items", func(t *testing.T, db database) {
			table := db.table(byPK)
			consumed(t, table, call(t, db.PutItem, &dynamodb.PutItemInput{TableName: &table, Item: pk("a"), ReturnConsumedCapacity: total}).ConsumedCapacity, 1)
			consumed(t, table, call(t, db.GetItem, &dynamodb.GetItemInput{TableName: &table, Key: pk("a"), ReturnConsumedCapacity: total}).ConsumedCapacity, 0.5)
			consumed(t, table, call(t, db.GetItem, &dynamodb.GetItemInput{
				TableName: &table, Key: pk("a"), ReturnConsumedCapacity: total, ConsistentRead: new(true),
			}).ConsumedCapacity, 1)
			consumed(t, table, call(t, db.UpdateItem, &dynamodb.UpdateItemInput{
				TableName: &table, Key: pk("a"), UpdateExpression: new("REMOVE x"), ReturnConsumedCapacity: total,
			}).ConsumedCapacity, 1)
			consumed(t, table, call(t, db.DeleteItem, &dynamodb.DeleteItemInput{TableName: &table, Key: pk("a"), ReturnConsumedCapacity: total}).ConsumedCapacity, 1)
		}},
		{"pages", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, pk("a"))
			in := query(table, "PK = :p", values{":p": S("a")})
			in.ReturnConsumedCapacity = total
			consumed(t, table, call(t, db.Query, in).ConsumedCapacity, 0.5)
			consumed(t, table, call(t, db.Scan, &dynamodb.ScanInput{TableName: &table, ReturnConsumedCapacity: total}).ConsumedCapacity, 0.5)
		}},
		{"batches and transactions, by table", func(t *testing.T, db database) {
			table := db.table(byPK)
			written := call(t, db.BatchWriteItem, &dynamodb.BatchWriteItemInput{
				RequestItems: map[string][]types.WriteRequest{table: {putRequest(pk("a")), putRequest(pk("b"))}}, ReturnConsumedCapacity: total,
			})
			consumed(t, table, &written.ConsumedCapacity[0], 2)
			in := batchGet(table, pk("a"), pk("b"))
			in.ReturnConsumedCapacity = total
			consumed(t, table, &call(t, db.BatchGetItem, in).ConsumedCapacity[0], 1)
			tx := transaction(txPut(table, pk("c")))
			tx.ReturnConsumedCapacity = total
			consumed(t, table, &call(t, db.TransactWriteItems, tx).ConsumedCapacity[0], 2)
			gets := &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{get(table, pk("b"))}, ReturnConsumedCapacity: total}
			consumed(t, table, &call(t, db.TransactGetItems, gets).ConsumedCapacity[0], 2)
		}},
		{"INDEXES says what the table and each index took", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			out := call(t, db.PutItem, &dynamodb.PutItemInput{
				TableName: &table, Item: owned("a", "1", "ann", "1"), ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes,
			}).ConsumedCapacity
			same(t, out, &types.ConsumedCapacity{
				TableName: &table, CapacityUnits: new(4.0), Table: &types.Capacity{CapacityUnits: new(1.0)},
				GlobalSecondaryIndexes: map[string]types.Capacity{
					"ByHolder": {CapacityUnits: new(1.0)}, "Keys": {CapacityUnits: new(1.0)}, "Included": {CapacityUnits: new(1.0)},
				},
			})
		}},
		{"an update takes from the indexes that it changes", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			db.put(table, owned("a", "1", "ann", "1"))
			indexes := func(units map[string]float64) *types.ConsumedCapacity {
				c := &types.ConsumedCapacity{TableName: &table, CapacityUnits: new(1.0), Table: &types.Capacity{CapacityUnits: new(1.0)}}
				for name, u := range units {
					if c.GlobalSecondaryIndexes == nil {
						c.GlobalSecondaryIndexes = map[string]types.Capacity{}
					}
					*c.CapacityUnits += u
					c.GlobalSecondaryIndexes[name] = types.Capacity{CapacityUnits: &u}
				}
				return c
			}
			for _, step := range []struct {
				expression string
				want       map[string]float64
			}{
				{"SET y = :v", map[string]float64{"ByHolder": 1}},
				{"SET y = :v", nil},
				{"SET x = :v", map[string]float64{"ByHolder": 1, "Included": 1}},
				{"SET Holder = :v", map[string]float64{"ByHolder": 2, "Keys": 2}},
				{"REMOVE Holder SET y = :v", map[string]float64{"ByHolder": 1, "Keys": 1}},
			} {
				out := call(t, db.UpdateItem, &dynamodb.UpdateItemInput{
					TableName: &table, Key: pksk("a", "1"), UpdateExpression: &step.expression, ExpressionAttributeValues: values{":v": S("new")},
					ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes,
				})
				same(t, out.ConsumedCapacity, indexes(step.want))
			}
		}},
	}
}
