package tracing

import (
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// Option is a setting of [Handle], [HandleEvent] and [HandleRaw].
type Option interface{ apply(*settings) }

type option func(*settings)

func (o option) apply(s *settings) { o(s) }

// settings is what the options say. It is the same for all invocations.
type settings struct {
	provider   trace.TracerProvider
	tracer     trace.Tracer
	propagator propagation.TextMapPropagator
}

// scope is the name of the package's instrumentation scope.
const scope = "github.com/lambdapatterns/lambdapatterns/tracing"

func newSettings(opts []Option) *settings {
	s := &settings{provider: otel.GetTracerProvider(), propagator: otel.GetTextMapPropagator()}
	for _, o := range opts {
		o.apply(s)
	}
	s.tracer = s.provider.Tracer(scope)
	return s
}

// WithTracerProvider sets where spans go. Defaults to OpenTelemetry's global provider.
func WithTracerProvider(p trace.TracerProvider) Option {
	if p == nil {
		panic("tracing: WithTracerProvider: the provider is nil")
	}
	return option(func(s *settings) { s.provider = p })
}

// WithPropagator sets how contexts are read out of events and messages. Defaults to OpenTelemetry's global propagator,
// which does nothing until it is set.
func WithPropagator(p propagation.TextMapPropagator) Option {
	if p == nil {
		panic("tracing: WithPropagator: the propagator is nil")
	}
	return option(func(s *settings) { s.propagator = p })
}
