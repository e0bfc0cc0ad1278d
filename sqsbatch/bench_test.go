package sqsbatch_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// byHand is the loop that people write without this package: one message after another, failures appended.
func byHand(handler func(context.Context, order) error) func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	return func(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
		response := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
		for _, m := range event.Records {
			var o order
			err := json.Unmarshal([]byte(m.Body), &o)
			if err == nil {
				err = handler(ctx, o)
			}
			if err != nil {
				response.BatchItemFailures = append(response.BatchItemFailures,
					events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
			}
		}
		return response, nil
	}
}

// What does a batch cost over a loop written by hand? "empty" is the overhead alone; "io" is a handler that waits 1 ms, as
// most wait for something.
func BenchmarkHandle(b *testing.B) {
	empty := func(context.Context, order) error { return nil }
	io := func(context.Context, order) error { time.Sleep(time.Millisecond); return nil }
	for _, c := range []struct {
		name    string
		handler func(context.Context, order) error
		sizes   []int
	}{{"empty", empty, []int{1, 10, 100, 10_000}}, {"io", io, []int{10}}} {
		for _, n := range c.sizes {
			bodies := make([]string, n)
			for i := range bodies {
				bodies[i] = `{"id":"ord_456","amount":1999,"at":"2026-01-15T10:00:00Z"}`
			}
			event := batchOf(standardARN, bodies...)
			for name, h := range map[string]func(context.Context, events.SQSEvent) (events.SQSEventResponse, error){
				"sqsbatch": sqsbatch.Handle(c.handler), "by-hand": byHand(c.handler),
			} {
				b.Run(fmt.Sprintf("%s/n=%d/%s", c.name, n, name), func(b *testing.B) {
					ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
					defer cancel()
					b.ReportAllocs()
					for b.Loop() {
						if r, err := h(ctx, event); err != nil || len(r.BatchItemFailures) > 0 {
							b.Fatal(r, err)
						}
					}
				})
			}
		}
	}
}
