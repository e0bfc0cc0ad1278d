package oteltest

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/tracing"
)

// queueEvent is the payload of a batch of n messages with the trace headers of n senders.
func queueEvent(t *testing.T, n int) []byte {
	t.Helper()
	var e events.SQSEvent
	for i := range n {
		e.Records = append(e.Records, events.SQSMessage{
			MessageId: fmt.Sprintf("059f36b4-87a3-44ab-83d2-6619%08d", i), Body: "tea", EventSource: "aws:sqs",
			EventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:orders", AWSRegion: "eu-central-1",
			Attributes: map[string]string{
				"ApproximateReceiveCount": "1",
				"AWSTraceHeader":          fmt.Sprintf("Root=1-5759e988-bd862e3fe1be46a9%08x;Parent=53995c3f%08x;Sampled=1", i, i),
			},
		})
	}
	payload, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

// TestSDKMessages holds against the SDK that each message's span is sent once, ends with its handler and not with the report, has
// its outcome, and that no link or event was too many for it.
func TestSDKMessages(t *testing.T) {
	t.Parallel()
	k := new(keeper)
	p := keeping(t, k, sdktrace.AlwaysSample())
	var returned, reported time.Time // by the handler, and to the observers
	handle := tracing.HandleRaw(sqsbatch.Handle(
		func(context.Context, string) error { returned = time.Now(); return nil },
		sqsbatch.WithMiddleware(tracing.Message),
		sqsbatch.WithObserver(func(context.Context, sqsbatch.Report) { reported = time.Now() }),
		sqsbatch.WithObserver(tracing.Outcomes),
	), tracing.WithTracerProvider(p))
	if _, err := handle(t.Context(), queueEvent(t, 1)); err != nil {
		t.Fatal(err)
	}
	if err := p.ForceFlush(t.Context()); err != nil {
		t.Fatal(err)
	}
	spans := k.take()
	if len(spans) != 3 {
		t.Fatalf("got %d spans", len(spans))
	}
	if end := spans[0].EndTime(); end.Before(returned) || end.After(reported) || len(spans[0].Links()) != 1 {
		t.Errorf("the message's span ends at %v, its handler did at %v, and the report came at %v", end, returned, reported)
	}

	many := tracing.HandleRaw(sqsbatch.Handle(func(context.Context, string) error { return nil },
		sqsbatch.WithMiddleware(tracing.Message), sqsbatch.WithObserver(tracing.Outcomes)), tracing.WithTracerProvider(p))
	if _, err := many(t.Context(), queueEvent(t, 300)); err != nil {
		t.Fatal(err)
	}
	if err := p.ForceFlush(t.Context()); err != nil {
		t.Fatal(err)
	}
	spans = k.take()
	seen := map[trace.SpanID]bool{}
	for _, s := range spans {
		if seen[s.SpanContext().SpanID()] {
			t.Error("a span is sent twice")
		}
		seen[s.SpanContext().SpanID()] = true
		if s.DroppedLinks()+s.DroppedEvents()+s.DroppedAttributes() > 0 {
			t.Errorf("the span %q has too much for the SDK", s.Name())
		}
	}
	if len(spans) != 302 {
		t.Errorf("got %d spans", len(spans))
	}
}
