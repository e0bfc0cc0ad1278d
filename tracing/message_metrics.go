package tracing

import (
	"context"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// messageInstruments are those of WithMeterProvider for messages, as the page "Semantic conventions for messaging client
// metrics" has them.
type messageInstruments struct {
	consumed metric.Int64Counter
	duration metric.Float64Histogram
}

func newMessageInstruments(m metric.Meter) *messageInstruments {
	var i messageInstruments
	var err error
	i.consumed, err = m.Int64Counter("messaging.client.consumed.messages", metric.WithUnit("{message}"),
		metric.WithDescription("Number of messages that were delivered to the application."))
	if err != nil {
		otel.Handle(err) // the counter is one that does nothing, or the provider's best
	}
	i.duration, err = m.Float64Histogram("messaging.process.duration", metric.WithUnit("s"),
		metric.WithDescription("Duration of processing operation."),
		metric.WithExplicitBucketBoundaries(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10))
	if err != nil {
		otel.Handle(err)
	}
	return &i
}

// measures tells whether anybody wants to know what observe is told. If not, spans that are not recorded need not be kept.
func (inv *invocation) measures() bool { return inv.settings.messages.instruments != nil }

// observe counts a message and its outcome, which is empty when it is not known. span is nil for one that no handler call is
// known of; then there is no duration.
func (inv *invocation) observe(src *source, span trace.Span, outcome string, err error, took time.Duration) {
	i := inv.settings.messages.instruments
	if i == nil || src == nil || !src.kind.isMessaging() {
		return
	}
	attrs := src.metrics[:len(src.metrics):len(src.metrics)]
	if outcome != "" {
		attrs = append(attrs, keyOutcome.String(outcome))
	}
	if err != nil {
		attrs = append(attrs, keyErrorType.String(failureType(err, outcome)))
	}
	set := metric.WithAttributeSet(attribute.NewSet(attrs...))
	ctx := context.Background()
	if span != nil {
		ctx = trace.ContextWithSpan(ctx, span) // for exemplars
		i.duration.Record(ctx, took.Seconds(), set)
	}
	i.consumed.Add(ctx, 1, set)
}
