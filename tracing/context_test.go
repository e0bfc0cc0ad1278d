package tracing_test

import (
	"context"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/tracing"
)

// invoked returns a context like that of an invocation by aws-lambda-go.
func invoked(ctx context.Context, header any) context.Context {
	//lint:ignore SA1029 aws-lambda-go uses this key
	return context.WithValue(ctx, "x-amzn-trace-id", header)
}

func TestHeaderFromContext(t *testing.T) {
	const inEnvironment = "Root=1-11111111-222222222222222222222222"
	tests := map[string]struct {
		value       any
		environment string
		want        string
	}{
		"context":               {value: full, want: full},
		"context comes first":   {value: full, environment: inEnvironment, want: full},
		"environment":           {environment: inEnvironment, want: inEnvironment},
		"empty in context":      {value: "", environment: inEnvironment, want: inEnvironment},
		"malformed in context":  {value: "Root=7", environment: inEnvironment, want: inEnvironment},
		"other type in context": {value: 7, environment: inEnvironment, want: inEnvironment},
		"malformed everywhere":  {value: "x", environment: "Root=7"},
		"nowhere":               {},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Setenv("_X_AMZN_TRACE_ID", test.environment)
			ctx := t.Context()
			if test.value != nil {
				ctx = invoked(ctx, test.value)
			}
			h, ok := tracing.HeaderFromContext(ctx)
			if h.String() != test.want || ok != (test.want != "") {
				t.Errorf("got %q, %v, want %q", h, ok, test.want)
			}
		})
	}
}
