package sqsbatch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope"
)

func ExampleWithDecoding() {
	type Order struct{ ID string }
	h := sqsbatch.Handle(func(_ context.Context, o Order) error {
		fmt.Println(o.ID)
		return nil
	}, sqsbatch.WithDecoding(envelope.SNS(), envelope.Base64(), envelope.Gzip(1<<20)))

	var compressed bytes.Buffer
	w := gzip.NewWriter(&compressed)
	_, _ = w.Write([]byte(`{"ID":"ord_1"}`))
	_ = w.Close()
	envelope, _ := json.Marshal(map[string]string{
		"Type": "Notification", "TopicArn": "arn:aws:sns:us-east-1:123456789012:orders",
		"Message": base64.StdEncoding.EncodeToString(compressed.Bytes()),
	})
	invoke(h, string(envelope))
	// Output:
	// ord_1
	// again: []
}

func ExampleWithDecoding_s3() {
	invoke(sqsbatch.Handle(func(_ context.Context, e events.S3Event) error {
		for _, r := range e.Records {
			fmt.Println(r.S3.Bucket.Name, r.S3.Object.URLDecodedKey)
		}
		return nil
	}, sqsbatch.WithDecoding(envelope.S3()), sqsbatch.WithConcurrency(1),
		sqsbatch.WithObserver(func(_ context.Context, r sqsbatch.Report) { fmt.Println(r.Messages[0].Outcome) })),
		`{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"uploads"}`,
		`{"Records":[{"eventSource":"aws:s3","s3":{"bucket":{"name":"uploads"},"object":{"key":"summer+2026.jpg"}}}]}`)
	// Output:
	// uploads summer 2026.jpg
	// test_event
	// again: []
}

func ExampleWithCodec() {
	invoke(sqsbatch.Handle(func(_ context.Context, fields map[string]string) error {
		fmt.Println(fields["id"])
		return nil
	}, sqsbatch.WithCodec(func(data []byte, v any) error { // as proto.Unmarshal would be called
		name, value, ok := strings.Cut(string(data), "=")
		if !ok {
			return errors.New("no field")
		}
		*v.(*map[string]string) = map[string]string{name: value}
		return nil
	})), "id=ord_1")
	// Output:
	// ord_1
	// again: []
}

func ExampleWithUndecodable() {
	invoke(sqsbatch.Handle(func(context.Context, struct{ ID string }) error { return nil },
		sqsbatch.WithUndecodable(func(_ context.Context, _ events.SQSMessage, reason *sqsbatch.DecodeError) error {
			return sqsbatch.DeadLetter(reason) // it will not become better by waiting
		}), sqsbatch.WithSettler(printer{})), `{"ID":"ord_1"}`, `<order/>`)
	// Output:
	// 2 send_to_dead_letter 0s
	// again: []
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

func ExampleHandleBatch() {
	invoke(sqsbatch.HandleBatch(func(_ context.Context, messages []sqsbatch.Message[int]) []error {
		results := make([]error, len(messages)) // nil is success, and must be said for each
		for i, m := range messages {
			if m.Value < 0 {
				results[i] = errors.New("negative")
			}
		}
		return results
	}), "1", "-2", "3", "four")
	// Output: again: [2 4]
}

// The handler of a function is called with the event's JSON, as lambda.Start does.
func ExampleHandler_Invoke() {
	h := sqsbatch.Handle(func(_ context.Context, body string) error { return errors.New("refused") })
	response, err := h.Invoke(context.Background(), []byte(`{"Records":[{"messageId":"1","body":"x"}]}`))
	fmt.Println(string(response), err)
	// Output: {"batchItemFailures":[{"itemIdentifier":"1"}]} <nil>
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
