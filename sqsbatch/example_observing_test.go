package sqsbatch_test

import (
	"bytes"
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

func ExampleWithObserver() {
	invoke(sqsbatch.Handle(func(_ context.Context, n int) error {
		if n == 2 {
			panic("division by zero")
		}
		return nil
	}, sqsbatch.WithObserver(func(_ context.Context, r sqsbatch.Report) {
		fmt.Println(r.Count(sqsbatch.Succeeded), "of", len(r.Messages), "succeeded")
		for _, m := range r.Messages {
			if !m.Outcome.Done() {
				fmt.Println(m.ID, m.Outcome, m.Err)
			}
		}
	})), "1", "2", "three")
	// Output:
	// 1 of 3 succeeded
	// 2 panicked sqsbatch: the handler panicked: division by zero
	// 3 decode_failed sqsbatch: message 3: cannot decode the body as int: it is not JSON: syntax error at byte 2
	// again: [2 3]
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

func ExampleMetricsTo() {
	metrics := sqsbatch.MetricsTo(os.Stdout, "Shop/Workers", map[string]string{"Stage": "prod"})
	_ = sqsbatch.Handle(func(context.Context, string) error { return nil }, sqsbatch.WithObserver(metrics))

	// What is written for a batch, without the time and the definition of the metrics:
	var out bytes.Buffer
	sqsbatch.MetricsTo(&out, "Shop/Workers", nil)(context.Background(), sqsbatch.Report{
		QueueARN: "arn:aws:sqs:us-east-1:123456789012:orders",
		Messages: []sqsbatch.MessageReport{{Outcome: sqsbatch.Succeeded}, {Outcome: sqsbatch.SkippedBrake}},
	})
	var document map[string]any
	_ = json.Unmarshal(out.Bytes(), &document)
	for _, name := range []string{"QueueName", "Messages", "Succeeded", "SkippedBrake", "ComesAgain", "Duration"} {
		fmt.Println(name, document[name])
	}
	// Output:
	// QueueName orders
	// Messages 2
	// Succeeded 1
	// SkippedBrake 1
	// ComesAgain 1
	// Duration [0]
}

// What fails on its last receive goes to the dead-letter queue: that is worth more than a warning.
func ExampleWithMaxReceiveCount() {
	h := sqsbatch.Handle(func(context.Context, string) error { return errors.New("ledger is closed") },
		sqsbatch.WithMaxReceiveCount(5),
		sqsbatch.WithObserver(func(_ context.Context, r sqsbatch.Report) {
			for _, m := range r.Messages {
				fmt.Println(m.ID, m.ReceiveCount, m.LastReceive)
			}
		}))
	_, _ = h(context.Background(), events.SQSEvent{Records: []events.SQSMessage{
		{MessageId: "1", Attributes: map[string]string{"ApproximateReceiveCount": "4"}},
		{MessageId: "2", Attributes: map[string]string{"ApproximateReceiveCount": "5"}},
	}})
	// Output:
	// 1 4 false
	// 2 5 true
}

func ExampleWithMiddleware() {
	logged := func(next func(context.Context, *events.SQSMessage) error) func(context.Context, *events.SQSMessage) error {
		return func(ctx context.Context, m *events.SQSMessage) error {
			err := next(ctx, m)
			fmt.Println(m.MessageId, err)
			return err
		}
	}
	invoke(sqsbatch.Handle(func(context.Context, string) error { return nil }, sqsbatch.WithMiddleware(logged)), "x")
	// Output:
	// 1 <nil>
	// again: []
}
