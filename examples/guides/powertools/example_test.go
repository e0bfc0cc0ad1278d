package powertools_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"

	"github.com/lambdapatterns/lambdapatterns/examples/guides/powertools"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope/envelopetest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// One order comes in two messages and is charged once.
func Example() {
	ctx := context.Background()
	client := new(singletabletest.Engine).Client()
	if _, err := client.CreateTable(ctx, singletable.NewTable(client, "app-table").CreateTableInput()); err != nil {
		log.Fatal(err)
	}
	store := idempotency.New(client, "app-table")
	charge := powertools.NewCharge(store, func(_ context.Context, o powertools.Order) (powertools.Receipt, error) {
		fmt.Println("charging", o.Total)
		return powertools.Receipt{Number: "r-1"}, nil
	})
	handler := powertools.NewHandler(charge, slog.New(slog.DiscardHandler), io.Discard)

	const topic = "arn:aws:sns:us-east-1:123456789012:orders"
	message := sqsbatchtest.Delivery{Message: sqsbatchtest.Message{Body: envelopetest.SNS(topic, `{"id": "o-1", "total": 4200}`, nil)}}
	for range 2 {
		event, err := sqsbatchtest.Event("arn:aws:sqs:us-east-1:123456789012:orders", message)
		if err != nil {
			log.Fatal(err)
		}
		response, err := handler(ctx, event)
		fmt.Println(len(response.BatchItemFailures), "failed", err)
	}
	receipt, err := charge(ctx, powertools.Order{ID: "o-1", Total: 4200})
	fmt.Println("the same receipt again:", receipt.Number, err)
	_, err = charge(ctx, powertools.Order{ID: "o-1", Total: 1})
	fmt.Println(err)
	// Output:
	// charging 4200
	// 0 failed <nil>
	// 0 failed <nil>
	// the same receipt again: r-1 <nil>
	// idempotency: replay IDEMPOTENCY#charge#o-1: the key was used with another input
}
