package sqsjson_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"
	"unsafe"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/internal/sqsjson"
)

type order struct {
	ID     string    `json:"id"`
	Amount int       `json:"amount"`
	At     time.Time `json:"at"`
}

// payloadOf returns an event of n messages as Lambda writes it: 1.1 kB a message, most of it not the body.
func payloadOf(b *testing.B, n int) []byte {
	payload := []byte(`{"Records":[`)
	for i := range n {
		if i > 0 {
			payload = append(payload, ',')
		}
		payload = fmt.Appendf(payload, `{"messageId":"%08x-5a1c-4b7e-9d2f-3c6b8e0f1a20","receiptHandle":"AQEB%0380d==",`+
			`"body":"{\"id\":\"ord_%d\",\"amount\":1999,\"at\":\"2026-01-15T10:00:00Z\"}","attributes":{"ApproximateReceiveCount":"1",`+
			`"AWSTraceHeader":"Root=1-6968c0d1-3f2a9b8c7d6e5f4a3b2c1d0e;Parent=8c7d6e5f4a3b2c1d;Sampled=1",`+
			`"SentTimestamp":"1768471200123","SenderId":"AROAEXAMPLEROLEID0001:order-api",`+
			`"ApproximateFirstReceiveTimestamp":"1768471200131"},"messageAttributes":{},"md5OfBody":"%032x",`+
			`"eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-central-1:123456789012:orders","awsRegion":"eu-central-1"}`,
			i, i, i, i)
	}
	payload = append(payload, `]}`...)
	if !json.Valid(payload) {
		b.Fatal("not JSON")
	}
	return payload
}

var sizes = []int{1, 10, 100, 10_000}

// What does an event cost to read, and what does encoding/json take for it?
func BenchmarkDecodeEvent(b *testing.B) {
	for _, n := range sizes {
		payload := payloadOf(b, n)
		for _, c := range []struct {
			name   string
			decode func([]byte) (events.SQSEvent, error)
		}{
			{"sqsjson", sqsjson.DecodeEvent},
			{"encoding-json", func(payload []byte) (e events.SQSEvent, err error) { err = json.Unmarshal(payload, &e); return e, err }},
		} {
			b.Run(fmt.Sprintf("n=%d/%s", n, c.name), func(b *testing.B) {
				b.SetBytes(int64(len(payload)))
				b.ReportAllocs()
				for b.Loop() {
					if e, err := c.decode(payload); err != nil || len(e.Records) != n {
						b.Fatal(len(e.Records), err)
					}
				}
			})
		}
	}
}

// What does a response with all messages failed cost to write, and what does encoding/json take for it?
func BenchmarkAppendResponse(b *testing.B) {
	for _, n := range sizes {
		var r events.SQSEventResponse
		for i := range n {
			r.BatchItemFailures = append(r.BatchItemFailures,
				events.SQSBatchItemFailure{ItemIdentifier: fmt.Sprintf("%08x-5a1c-4b7e-9d2f-3c6b8e0f1a20", i)})
		}
		b.Run(fmt.Sprintf("n=%d/sqsjson", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if len(sqsjson.AppendResponse(nil, r)) < n {
					b.Fatal("short")
				}
			}
		})
		b.Run(fmt.Sprintf("n=%d/encoding-json", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if out, err := json.Marshal(r); err != nil || len(out) < n {
					b.Fatal(err)
				}
			}
		})
	}
}

// What does a batch cost from the raw payload to the raw response, when a loop decodes each body into a struct and does
// nothing with it? "by-hand" is what people write, behind lambda.NewHandler. "sqsjson" is the same loop between the two
// functions of this package. "no-copy" saves the copy of the body for encoding/json as well. "bodies" is the part that is
// the same in all: it decodes the bodies only, and bounds what can be saved.
func BenchmarkRawToRaw(b *testing.B) {
	loop := func(unmarshal func(string, *order) error) func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
		return func(_ context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
			r := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
			for i := range event.Records {
				var o order
				if err := unmarshal(event.Records[i].Body, &o); err != nil || o.ID == "" {
					r.BatchItemFailures = append(r.BatchItemFailures,
						events.SQSBatchItemFailure{ItemIdentifier: event.Records[i].MessageId})
				}
			}
			return r, nil
		}
	}
	copying := loop(func(body string, o *order) error { return json.Unmarshal([]byte(body), o) })
	noCopy := loop(func(body string, o *order) error {
		return json.Unmarshal(unsafe.Slice(unsafe.StringData(body), len(body)), o)
	})
	raw := func(handle func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)) func(context.Context, []byte) ([]byte, error) {
		return func(ctx context.Context, payload []byte) ([]byte, error) {
			event, err := sqsjson.DecodeEvent(payload)
			if err != nil {
				return nil, err
			}
			r, err := handle(ctx, event)
			return sqsjson.AppendResponse(nil, r), err
		}
	}
	for _, n := range sizes {
		payload := payloadOf(b, n)
		event, err := sqsjson.DecodeEvent(payload)
		if err != nil {
			b.Fatal(err)
		}
		for _, c := range []struct {
			name   string
			invoke func(context.Context, []byte) ([]byte, error)
		}{
			{"by-hand", lambda.NewHandler(copying).Invoke},
			{"sqsjson", raw(copying)},
			{"no-copy", raw(noCopy)},
			{"bodies", func(ctx context.Context, _ []byte) ([]byte, error) {
				r, err := copying(ctx, event)
				return sqsjson.AppendResponse(nil, r), err
			}},
		} {
			b.Run(fmt.Sprintf("n=%d/%s", n, c.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if out, err := c.invoke(b.Context(), payload); err != nil || string(out) != `{"batchItemFailures":[]}` {
						b.Fatal(string(out), err)
					}
				}
			})
		}
	}
}
