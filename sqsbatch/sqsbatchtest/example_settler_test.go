package sqsbatchtest_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// A handler that gives up on a message at once: its copy is in the dead-letter queue when the handler has answered, and no
// client was needed.
func ExampleSettler() {
	ctx := context.Background()
	var sqs sqsbatchtest.SQS
	dead, err := sqs.CreateQueue("orders-dead", nil)
	if err != nil {
		panic(err)
	}
	orders, err := sqs.CreateQueue("orders", sqsbatchtest.QueueAttributes{"RedrivePolicy": dead.RedrivePolicy(5)})
	if err != nil {
		panic(err)
	}
	for _, body := range []string{"tea", "poison"} {
		if _, err := orders.Send(sqsbatchtest.Message{Body: body}); err != nil {
			panic(err)
		}
	}
	handler := sqsbatch.Handle(func(_ context.Context, order string) error {
		if order == "poison" {
			return sqsbatch.DeadLetter(errors.New("no such order"))
		}
		return nil
	}, sqsbatch.WithSettler(&sqsbatchtest.Settler{Queue: orders}))

	messages, err := orders.Receive(ctx, 10, 0)
	if err != nil {
		panic(err)
	}
	response, err := handler(ctx, events.SQSEvent{Records: messages})
	fmt.Println(len(response.BatchItemFailures), "failed", err)
	copies, err := dead.Receive(ctx, 10, 0)
	fmt.Println("dead-letter queue:", copies[0].Body, err)
	// Output:
	// 0 failed <nil>
	// dead-letter queue: poison <nil>
}
