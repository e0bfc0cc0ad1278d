package singletable_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// leaving is a client whose service leaves all that is for one table.
type leaving struct {
	singletable.Client
	table string
}

func (l leaving) BatchWriteItem(
	_ context.Context, in *dynamodb.BatchWriteItemInput, _ ...func(*dynamodb.Options),
) (*dynamodb.BatchWriteItemOutput, error) {
	return &dynamodb.BatchWriteItemOutput{UnprocessedItems: map[string][]types.WriteRequest{l.table: in.RequestItems[l.table]}}, nil
}

// A function of Change may add writes to another table. Those that the service left were lost, and the batch reported as written.
func TestABatchWhoseOtherTableIsLeftFails(t *testing.T) {
	t.Parallel()
	table := singletable.NewTable(leaving{table: "other"}, "app")
	orders := repo[Order](t, table, singletable.Schema{Type: "Order", Key: singletable.Pattern("USER#{user_id}", "ORDER#{id}")})
	err := orders.BatchPut(t.Context(), []Order{{UserID: "u", ID: "o"}}, singletable.Change(func(in *dynamodb.BatchWriteItemInput) {
		in.RequestItems["other"] = []types.WriteRequest{{PutRequest: &types.PutRequest{Item: item{"id": text("1")}}}}
	}))
	if keys := left(t, err); len(keys) != 1 {
		t.Errorf("left are %v", keys)
	}
}
