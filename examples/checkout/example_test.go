package checkout_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/examples/checkout"
	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// The handler of a task is what lambda.Start takes. Here it is called as Lambda calls it.
func ExampleService_Handler() {
	ctx := context.Background()
	client := new(singletabletest.Engine).Client()
	table := checkout.NewTable(client, "checkout")
	_, err1 := client.CreateTable(ctx, table.CreateTableInput())
	store, err2 := checkout.NewStore(table)
	if err := errors.Join(err1, err2); err != nil {
		log.Fatal(err)
	}
	service, err := checkout.New(store, checkout.SimulatedProvider{Store: store}, idempotency.New(client, "checkout"), slog.New(slog.DiscardHandler))
	if err != nil {
		log.Fatal(err)
	}
	if err := store.Stock.Create(ctx, checkout.Stock{ProductID: "prod_pot", Available: 1}); err != nil {
		log.Fatal(err)
	}
	reserve, err := service.Handler("reserve")
	if err != nil {
		log.Fatal(err)
	}
	for _, payload := range []string{
		`{"order_id": "ord_1", "product_id": "prod_pot", "quantity": 1}`,
		`{"order_id": "ord_1", "product_id": "prod_pot", "quantity": 1}`, // again
		`{"order_id": "ord_2", "product_id": "prod_pot", "quantity": 1}`,
	} {
		out, err := lambda.NewHandler(reserve).Invoke(ctx, []byte(payload))
		fmt.Println(string(out), err)
	}
	// Output:
	// {"order_id":"ord_1","product_id":"prod_pot","quantity":1,"released":false} <nil>
	// {"order_id":"ord_1","product_id":"prod_pot","quantity":1,"released":false} <nil>
	//  checkout: order ord_2 wants 1 of product prod_pot, and 0 are available
}
