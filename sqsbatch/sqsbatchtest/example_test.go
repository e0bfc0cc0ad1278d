package sqsbatchtest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// A queue, a function that cannot process one of three messages, and the dead-letter queue in which that message ends
// after two attempts. Tests run this in a bubble of testing/synctest, where the visibility time-outs take no time.
func Example() {
	var sqs sqsbatchtest.SQS
	dead, err := sqs.CreateQueue("orders-dead", nil)
	if err != nil {
		panic(err)
	}
	orders, err := sqs.CreateQueue("orders", sqsbatchtest.QueueAttributes{
		"VisibilityTimeout": "1",
		"RedrivePolicy":     dead.RedrivePolicy(2),
	})
	if err != nil {
		panic(err)
	}
	for _, body := range []string{"tea", "poison", "coffee"} {
		if _, err := orders.Send(sqsbatchtest.Message{Body: body}); err != nil {
			panic(err)
		}
	}

	// The function answers with the messages that failed.
	handler := func(_ context.Context, payload []byte) ([]byte, error) {
		var event events.SQSEvent
		if err := json.Unmarshal(payload, &event); err != nil {
			return nil, err
		}
		var response events.SQSEventResponse
		for _, m := range event.Records {
			if m.Body == "poison" {
				response.BatchItemFailures = append(response.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
			}
		}
		return json.Marshal(response)
	}

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	mapping := sqsbatchtest.Mapping{
		Queue:                   orders,
		Invoke:                  handler,
		ReportBatchItemFailures: true,
		Observe: func(b sqsbatchtest.Batch) {
			for _, m := range b.Messages {
				fmt.Printf("%s, attempt %s: deleted %t\n", m.Body, m.Attributes["ApproximateReceiveCount"], slices.Contains(b.Deleted, m.MessageId))
			}
		},
	}
	ended := make(chan error)
	go func() { ended <- mapping.Run(ctx) }()

	messages, err := dead.Receive(ctx, 1, 10*time.Second)
	cancel()
	fmt.Println("dead-letter queue:", messages[0].Body, err)
	fmt.Println("left in the queue:", orders.Counts(), <-ended)
	// Output:
	// tea, attempt 1: deleted true
	// poison, attempt 1: deleted false
	// coffee, attempt 1: deleted true
	// poison, attempt 2: deleted false
	// dead-letter queue: poison <nil>
	// left in the queue: {0 0 0} <nil>
}
