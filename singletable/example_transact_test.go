package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

func ExampleTable_Transact() {
	ctx := context.Background()
	type Order struct {
		UserID string `dynamodbav:"user_id"`
		ID     string `dynamodbav:"id"`
	}
	table := newTable(ctx)
	products := exampleProducts(table)
	orders, err := singletable.NewRepo[Order](table, singletable.Schema{
		Type: "Order", Key: singletable.Pattern("USER#{user_id}", "ORDER#{id}"),
	})
	if err != nil {
		log.Fatal(err)
	}
	var before exampleProduct
	_ = products.Create(ctx, exampleProduct{ID: "prod_101", Stock: 1}, singletable.Stored(&before))
	after := before
	after.Stock--

	buy := func(order string) error {
		return table.Transact(ctx, []singletable.Action{
			orders.ToCreate(Order{UserID: "usr_123", ID: order}),
			products.ToUpdate(before, after),
		})
	}
	fmt.Println(buy("ord_1"))
	if refused, ok := errors.AsType[*singletable.TransactionError](buy("ord_2")); ok {
		for _, reason := range refused.Reasons {
			fmt.Println(reason)
		}
	}
	// Output:
	// <nil>
	// singletable: update Product PRODUCT#prod_101|METADATA: the item was changed by another writer
}
