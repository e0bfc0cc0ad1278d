package sqsbatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

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

func ExampleHandle_fifo() {
	handler := sqsbatch.Handle(func(_ context.Context, step string) error {
		if step == "charge" {
			return errors.New("declined")
		}
		return nil
	})
	message := func(id, group, body string) events.SQSMessage {
		return events.SQSMessage{
			MessageId: id, Body: body, EventSourceARN: "arn:aws:sqs:us-east-1:123456789012:steps.fifo",
			Attributes: map[string]string{"MessageGroupId": group},
		}
	}
	response, _ := handler(context.Background(), events.SQSEvent{Records: []events.SQSMessage{
		message("1", "ord_1", "reserve"), message("2", "ord_1", "charge"),
		message("3", "ord_2", "reserve"), message("4", "ord_1", "ship"),
	}})
	for _, f := range response.BatchItemFailures {
		fmt.Println(f.ItemIdentifier) // the failed one and what comes after it in its group
	}
	// Output:
	// 2
	// 4
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

func ExampleLogTo() {
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == "duration_ms" {
				return slog.Attr{}
			}
			return a
		},
	}))
	handler := sqsbatch.Handle(func(context.Context, string) error {
		return errors.New("ledger is closed")
	}, sqsbatch.WithObserver(sqsbatch.LogTo(logger)), sqsbatch.WithReserve(time.Second))
	_, _ = handler(context.Background(), events.SQSEvent{Records: []events.SQSMessage{
		{MessageId: "1", Body: "hello", EventSourceARN: "arn:aws:sqs:us-east-1:123456789012:steps"},
	}})
	// Output:
	// level=WARN msg="sqs batch" queue=arn:aws:sqs:us-east-1:123456789012:steps messages=1 failed=1
	// level=WARN msg="sqs message comes again" message_id=1 outcome=failed receive_count=0 error="ledger is closed"
}
