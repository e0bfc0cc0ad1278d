package tracing

import (
	"context"
	"os"
)

const (
	// contextKey is a plain string because aws-lambda-go stores the header under one.
	contextKey  = "x-amzn-trace-id"
	environment = "_X_AMZN_TRACE_ID"
)

// HeaderFromContext returns the X-Ray trace header of the invocation that ctx belongs to, and whether there is one
// that can be read.
//
// It takes the value that aws-lambda-go puts into the context of each invocation, and otherwise the environment
// variable _X_AMZN_TRACE_ID. Lambda's runtime does not set that variable where several invocations share one process,
// as on managed instances, so hand the invocation's context down. Safe for concurrent use.
func HeaderFromContext(ctx context.Context) (Header, bool) {
	if s, ok := ctx.Value(contextKey).(string); ok && s != "" {
		if h, err := ParseHeader(s); err == nil {
			return h, true
		}
	}
	s := os.Getenv(environment)
	if s == "" {
		return Header{}, false
	}
	h, err := ParseHeader(s)
	return h, err == nil
}
