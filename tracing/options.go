package tracing

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/internal/emf"
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
	meters     metric.MeterProvider // nil without WithMeterProvider
	meter      metric.Meter         // nil without WithMeterProvider
	metrics    *instruments         // nil without WithMeterProvider
	documents  *emf.Documents       // nil without WithMetricsTo

	xray       XRayMode
	coldStart  func(context.Context) bool
	trigger    string // empty without WithTrigger
	errorTexts bool

	flushers     []*flusher
	flushTimeout time.Duration
	flushError   func(context.Context, error)
	reserve      time.Duration

	name, version string // of the function, from the environment
	methods       []string
	detailType    []int // the field of the event's type that says it is EventBridge's, see eventType
	starts        startOptions
	function      atomic.Pointer[function]
	buffers       bufferPool

	messages messageSettings
	sources  sources
}

// scope is the name of the package's instrumentation scope.
const scope = "github.com/lambdapatterns/lambdapatterns/tracing"

const (
	defaultFlushTimeout = time.Second
	// defaultReserve is less than what sqsbatch leaves when it answers before the deadline by itself.
	defaultReserve = 100 * time.Millisecond
)

func newSettings(opts []Option) *settings {
	s := &settings{
		provider:     otel.GetTracerProvider(),
		propagator:   otel.GetTextMapPropagator(),
		xray:         xrayUnset,
		coldStart:    firstInvocation(),
		flushTimeout: defaultFlushTimeout,
		reserve:      defaultReserve,
		name:         os.Getenv("AWS_LAMBDA_FUNCTION_NAME"),
		version:      os.Getenv("AWS_LAMBDA_FUNCTION_VERSION"),
		methods:      knownMethods(),
	}
	for _, o := range opts {
		if o == nil {
			panic("tracing: an option is nil")
		}
		o.apply(s)
	}
	if s.xray == xrayUnset {
		s.xray = defaultXRay(s.provider)
	}
	s.tracer = s.provider.Tracer(scope, trace.WithSchemaURL(schemaURL))
	if s.meters != nil {
		s.meter = s.meters.Meter(scope, metric.WithSchemaURL(schemaURL))
		s.metrics = newInstruments(s.meter)
		s.messages.instruments = newMessageInstruments(s.meter)
	}
	s.starts = newStartOptions()
	return s
}

// knownMethods are those of the page "Semantic conventions for HTTP spans", or what its variable says instead.
func knownMethods() []string {
	if list := os.Getenv("OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS"); list != "" {
		return strings.Split(list, ",")
	}
	return []string{"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY"}
}

// WithTracerProvider sets where spans go. Defaults to OpenTelemetry's global provider. It panics if p is nil.
func WithTracerProvider(p trace.TracerProvider) Option {
	if p == nil {
		panic("tracing: WithTracerProvider: the provider is nil")
	}
	return option(func(s *settings) { s.provider = p })
}

// WithPropagator sets how contexts are read out of events and messages. Defaults to OpenTelemetry's global propagator,
// which does nothing until it is set. It panics if p is nil.
func WithPropagator(p propagation.TextMapPropagator) Option {
	if p == nil {
		panic("tracing: WithPropagator: the propagator is nil")
	}
	return option(func(s *settings) { s.propagator = p })
}

// WithTrigger sets what invokes the function, the attribute faas.trigger of all invocations. Without it the event's type says
// so, or its keys:
//
//	http        a request that is answered: API Gateway and its authorizers, load balancers, function URLs
//	pubsub      messages: SQS, SNS, EventBridge, Kafka, ActiveMQ, RabbitMQ
//	datasource  something was written: S3's notifications, the streams of DynamoDB and Kinesis
//	timer       a schedule: EventBridge's scheduled rules, and EventBridge Scheduler with its own payload
//	other       an event that does not tell, such as a Step Functions task's, or of a type of the user's own
//
// An event that is known for a request keeps the attributes of one. It panics if trigger is none of the five.
func WithTrigger(trigger string) Option {
	if !slices.Contains(triggers, trigger) {
		panic(fmt.Sprintf("tracing: WithTrigger(%q): want one of %s", trigger, strings.Join(triggers, ", ")))
	}
	return option(func(s *settings) { s.trigger = trigger })
}

// WithErrorTexts makes the text of an error, or the value of a panic, the description of the span's status, cut off after
// 1 KiB. By default there is none: texts of errors may hold what must not leave the function.
func WithErrorTexts() Option {
	return option(func(s *settings) { s.errorTexts = true })
}

// WithReserve sets how long before its deadline an invocation is taken for timed out, if its handler still runs: its spans
// are ended, with an error of the type timeout, and flushed while the handler goes on. What the handler ends after that is
// not recorded, even if it answers in time after all; so keep the reserve small, but longer than a flush takes. An
// invocation that has less than twice the reserve from the beginning gets half of what it has.
//
// Defaults to 100 ms. With 0 time-outs are not recorded, and the span of an invocation that Lambda kills is lost. It panics
// if d is negative.
func WithReserve(d time.Duration) Option {
	if d < 0 {
		panic(fmt.Sprintf("tracing: WithReserve(%v): need 0 or more", d))
	}
	return option(func(s *settings) { s.reserve = d })
}
