package deploy

import (
	"log/slog"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/examples/checkout"
	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// useCheckout makes one of the checkout's tasks do what it can do: for the first time and again, before and after its step was
// taken back, with a card that is declined and with one that fails. Its neighbours are not recorded.
func useCheckout(t *testing.T, r *recorder, name string) {
	engine := new(singletabletest.Engine)
	_, err := engine.Client().CreateTable(t.Context(), checkout.NewTable(engine.Client(), "checkout").CreateTableInput())
	must(t, err)
	service := func(client *dynamodb.Client) *checkout.Service {
		store, err := checkout.NewStore(checkout.NewTable(client, "checkout"))
		must(t, err)
		must(t, store.Products.Put(t.Context(), checkout.Product{ID: "prod_tea", Price: 450}))
		made, err := checkout.New(store, checkout.SimulatedProvider{Store: store}, idempotency.New(client, "checkout"), slog.New(slog.DiscardHandler))
		must(t, err)
		return made
	}
	unwatched, watched := service(engine.Client()), service(engine.Client(func(o *dynamodb.Options) { o.APIOptions = append(o.APIOptions, r.watch) }))
	r.done = nil // the product
	store, err := checkout.NewStore(checkout.NewTable(engine.Client(), "checkout"))
	must(t, err)
	must(t, store.Stock.Create(t.Context(), checkout.Stock{ProductID: "prod_tea", Available: 10}))

	call := func(task, payload string) {
		by := unwatched
		if task == name {
			by = watched
		}
		handler, err := by.Handler(task)
		must(t, err)
		_, _ = lambda.NewHandler(handler).Invoke(t.Context(), []byte(payload)) // answers are errors, too
	}
	const (
		order = `{"order_id":"ord_1","user_id":"usr_ada","card":"tok_flaky","lines":[{"product_id":"prod_tea","quantity":3}]}`
		other = `{"order_id":"ord_2","user_id":"usr_ada","card":"tok_declined","lines":[{"product_id":"prod_tea","quantity":3}]}`
		line  = `{"order_id":"ord_1","product_id":"prod_tea","quantity":3}`
		none  = `{"order_id":"ord_2","product_id":"prod_tea","quantity":30}`
	)
	for range 2 {
		call("price", order)
		call("price", other)
		call("reserve", line)
		call("reserve", none)
		call("charge", `{"order_id":"ord_1","amount":1350,"card":"tok_flaky"}`)
		call("charge", `{"order_id":"ord_2","amount":1350,"card":"tok_declined"}`)
		call("confirm", order)
		call("cancel", order)
		call("cancel", other)
		call("confirm", other)
		call("refund", order)
		call("refund", `{"order_id":"ord_3"}`)
		call("release", line)
		call("release", none)
	}
}
