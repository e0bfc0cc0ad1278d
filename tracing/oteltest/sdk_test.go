package oteltest

import (
	"context"
	"encoding/json"
	"io"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing"
)

// keeper is an exporter that keeps what it gets.
type keeper struct {
	mu    sync.Mutex
	spans []sdktrace.ReadOnlySpan
	calls int
}

func (k *keeper) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.spans = append(k.spans, spans...)
	k.calls++
	return nil
}

func (*keeper) Shutdown(context.Context) error { return nil }

func (k *keeper) take() []sdktrace.ReadOnlySpan {
	k.mu.Lock()
	defer k.mu.Unlock()
	spans := k.spans
	k.spans = nil
	return spans
}

func keeping(t *testing.T, k *keeper, root sdktrace.Sampler) *sdktrace.TracerProvider {
	p := sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.ParentBased(root)), sdktrace.WithBatcher(k, sdktrace.WithBatchTimeout(time.Hour)))
	t.Cleanup(func() { _ = p.Shutdown(context.Background()) })
	return p
}

// TestHandleWithSDK holds what package tracing takes for granted of the SDK, which it must not import, against the SDK.
func TestHandleWithSDK(t *testing.T) {
	t.Parallel()
	const root = "Root=1-5759e988-bd862e3fe1be46a994272793"
	for name, c := range map[string]struct {
		header  string
		sampler sdktrace.Sampler
		traced  bool // the header's trace goes on
		parent  string
		spans   int
	}{
		"a parent":                  {root + ";Parent=53995c3f42cd8ad8;Sampled=1", sdktrace.NeverSample(), true, "53995c3f42cd8ad8", 1},
		"not sampled":               {root + ";Parent=53995c3f42cd8ad8;Sampled=0", sdktrace.AlwaysSample(), true, "", 0},
		"undecided, the sampler":    {root + ";Parent=53995c3f42cd8ad8", sdktrace.AlwaysSample(), true, "0000000000000000", 1},
		"undecided, no sampler":     {root + ";Parent=53995c3f42cd8ad8", sdktrace.NeverSample(), true, "", 0},
		"a Root alone, the sampler": {root, sdktrace.AlwaysSample(), true, "0000000000000000", 1},
		"a Root alone, no sampler":  {root, sdktrace.NeverSample(), true, "", 0},
		"nothing":                   {"", sdktrace.AlwaysSample(), false, "0000000000000000", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := &keeper{}
			p := keeping(t, k, c.sampler)
			var inside trace.SpanContext
			handle := tracing.HandleEvent(func(ctx context.Context, _ int) error {
				inside = trace.SpanContextFromContext(ctx)
				return nil
			}, tracing.WithTracerProvider(p), tracing.WithFlush(p), tracing.WithXRay(tracing.XRayParent))
			//lint:ignore SA1029 aws-lambda-go uses this key
			response, err := handle(context.WithValue(t.Context(), "x-amzn-trace-id", c.header), 1)
			if err != nil || len(k.take()) != 0 {
				t.Fatalf("%v, exported before the response", err)
			}
			_ = response.(io.Closer).Close()
			spans := k.take()
			if len(spans) != c.spans {
				t.Fatalf("%d spans are exported, want %d", len(spans), c.spans)
			}
			if traced := inside.TraceID().String() == "5759e988bd862e3fe1be46a994272793"; traced != c.traced {
				t.Errorf("the handler runs in trace %v", inside.TraceID())
			}
			if c.spans == 1 && spans[0].Parent().SpanID().String() != c.parent {
				t.Errorf("parent %v", spans[0].Parent().SpanID())
			}
			if k.calls != c.spans {
				t.Errorf("%d exports", k.calls)
			}
		})
	}
}

// TestHandleTimeoutWithSDK: what a time-out ends is exported while the handler still runs.
func TestHandleTimeoutWithSDK(t *testing.T) {
	t.Parallel()
	k := &keeper{}
	p := keeping(t, k, sdktrace.AlwaysSample())
	exported := make(chan []sdktrace.ReadOnlySpan, 1)
	handle := tracing.Handle(func(ctx context.Context, _ json.RawMessage) (any, error) {
		<-ctx.Done()
		exported <- k.take()
		return nil, nil
	}, tracing.WithTracerProvider(p), tracing.WithFlush(p), tracing.WithReserve(500*time.Millisecond))
	ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
	defer cancel()
	if _, err := handle(ctx, nil); err != nil {
		t.Fatal(err)
	}
	spans := <-exported
	if len(spans) != 1 || spans[0].Status().Code != codes.Error || spans[0].Status().Description != "" {
		t.Errorf("got %v", spans)
	}
}
