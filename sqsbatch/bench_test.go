package sqsbatch_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// payment is what the benchmarks' messages hold.
type payment struct {
	ID     string    `json:"id"`
	Amount int       `json:"amount"`
	At     time.Time `json:"at"`
}

const paymentBody = `{"id":"ord_456","amount":1999,"at":"2026-01-15T10:00:00Z"}`

// byHand is the loop that people write without this package: one message after another, failures appended.
func byHand(
	handler func(context.Context, payment) error,
) func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	return func(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
		response := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
		for _, m := range event.Records {
			var p payment
			err := json.Unmarshal([]byte(m.Body), &p)
			if err == nil {
				err = handler(ctx, p)
			}
			if err != nil {
				response.BatchItemFailures = append(response.BatchItemFailures,
					events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
			}
		}
		return response, nil
	}
}

// benchmarkCase is a handler and how many messages it is given at once. "empty" does nothing, so what is measured is the
// cost of the batch; "io" waits 20 ms, as most handlers wait for something.
type benchmarkCase struct {
	name    string
	n       int
	handler func(context.Context, payment) error
}

func benchmarkCases() []benchmarkCase {
	empty := func(context.Context, payment) error { return nil }
	return []benchmarkCase{
		{"empty", 1, empty}, {"empty", 10, empty}, {"empty", 100, empty}, {"empty", 10_000, empty},
		{"io", 10, func(context.Context, payment) error { time.Sleep(20 * time.Millisecond); return nil }},
	}
}

func payments(n int) events.SQSEvent {
	bodies := make([]string, n)
	for i := range bodies {
		bodies[i] = paymentBody
	}
	return batchOf(standardARN, bodies...)
}

// What does a batch cost over a loop written by hand, both called with a decoded event?
func BenchmarkHandle(b *testing.B) {
	for _, c := range benchmarkCases() {
		event := payments(c.n)
		for _, side := range []struct {
			name string
			h    func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)
		}{{"sqsbatch", sqsbatch.Handle(c.handler)}, {"by-hand", byHand(c.handler)}} {
			b.Run(fmt.Sprintf("%s/n=%d/%s", c.name, c.n, side.name), func(b *testing.B) {
				ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
				defer cancel()
				b.ReportAllocs()
				for b.Loop() {
					if r, err := side.h(ctx, event); err != nil || len(r.BatchItemFailures) > 0 {
						b.Fatal(r, err)
					}
				}
			})
		}
	}
}

// The same as one number, "x-by-hand": both are run in turns, and the fastest turns are compared, which other work on the
// machine disturbs least.
func BenchmarkHandleRatio(b *testing.B) {
	for _, c := range benchmarkCases() {
		b.Run(fmt.Sprintf("%s/n=%d", c.name, c.n), func(b *testing.B) {
			event := payments(c.n)
			ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
			defer cancel()
			ours, theirs := sqsbatch.Handle(c.handler), byHand(c.handler)
			turn := func(h func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)) time.Duration {
				start := time.Now()
				for range max(1, 100/c.n) {
					if r, err := h(ctx, event); err != nil || len(r.BatchItemFailures) > 0 {
						b.Fatal(r, err)
					}
				}
				return time.Since(start)
			}
			fastest, fastestByHand := turn(ours), turn(theirs)
			for b.Loop() {
				fastest, fastestByHand = min(fastest, turn(ours)), min(fastestByHand, turn(theirs))
			}
			b.ReportMetric(float64(fastest)/float64(fastestByHand), "x-by-hand")
		})
	}
}

// And what when both are called as Lambda calls them, from the event's JSON to the response's?
func BenchmarkInvoke(b *testing.B) {
	for _, c := range benchmarkCases() {
		event := payments(c.n)
		for i := range event.Records { // what Lambda sends with each message
			r := &event.Records[i]
			r.MessageId = fmt.Sprintf("059f36b4-87a3-44ab-83d2-%012d", i)
			r.ReceiptHandle = "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a" + r.MessageId
			r.Md5OfBody, r.AWSRegion = "e4e68fb7bd0e697a0ae8f1bb342846b3", "eu-central-1"
			r.Attributes = map[string]string{
				"ApproximateReceiveCount": "1", "SentTimestamp": "1545082649183",
				"SenderId": "AIDAIENQZJOLO23YVJ4VO", "ApproximateFirstReceiveTimestamp": "1545082649185",
			}
		}
		payload, err := json.Marshal(event)
		if err != nil {
			b.Fatal(err)
		}
		for _, side := range []struct {
			name string
			h    lambda.Handler
		}{
			{"sqsbatch", lambda.NewHandler(sqsbatch.Handle(c.handler))},
			{"by-hand", lambda.NewHandler(byHand(c.handler))},
		} {
			b.Run(fmt.Sprintf("%s/n=%d/%s", c.name, c.n, side.name), func(b *testing.B) {
				ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
				defer cancel()
				b.ReportAllocs()
				for b.Loop() {
					if r, err := side.h.Invoke(ctx, payload); err != nil || string(r) != `{"batchItemFailures":[]}` {
						b.Fatal(string(r), err)
					}
				}
			})
		}
	}
}
