package tracing_test

import (
	"context"
	"testing"

	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing"
)

func TestTraceHeader(t *testing.T) {
	const (
		invocation = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a87bd80c:1"
		other      = "Root=1-00000000-000000000000000000000001;Parent=0000000000000002;Sampled="
	)
	span := func(ctx context.Context, sampled bool) context.Context {
		var flags trace.TraceFlags
		return trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
			TraceID: trace.TraceID{15: 1}, SpanID: trace.SpanID{7: 2}, TraceFlags: flags.WithSampled(sampled),
		}))
	}
	background := context.Background()
	for name, test := range map[string]struct {
		ctx  context.Context
		env  string
		want string
	}{
		"neither":                     {background, "", ""},
		"unreadable":                  {invoked(background, "Root=1"), "Parent=1", ""},
		"invocation":                  {invoked(background, invocation), "", invocation},
		"invocation's environment":    {background, invocation, invocation},
		"root only":                   {invoked(background, "Root=1-5759e988-bd862e3fe1be46a994272793"), "", "Root=1-5759e988-bd862e3fe1be46a994272793"},
		"span":                        {span(background, true), "", other + "1"},
		"unsampled span":              {span(background, false), "", other + "0"},
		"span of another trace":       {span(invoked(background, invocation), true), "", other + "1;Lineage=1:a87bd80c:1"},
		"span, environment":           {span(background, true), invocation, other + "1;Lineage=1:a87bd80c:1"},
		"span context without a span": {trace.ContextWithSpanContext(invoked(background, invocation), trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}})), "", invocation},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("_X_AMZN_TRACE_ID", test.env)
			got := tracing.TraceHeader(test.ctx)
			if (got == nil) != (test.want == "") || got != nil && *got != test.want {
				t.Errorf("got %v, want %q", show(got), test.want)
			}
		})
	}
}

func show(s *string) string {
	if s == nil {
		return "nil"
	}
	return *s
}
