package sqsbatch_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope/envelopetest"
)

func ExampleWithDecoding() {
	type Order struct{ ID string }
	h := sqsbatch.Handle(func(_ context.Context, o Order) error {
		fmt.Println(o.ID)
		return nil
	}, sqsbatch.WithDecoding(envelope.SNS(), envelope.Base64(), envelope.Gzip(1<<20)))

	const topic = "arn:aws:sns:us-east-1:123456789012:orders"
	invoke(h, envelopetest.SNS(topic, envelopetest.GzipBase64(`{"ID":"ord_1"}`), nil))
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
	}, sqsbatch.WithDecoding(envelope.S3()),
		sqsbatch.WithObserver(func(_ context.Context, r sqsbatch.Report) { fmt.Println(r.Messages[0].Outcome) })),
		envelopetest.S3TestEvent("uploads"), envelopetest.S3("uploads", "summer 2026.jpg", 1024))
	// Output:
	// uploads summer 2026.jpg
	// test_event
	// again: []
}

// A step of one's own: what stands behind a version byte.
func ExampleWithDecoding_step() {
	version1 := func(body []byte) ([]byte, error) {
		inside, ok := bytes.CutPrefix(body, []byte("1"))
		if !ok {
			return nil, errors.New("not version 1")
		}
		return inside, nil
	}
	h := sqsbatch.Handle(func(_ context.Context, n int) error { fmt.Println(n); return nil }, sqsbatch.WithDecoding(version1),
		sqsbatch.WithObserver(func(_ context.Context, r sqsbatch.Report) { fmt.Println(r.Messages[1].Err) }))
	invoke(h, "142", "2")
	// Output:
	// 42
	// sqsbatch: message 2: cannot decode the body as int: at step 1 of WithDecoding, it was refused
	// again: [2]
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
