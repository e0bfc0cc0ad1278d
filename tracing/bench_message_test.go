package tracing_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// BenchmarkMessages asks what the spans of messages cost in a whole invocation, per message: not sampled, as most are, and
// sampled by a recorder that keeps them as an SDK would until they are sent. "bare" is the same loop without tracing. Messages
// have an X-Ray header, and where it says w3c a traceparent as well.
func BenchmarkMessages(b *testing.B) {
	for _, size := range []int{10, 10_000} {
		for _, run := range []struct {
			name     string
			provider func() trace.TracerProvider
			w3c      bool
		}{
			{"bare", nil, false},
			{"no provider", func() trace.TracerProvider { return noop.NewTracerProvider() }, false},
			{"unsampled", func() trace.TracerProvider { return &spantest.Recorder{Unsampled: true} }, false},
			{"unsampled w3c", func() trace.TracerProvider { return &spantest.Recorder{Unsampled: true} }, true},
			{"sampled", func() trace.TracerProvider { return new(spantest.Recorder) }, false},
		} {
			b.Run(fmt.Sprintf("%s/%d", run.name, size), func(b *testing.B) {
				event := batchOf(size)
				for i := range event.Records {
					m := &event.Records[i]
					m.Attributes["AWSTraceHeader"] = sender(i).String()
					if run.w3c {
						text := fmt.Sprintf("00-%032x-%016x-01", i+1, i+1)
						m.MessageAttributes = map[string]events.SQSMessageAttribute{"traceparent": {StringValue: &text, DataType: "String"}}
					}
				}
				process := func(context.Context, *events.SQSMessage) error { return nil }
				if run.provider != nil {
					process = tracing.Message(process)
				}
				loop := func(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
					for i := range e.Records {
						if err := process(ctx, &e.Records[i]); err != nil {
							return events.SQSEventResponse{}, err
						}
					}
					return events.SQSEventResponse{}, nil
				}
				invoke := func(ctx context.Context) error { _, err := loop(ctx, event); return err }
				var recorder *spantest.Recorder
				if run.provider != nil {
					p := run.provider()
					recorder, _ = p.(*spantest.Recorder)
					handle := tracing.Handle(loop, tracing.WithTracerProvider(p), tracing.WithPropagator(propagation.TraceContext{}))
					invoke = func(ctx context.Context) error { _, err := handle(ctx, event); return err }
				}
				b.ReportAllocs()
				for b.Loop() {
					if err := invoke(b.Context()); err != nil {
						b.Fatal(err)
					}
					if recorder != nil {
						recorder.Reset()
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*size), "ns/message")
			})
		}
	}
}
