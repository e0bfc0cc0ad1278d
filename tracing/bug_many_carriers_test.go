package tracing_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/propagation"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// With several WithCarrier, a message's senders behind the third were left out and counted nowhere: the X-Ray header first of all.
func TestBugSendersBehindTheThird(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	opts := []tracing.Option{tracing.WithTracerProvider(&spans), tracing.WithPropagator(propagation.TraceContext{})}
	want := ""
	for i := range 5 {
		opts = append(opts, tracing.WithCarrier(func(*events.SQSMessage) propagation.TextMapCarrier {
			return propagation.MapCarrier{"traceparent": fmt.Sprintf("00-0102030405060708090a0b0c0d0e0f10-222222222222222%d-01", i)}
		}))
		want += fmt.Sprintf("222222222222222%d ", i)
	}
	event := batchOf(1)
	event.Records[0].Attributes["AWSTraceHeader"] = "Root=1-01020304-05060708090a0b0c0d0e0f10;Parent=1111111111111111;Sampled=1"
	if _, err := tracing.Handle(loop(ok), opts...)(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	for _, s := range named(t, &spans, "process orders") {
		if got := spanIDs(s.Links); got != want+"1111111111111111" {
			t.Errorf("got the links %q, want %q", got, want+"1111111111111111")
		}
	}
}
