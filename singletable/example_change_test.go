package singletable_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

func ExampleChange() {
	ctx := context.Background()
	orders := newShop(ctx, newTable(ctx))
	capacity := singletable.Change(func(in *dynamodb.QueryInput) { in.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal })
	n, err := orders.Count(ctx, shopOrder{UserID: "usr_123"}, capacity)
	fmt.Println(n, err)
	// Output:
	// 4 <nil>
}
