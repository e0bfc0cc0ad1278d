package sqsbatch_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// The handler of a function is called with the event's JSON, as lambda.Start does.
func ExampleHandler_Invoke() {
	h := sqsbatch.Handle(func(_ context.Context, body string) error { return errors.New("refused") })
	response, err := h.Invoke(context.Background(), []byte(`{"Records":[{"messageId":"1","body":"x"}]}`))
	fmt.Println(string(response), err)
	// Output: {"batchItemFailures":[{"itemIdentifier":"1"}]} <nil>
}

// A test of a handler of messages looks into its error.
func ExampleSteerError() {
	ship := func(_ context.Context, address string) error {
		if address == "" {
			return fmt.Errorf("ship: %w", sqsbatch.DeadLetter(errors.New("no address")))
		}
		return nil
	}
	var steer *sqsbatch.SteerError
	if err := ship(context.Background(), ""); errors.As(err, &steer) {
		fmt.Println(steer.Action, "because:", steer.Err)
	}
	// Output: send_to_dead_letter because: no address
}

// A queue and its event source mapping in memory, and the handler as Lambda would run it. Tests run this in a bubble of
// testing/synctest, where the visibility time-out takes no time.
func Example_testing() {
	var sqs sqsbatchtest.SQS
	orders, _ := sqs.CreateQueue("orders", sqsbatchtest.QueueAttributes{"VisibilityTimeout": "1"})
	_, _ = orders.Send(sqsbatchtest.Message{Body: "ord_1"})

	h := sqsbatch.Handle(func(ctx context.Context, _ string) error {
		if m, _ := sqsbatch.MessageFromContext(ctx); m.Attributes["ApproximateReceiveCount"] == "1" {
			return errors.New("not at the first receive")
		}
		return nil
	})
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	mapping := sqsbatchtest.Mapping{
		Queue: orders, Invoke: h.Invoke, ReportBatchItemFailures: true,
		Observe: func(b sqsbatchtest.Batch) {
			fmt.Println("deleted:", len(b.Deleted))
			if len(b.Deleted) > 0 {
				cancel()
			}
		},
	}
	err := mapping.Run(ctx)
	fmt.Println(orders.Counts(), err)
	// Output:
	// deleted: 0
	// deleted: 1
	// {0 0 0} <nil>
}
