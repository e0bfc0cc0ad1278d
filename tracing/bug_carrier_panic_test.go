package tracing_test

import (
	"context"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/propagation"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// A message that a carrier's function could not take failed its whole batch, before any handler was called.
func TestBugCarrierThatPanics(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	handled := 0
	handle := tracing.Handle(loop(func(context.Context, *events.SQSMessage) error { handled++; return nil }),
		tracing.WithTracerProvider(&spans), tracing.WithPropagator(propagation.TraceContext{}),
		tracing.WithCarrier(func(m *events.SQSMessage) propagation.TextMapCarrier {
			if m.MessageId == "m1" {
				panic("a body that is no envelope")
			}
			return propagation.MapCarrier{"traceparent": "00-0102030405060708090a0b0c0d0e0f10-2222222222222222-01"}
		}))
	if _, err := handle(t.Context(), batchOf(3)); err != nil {
		t.Fatal(err)
	}
	if handled != 3 {
		t.Errorf("%d messages were handled", handled)
	}
	list := named(t, &spans, "process orders")
	if len(list) != 4 || len(list[0].Links) != 2 {
		t.Errorf("%d spans, the first with %d links", len(list), len(list[0].Links))
	}
}
