package tracing

import (
	"go.opentelemetry.io/otel/propagation"
)

// messageSettings is what the options say about messages, records and events.
type messageSettings struct {
	parent   bool
	carriers []func(record any) propagation.TextMapCarrier

	instruments *messageInstruments // nil without WithMeterProvider
}

// linkLimit is how many links a batch's span gets, of up to 10,000 messages: as many as OpenTelemetry's SDKs keep on a span
// unless they are told otherwise. One that is told of fewer counts what it drops.
const linkLimit = 128

// WithMessageParent makes the sender of a message the parent of the event's span, in place of the invocation, so that both are
// in one trace. The spans are linked all the same, to the sender and to the invocation. It concerns events that hold a single
// message; a batch of several has several senders, and no parent among them. Where a message has a context that the
// propagator reads and an X-Ray header as well, the former is the parent. An X-Ray header without a decision about sampling hands on
// the trace alone, and the sampler decides.
//
// OpenTelemetry's conventions do not recommend it: a sender that was not sampled makes a parent-based sampler leave out the
// spans of its message. It has no effect on spans outside of a [Handle].
func WithMessageParent() Option {
	return option(func(s *settings) { s.messages.parent = true })
}

// WithCarrier lets the propagator look into a message where its sender has put the context somewhere else than into message
// attributes: into the data of a Kinesis record, the detail of an event, the envelope of a topic in a queue's message. M is the
// type of what the event holds, such as [events.KinesisEventRecord] or [events.SQSMessage], or [encoding/json.RawMessage] for
// the events of [Event].
//
// carrier returns nil for a message without a context. It is called more than once for a message, concurrently, and must not
// change it. If it panics the message has no context from it, and OpenTelemetry's error handler is told. Several may be given.
// WithCarrier panics if carrier is nil.
func WithCarrier[M any](carrier func(*M) propagation.TextMapCarrier) Option {
	if carrier == nil {
		panic("tracing: WithCarrier: the function is nil")
	}
	find := func(record any) propagation.TextMapCarrier {
		switch m := userRecord(record).(type) {
		case *M:
			return carrier(m)
		case M:
			return carrier(&m)
		}
		return nil
	}
	return option(func(s *settings) { s.messages.carriers = append(s.messages.carriers, find) })
}
