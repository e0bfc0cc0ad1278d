package tracingotlp

import (
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Provider is the SDK's tracer provider, set up for Lambda. [New] makes it. Give it to whatever takes a
// trace.TracerProvider. Call ForceFlush at the end of every invocation, as package tracing does: nothing else sends the
// spans of one with less than 512. It is safe for concurrent use.
//
// ForceFlush returns at once when nothing was recorded, and no later than its context ends. Its error is an [*ExportError],
// which tells what was lost and what is kept for the next flush, or the context's if that had ended before. It must not fail an
// invocation. Shutdown flushes for the last time. Lambda gives a function no moment for it, unless it has an extension.
type Provider struct {
	*sdktrace.TracerProvider
	queue *queue // nil where nothing is exported
	xray  bool
}

// New makes a provider from the environment and options, which come before it. It sends nothing, opens no connection, and
// leaves OpenTelemetry's globals alone: see [Provider.SetGlobal].
//
// The error names a setting that cannot be, a variable or an option, so that it is found when the function starts; it has no
// value of a header. The package's text lists the variables that are read.
func New(opts ...Option) (*Provider, error) {
	var c config
	for _, o := range opts {
		if o == nil {
			return nil, wrong("New", "an option is nil")
		}
		if err := o.apply(&c); err != nil {
			return nil, err
		}
	}
	e, err := readEnvironment(&c)
	if err != nil {
		return nil, err
	}
	if e.disabled {
		return &Provider{TracerProvider: sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.NeverSample()))}, nil
	}
	r, err := newResource(c.attributes)
	if err != nil {
		return nil, err
	}
	p := &Provider{}
	sdk := []sdktrace.TracerProviderOption{sdktrace.WithResource(r)}
	if !e.none {
		s, err := e.sender(&c)
		if err != nil {
			return nil, err
		}
		p.queue, p.xray = newQueue(s, e.queue, e.timeout), e.daemon != ""
		sdk = append(sdk, sdktrace.WithSpanProcessor(p.queue))
	}
	p.TracerProvider = sdktrace.NewTracerProvider(append(sdk, c.sdk...)...)
	return p, nil
}

// SetGlobal makes the provider OpenTelemetry's global one, for libraries that ask there, and the W3C headers traceparent,
// tracestate and baggage what is propagated. Call it once, from main.
func (p *Provider) SetGlobal() {
	otel.SetTracerProvider(p)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
}

// ToXRayDaemon reports whether spans go to the X-Ray daemon that Lambda runs beside the function. The invocation's span then
// belongs below the segment that Lambda makes, which a collector never sees: package tracing asks this method, and needs no
// option for it.
func (p *Provider) ToXRayDaemon() bool { return p.xray }

// Stats returns what has become of the spans so far.
func (p *Provider) Stats() Stats {
	if p.queue == nil {
		return Stats{}
	}
	p.queue.mu.Lock()
	defer p.queue.mu.Unlock()
	return p.queue.stats
}
