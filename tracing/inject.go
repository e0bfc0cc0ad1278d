package tracing

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

// TraceHeader returns the X-Ray trace header to put into what a function sends: that of the span in ctx, otherwise that
// of the invocation that ctx belongs to, as [HeaderFromContext] finds it. It is nil where there is neither, which leaves
// the field out:
//
//	entry.TraceHeader = tracing.TraceHeader(ctx) // PutEvents of EventBridge, StartExecution of Step Functions
//
// For SQS it is the value of the message system attribute AWSTraceHeader, which does not count towards the ten attributes
// or the size that a message may have (Amazon SQS API Reference, "SendMessage"). Leave that attribute out if TraceHeader
// returns nil: SQS refuses one without a value.
//
// The header keeps the invocation's Lineage also where the span belongs to another trace, because Lambda stops recursive
// loops by it (AWS Lambda Developer Guide, "Use Lambda recursive loop detection to prevent infinite loops"). A span that is not sampled
// gives Sampled=0, so that the receiver does not record the rest of a trace whose beginning is missing.
//
// Clients with the middleware of package tracingaws send the header with every request, and need it in no field. Safe for
// concurrent use.
func TraceHeader(ctx context.Context) *string {
	invocation, found := HeaderFromContext(ctx)
	h := invocation
	if sc := trace.SpanContextFromContext(ctx); sc.IsValid() {
		h = headerOf(sc)
		h.lineage = invocation.lineage
	} else if !found {
		return nil
	}
	s := h.String()
	return &s
}
