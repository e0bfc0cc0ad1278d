package tracing

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/tracing"
)

// queueEvent is the payload of a batch of n messages with the trace headers of n senders.
func queueEvent(tb testing.TB, n int) []byte {
	tb.Helper()
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
		tb.Fatal(err)
	}
	return payload
}

type raw = func(context.Context, json.RawMessage) (io.Reader, error)

func traced(handle func(context.Context, string) error, opts ...tracing.Option) raw {
	return tracing.HandleRaw(sqsbatch.Handle(handle,
		sqsbatch.WithMiddleware(tracing.Message), sqsbatch.WithObserver(tracing.Outcomes)), opts...)
}

// BenchmarkMessages asks what the spans of messages cost, each with a link to its sender, in a whole invocation through sqsbatch:
// "bare" without tracing; with OpenTelemetry's API alone; with the SDK, sampling nothing and all, sent to nowhere. What the SDK
// itself takes for a span is in the last two.
func BenchmarkMessages(b *testing.B) {
	ship := func(context.Context, string) error { return nil }
	bare := sqsbatch.Handle(ship)
	for _, n := range []int{10, 10_000} {
		payload := queueEvent(b, n)
		run := func(name string, invoke func(context.Context) error) {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := invoke(b.Context()); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/message")
			})
		}
		run("bare", func(ctx context.Context) error { _, err := bare.Invoke(ctx, payload); return err })
		for _, c := range []struct {
			name     string
			provider trace.TracerProvider
		}{
			{"API alone", noop.NewTracerProvider()},
			{"unsampled", provider(b, sdktrace.NeverSample())},
			{"sampled", provider(b, sdktrace.AlwaysSample())},
		} {
			handle := traced(ship, tracing.WithTracerProvider(c.provider), tracing.WithPropagator(propagation.TraceContext{}))
			run(c.name, func(ctx context.Context) error { _, err := handle(ctx, payload); return err })
		}
	}
}
