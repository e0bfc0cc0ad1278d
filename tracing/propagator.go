package tracing

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// headerName is the HTTP header that AWS's services hand the trace on in.
const headerName = "X-Amzn-Trace-Id"

// XRayPropagator reads and writes the header X-Amzn-Trace-Id in X-Ray's format. Put it behind W3C's:
//
//	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(
//		propagation.TraceContext{}, propagation.Baggage{}, tracing.XRayPropagator{}))
//
// Extract reads what [ParseHeader] reads. What it finds replaces the span context that an earlier propagator found, but
// Sampled=0 never replaces one that is sampled, and a header without a Parent or without a decision about sampling replaces
// none: it hands on the id of its trace, and the sampler decides. A header that cannot be read changes nothing.
//
// Inject writes what [TraceHeader] returns, if there is a span. The zero value is ready for use, and safe for concurrent
// use.
type XRayPropagator struct{}

var _ propagation.TextMapPropagator = XRayPropagator{}

// Extract returns ctx with the remote span context of the carrier's header.
func (XRayPropagator) Extract(ctx context.Context, carrier propagation.TextMapCarrier) context.Context {
	value := carrier.Get(headerName)
	if value == "" { // not every carrier knows that names of headers are the same in any case
		value = carrier.Get(strings.ToLower(headerName))
	}
	if value == "" {
		return ctx
	}
	h, err := ParseHeader(value)
	if err != nil {
		return ctx
	}
	return withHeader(ctx, h)
}

// Inject sets the carrier's header to the span context of ctx. Without a valid one it does nothing.
func (XRayPropagator) Inject(ctx context.Context, carrier propagation.TextMapCarrier) {
	if !trace.SpanContextFromContext(ctx).IsValid() {
		return
	}
	if header := TraceHeader(ctx); header != nil {
		carrier.Set(headerName, *header)
	}
}

// Fields returns the name of the header.
func (XRayPropagator) Fields() []string { return []string{headerName} }
