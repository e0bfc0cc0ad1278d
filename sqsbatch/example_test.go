package sqsbatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

func Example() {
	type Order struct {
		ID     string `json:"id"`
		Amount int    `json:"amount"`
	}
	handler := sqsbatch.Handle(func(_ context.Context, o Order) error {
		if o.Amount <= 0 {
			return errors.New("nothing to charge")
		}
		return nil
	})
	// In a function: lambda.Start(handler). Here it is called as Lambda would.
	response, err := handler(context.Background(), events.SQSEvent{Records: []events.SQSMessage{
		{MessageId: "1", Body: `{"id":"ord_1","amount":100}`},
		{MessageId: "2", Body: `{"id":"ord_2"}`},
		{MessageId: "3", Body: `not JSON`},
	}})
	out, _ := json.Marshal(response)
	fmt.Println(string(out), err)
	// Output: {"batchItemFailures":[{"itemIdentifier":"2"},{"itemIdentifier":"3"}]} <nil>
}

func ExampleMessageFromContext() {
	handler := sqsbatch.Handle(func(ctx context.Context, body string) error {
		m, _ := sqsbatch.MessageFromContext(ctx)
		fmt.Println(m.MessageId, m.Attributes["ApproximateReceiveCount"], body)
		return nil
	}, sqsbatch.WithConcurrency(1))
	_, _ = handler(context.Background(), events.SQSEvent{Records: []events.SQSMessage{
		{MessageId: "1", Body: "hello", Attributes: map[string]string{"ApproximateReceiveCount": "1"}},
	}})
	// Output: 1 1 hello
}
