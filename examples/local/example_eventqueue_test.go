// A queue between EventBridge and a function: eventbridge and sqsbatch meet, which do not import each other.

package main_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope/envelopetest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// orderPlaced is the detail of an event of the shop's own.
type orderPlaced struct {
	ID string `json:"id"`
}

func (orderPlaced) EventType() (source, detailType string) { return "shop.orders", "Order Placed" }

// refuseForGood is middleware that sends to the dead-letter queue what no retry mends: what is no event, has a detail that the
// handler's type cannot hold, or has no handler.
func refuseForGood(next func(context.Context, json.RawMessage) error) func(context.Context, json.RawMessage) error {
	return func(ctx context.Context, event json.RawMessage) error {
		err := next(ctx, event)
		var steered *sqsbatch.SteerError // by Otherwise
		if errors.Is(err, eventbridge.ErrPermanent) && !errors.As(err, &steered) {
			return sqsbatch.DeadLetter(err)
		}
		return err
	}
}

// What no handler is for comes again like any failure, unless Otherwise says what becomes of it.
func Example_eventsFromAQueue() {
	ctx := context.Background()
	var service sqsbatchtest.SQS
	dead, err := service.CreateQueue("orders-dead", nil)
	if err != nil {
		panic(err)
	}
	queue, err := service.CreateQueue("orders", sqsbatchtest.QueueAttributes{"RedrivePolicy": dead.RedrivePolicy(5)})
	if err != nil {
		panic(err)
	}

	router, err := eventbridge.NewRouter(
		eventbridge.On(func(_ context.Context, e eventbridge.Event[orderPlaced]) error {
			fmt.Println("ship", e.Detail.ID)
			return nil
		}),
		eventbridge.Otherwise(func(_ context.Context, e eventbridge.Event[json.RawMessage]) error {
			noRoute := &eventbridge.NoRouteError{Source: e.Source, DetailType: e.DetailType}
			if e.Source == "shop.orders" {
				return sqsbatch.Drop(noRoute) // the rule takes all events of the shop's; nobody waits for these
			}
			return noRoute
		}),
		eventbridge.WithMiddleware(refuseForGood),
	)
	if err != nil {
		panic(err)
	}
	handler := sqsbatch.Handle(router.Handle,
		sqsbatch.WithConcurrency(1),
		sqsbatch.WithSettler(&sqsbatchtest.Settler{Queue: queue}), // in a function that of package sqsqueue
		sqsbatch.WithObserver(func(_ context.Context, r sqsbatch.Report) {
			for _, m := range r.Messages {
				fmt.Println(m.Outcome, errors.Is(m.Err, eventbridge.ErrNoRoute))
			}
		}))

	for _, e := range []struct{ source, detailType, detail string }{
		{"shop.orders", "Order Placed", `{"id":"7"}`},
		{"shop.orders", "Order Viewed", `{"id":"7"}`},
		{"shop.users", "User Left", `{"id":"8"}`},
		{"shop.orders", "Order Placed", `{"id":9}`},
	} {
		body, err := envelopetest.EventBridge(e.source, e.detailType, []byte(e.detail))
		if err != nil {
			panic(err)
		}
		if _, err := queue.Send(sqsbatchtest.Message{Body: body}); err != nil {
			panic(err)
		}
	}
	messages, err := queue.Receive(ctx, 10, 0)
	if err != nil {
		panic(err)
	}
	response, err := handler(ctx, events.SQSEvent{Records: messages})
	fmt.Println(len(response.BatchItemFailures), "come again;", dead.Counts().Visible, "in the dead-letter queue;", err)
	// Output:
	// ship 7
	// succeeded false
	// dropped true
	// dead_lettered true
	// dead_lettered false
	// 0 come again; 2 in the dead-letter queue; <nil>
}
