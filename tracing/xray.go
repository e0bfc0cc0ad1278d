package tracing

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// XRayMode says what the invocation's span makes of the X-Ray trace header that Lambda hands to each invocation, see
// [WithXRay].
type XRayMode int

const (
	// XRayIgnore makes nothing of it. It is right where spans go to another backend than X-Ray: the segment that the
	// header names is not there, so a span below it would have lost its parent.
	XRayIgnore XRayMode = iota
	// XRayLink links the invocation's span to the segment, unless the header says Sampled=0: then there is no segment.
	XRayLink
	// XRayParent makes the segment the parent of the invocation's span. It is right where spans go to X-Ray, and the
	// function's tracing mode is Active.
	XRayParent
)

// WithXRay sets what the invocation's span makes of the X-Ray trace header of its invocation, as [HeaderFromContext] finds
// it. By default it is found when the function starts: [XRayParent] where the tracer provider sends spans to the
// X-Ray daemon, which one of package tracingotlp says by its method ToXRayDaemon, and where OTEL_PROPAGATORS lists
// xray-lambda, as the page "Instrumenting AWS Lambda" wants it; otherwise [XRayIgnore].
//
// As parent the header comes before what the propagator reads out of an HTTP request, to which the span is then linked, with
// three exceptions. Sampled=0 does not replace a parent that is sampled: a function in pass-through mode gets it where
// nobody decided. A header without a Parent, or without a decision about sampling, hands on the trace alone, and the
// sampler decides; and it replaces no parent.
//
// Whatever the mode, a span that is in the context already is the parent, and no header is looked at.
//
// It panics if the mode is none of the three.
func WithXRay(mode XRayMode) Option {
	if mode < XRayIgnore || mode > XRayParent {
		panic(fmt.Sprintf("tracing: WithXRay: there is no mode %d", mode))
	}
	return option(func(s *settings) { s.xray = mode })
}

// xrayUnset is the mode until it is known.
const xrayUnset XRayMode = -1

// defaultXRay is what the environment and the provider say.
func defaultXRay(provider trace.TracerProvider) XRayMode {
	names := strings.Split(os.Getenv("OTEL_PROPAGATORS"), ",")
	if slices.ContainsFunc(names, func(name string) bool { return strings.TrimSpace(name) == "xray-lambda" }) {
		return XRayParent
	}
	if p, ok := provider.(interface{ ToXRayDaemon() bool }); ok && p.ToXRayDaemon() {
		return XRayParent
	}
	return XRayIgnore
}

// parent returns ctx with the parent of the invocation's span, and what the span is linked to. carrier holds the headers of
// an HTTP request, or is nil.
func (s *settings) parent(ctx context.Context, carrier propagation.TextMapCarrier) (context.Context, trace.SpanContext) {
	if trace.SpanContextFromContext(ctx).IsValid() {
		return ctx, trace.SpanContext{}
	}
	if carrier != nil {
		ctx = s.propagator.Extract(ctx, carrier)
	}
	if s.xray == XRayIgnore {
		return ctx, trace.SpanContext{}
	}
	h, ok := HeaderFromContext(ctx)
	if !ok {
		return ctx, trace.SpanContext{}
	}
	before := trace.SpanContextFromContext(ctx)
	if s.xray == XRayLink {
		if sc := h.SpanContext(); sc.IsValid() && h.Sampled != sampledNo && !sc.Equal(before) {
			return ctx, sc
		}
		return ctx, trace.SpanContext{}
	}
	ctx = withHeader(ctx, h)
	if after := trace.SpanContextFromContext(ctx); before.IsValid() && !after.Equal(before) {
		return ctx, before
	}
	if sc := h.SpanContext(); sc.IsValid() && !h.decided() && !before.IsValid() {
		return ctx, sc // a segment that left the decision open is no parent, but it is where the invocation is from
	}
	return ctx, trace.SpanContext{}
}

// decided tells whether the trace is recorded for certain, or not recorded for certain.
func (h Header) decided() bool { return h.Sampled == sampledYes || h.Sampled == sampledNo }

// withHeader returns ctx with the remote span context of a header, where it may replace what ctx has.
func withHeader(ctx context.Context, h Header) context.Context {
	before := trace.SpanContextFromContext(ctx)
	sc := h.SpanContext()
	if !sc.IsValid() || !h.decided() {
		if before.IsValid() || !sc.HasTraceID() {
			return ctx
		}
		// The SDK keeps the trace id of a span context that is not valid as a parent, and asks the root's sampler.
		return trace.ContextWithRemoteSpanContext(ctx, sc.WithSpanID(trace.SpanID{}))
	}
	if h.Sampled == sampledNo && before.IsValid() && before.IsSampled() {
		return ctx
	}
	return trace.ContextWithRemoteSpanContext(ctx, sc)
}
