package eventbridge_test

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
)

// A handler of a queue, with a partial batch response: what failed comes again, and so does what was no event. Where order and
// time matter, sqsbatch.Handle(router.Handle) does it.
func ExampleUnwrap() {
	handle := eventbridge.Handle(func(ctx context.Context, e eventbridge.Event[OrderPlaced]) error {
		fmt.Println("order", e.Detail.OrderID)
		return nil
	})
	handler := func(ctx context.Context, payload json.RawMessage) (events.SQSEventResponse, error) {
		r := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
		items, err := eventbridge.Unwrap(payload)
		if err != nil {
			return r, err
		}
		for _, item := range items {
			err := item.Err
			if err == nil {
				err = handle(ctx, item.Event)
			}
			if err != nil {
				fmt.Println(err)
				r.BatchItemFailures = append(r.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: item.RecordID})
			}
		}
		return r, nil
	}

	response, err := handler(context.Background(), json.RawMessage(`{"Records":[
		{"messageId":"m-1","eventSource":"aws:sqs","body":"{\"source\":\"com.example.shop\",\"detail-type\":\"Order Placed\",\"detail\":{\"orderId\":\"o-7\"}}"},
		{"messageId":"m-2","eventSource":"aws:sqs","body":"hello"}]}`))
	fmt.Println(response, err)
	// Output:
	// order o-7
	// eventbridge: there is no event of EventBridge, but something that is not JSON in a message of SQS
	// {[{m-2}]} <nil>
}
