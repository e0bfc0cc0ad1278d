package tracing

import (
	"context"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// WithMeterProvider makes metrics of the invocations, as the page "Semantic conventions for FaaS metrics" has them:
// faas.invocations (those that succeed), faas.errors (errors, panics and time-outs), faas.timeouts, faas.coldstarts, and the
// histogram faas.invoke_duration in seconds. Each has faas.trigger, and the duration of a failure its error.type too. A
// response with a status code of 5xx is an invocation that succeeds, as it is for Lambda. faas.init_duration is not there,
// because initialisation is over before the first invocation, nor are memory, CPU and network, which Lambda measures.
//
// Messages of SQS and Kinesis that [Message], [Record] or [Outcomes] know have the counter messaging.client.consumed.messages, and
// where their handler was called the histogram messaging.process.duration in seconds. Both have messaging.system,
// messaging.operation.name, messaging.destination.name, lambdapatterns.outcome, and error.type for those that failed.
//
// Give the provider to [WithFlush] too, or its reader sends the metrics when the process happens to be awake. By default
// there are none: not even OpenTelemetry's global provider gets any. It panics if p is nil.
func WithMeterProvider(p metric.MeterProvider) Option {
	if p == nil {
		panic("tracing: WithMeterProvider: the provider is nil")
	}
	return option(func(s *settings) { s.meters = p })
}

type instruments struct {
	invocations, errors, timeouts, coldStarts metric.Int64Counter
	duration                                  metric.Float64Histogram

	// successes are the attributes of what is not a failure, made once.
	successes map[string]metric.MeasurementOption
}

func newInstruments(m metric.Meter) *instruments {
	counter := func(name, unit, description string) metric.Int64Counter {
		c, err := m.Int64Counter(name, metric.WithUnit(unit), metric.WithDescription(description))
		if err != nil {
			otel.Handle(err) // the counter is one that does nothing, or the provider's best
		}
		return c
	}
	i := &instruments{
		invocations: counter("faas.invocations", "{invocation}", "Number of successful invocations."),
		errors:      counter("faas.errors", "{error}", "Number of invocation errors."),
		timeouts:    counter("faas.timeouts", "{timeout}", "Number of invocation timeouts."),
		coldStarts:  counter("faas.coldstarts", "{coldstart}", "Number of invocation cold starts."),
		successes:   map[string]metric.MeasurementOption{},
	}
	var err error
	i.duration, err = m.Float64Histogram("faas.invoke_duration", metric.WithUnit("s"),
		metric.WithDescription("Measures the duration of the function's logic execution."),
		metric.WithExplicitBucketBoundaries(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10))
	if err != nil {
		otel.Handle(err)
	}
	for _, t := range triggers {
		i.successes[t] = triggerOption(t)
	}
	return i
}

func triggerOption(t string, more ...attribute.KeyValue) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(append(more, keyTrigger.String(t))...))
}

func (i *instruments) record(ctx context.Context, own *ownSpan, e ending, took time.Duration) {
	trigger := i.successes[own.trigger]
	duration := trigger
	if e.errorType == "" {
		i.invocations.Add(ctx, 1, trigger)
	} else {
		i.errors.Add(ctx, 1, trigger)
		duration = triggerOption(own.trigger, keyErrorType.String(e.errorType))
	}
	if e.timedOut {
		i.timeouts.Add(ctx, 1, trigger)
	}
	if own.cold {
		i.coldStarts.Add(ctx, 1, trigger)
	}
	i.duration.Record(ctx, took.Seconds(), duration)
}
