package tracing_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

func TestColdStart(t *testing.T) {
	for name, c := range map[string]struct {
		kind   string
		waits  time.Duration // between Handle and the first invocation
		option tracing.Option
		first  bool
		second bool
	}{
		"on demand":               {"on-demand", time.Second, nil, true, false},
		"on demand, as long":      {"on-demand", 10 * time.Second, nil, true, false},
		"ahead of need":           {"on-demand", 11 * time.Second, nil, false, false},
		"outside Lambda":          {"", 0, nil, true, false},
		"provisioned concurrency": {"provisioned-concurrency", 0, nil, false, false},
		"managed instances":       {"lambda-managed-instances", 0, nil, false, false},
		"SnapStart":               {"snap-start", time.Hour, nil, true, false},
		"a kind of the future":    {"x", 0, nil, true, false},
		"told":                    {"x", 0, tracing.WithColdStart(func(context.Context) bool { return true }), true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("AWS_LAMBDA_INITIALIZATION_TYPE", c.kind)
			synctest.Test(t, func(t *testing.T) {
				var spans spantest.Recorder
				opts := []tracing.Option{tracing.WithTracerProvider(&spans)}
				if c.option != nil {
					opts = append(opts, c.option)
				}
				handle := tracing.HandleEvent(func(context.Context, int) error { return nil }, opts...)
				time.Sleep(c.waits)
				for i, want := range []bool{c.first, c.second} {
					_, _ = handle(t.Context(), 1)
					wantAttribute(t, spans.Spans()[i], "faas.coldstart", want)
				}
			})
		})
	}
}
