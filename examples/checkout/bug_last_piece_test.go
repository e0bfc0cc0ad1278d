package checkout_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"

	"github.com/lambdapatterns/lambdapatterns/examples/checkout"
	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
)

// Two calls of one order at once: between the two reads of the one, the other takes the last piece. The order has it, and must not
// be told that it is out of stock.
func TestLastPieceTakenByTheSameOrder(t *testing.T) {
	t.Parallel()
	s := newService(t)
	const pot = `{"order_id":"ord_1","product_id":"prod_pot","quantity":1}`
	reads := 0
	between := func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("between", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			if _, ok := in.Parameters.(*dynamodb.GetItemInput); ok {
				if reads++; reads == 2 {
					s.is("", "reserve", pot)
				}
			}
			return next.HandleInitialize(ctx, in)
		}), middleware.Before)
	}
	client := s.engine.Client(func(o *dynamodb.Options) { o.APIOptions = append(o.APIOptions, between) })
	store, err := checkout.NewStore(checkout.NewTable(client, "checkout"))
	if err != nil {
		t.Fatal(err)
	}
	slow, err := checkout.New(store, checkout.SimulatedProvider{Store: store}, idempotency.New(client, "checkout"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	reserve, err := slow.Handler("reserve")
	if err != nil {
		t.Fatal(err)
	}
	out, err := lambda.NewHandler(reserve).Invoke(t.Context(), []byte(pot))
	if err != nil || reads < 2 || s.available("prod_pot") != 0 {
		t.Errorf("got %s, %v after %d reads", out, err, reads)
	}
}
