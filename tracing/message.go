package tracing

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/trace"
)

// Message puts a span around the handling of each message of an SQS queue. Package sqsbatch takes it as it is:
//
//	lambda.Start(tracing.HandleRaw(sqsbatch.Handle(ship,
//		sqsbatch.WithMiddleware(tracing.Message),
//		sqsbatch.WithObserver(tracing.Outcomes),
//	)))
//
// The span is of kind CONSUMER and named "process" and the queue. Its parent is the current span, which under [Handle] and
// [HandleRaw] is the event's; it is linked to the message's sender, by the system attribute AWSTraceHeader and by what the
// propagator reads in the message attributes, and has the message's id and how often it was received. It has nothing of the
// body, nor values of attributes. The handler runs under it, with the baggage that came with the message.
//
// It tells what became of the message: its attribute lambdapatterns.outcome is the outcome that [Outcomes] is told, and its
// status is Error if the message failed. error.type is then what the error's method ErrorType says, or the name of its Go type,
// seen through what packages errors and fmt put around it; for an error that is only a text it is the outcome. So the span is
// kept open until the report, at most until the invocation ends, and ended with the time at which the handler had returned.
//
// Without Outcomes the response says which messages failed, and the handler's own error why: "succeeded", "failed", "dropped"
// for an error that the response does not tell of, "panicked", and "timed_out" for a handler that has not returned by the end
// of the invocation. What that one does to its span later has no effect. When the whole function fails, or the response names what
// is no message of the batch, messages that were handled have no outcome, as they come again too; nor have records of a stream
// behind one that is named.
//
// Without a [Handle] around it the span ends when the handler returns, by its error, and goes to OpenTelemetry's global
// provider. The function that Message returns can be called in a loop of your own as well. It is safe for concurrent use if next
// is. Message panics if next is nil.
func Message(next func(context.Context, *events.SQSMessage) error) func(context.Context, *events.SQSMessage) error {
	return middleware("Message", next)
}

func middleware[R any](name string, next func(context.Context, *R) error) func(context.Context, *R) error {
	if next == nil {
		panic("tracing: " + name + ": next is nil")
	}
	var alone alone
	return func(ctx context.Context, record *R) error {
		return handleOne(ctx, &alone, record, true, next)
	}
}

// alone has the settings of spans that no Handle is around. They are made when they are first needed, so that the global
// provider may be set until then.
type alone struct {
	once     sync.Once
	settings *settings
}

func (a *alone) get() *settings {
	a.once.Do(func() { a.settings = newSettings(nil) })
	return a.settings
}

// openSpan is the span of a message of which it is not known yet what became of it. The batch's lock guards it.
type openSpan struct {
	span       trace.Span
	source     *source
	start, end time.Time // end is zero until the handler has returned
	err        error     // what it returned
	panicked   bool      // or that it did not
	ended      bool
	next       *openSpan // of the same id
}

// handleOne calls next for one record under a span. The span stays open behind it if wait says so and there is an invocation.
func handleOne[R any](ctx context.Context, alone *alone, record *R, wait bool, next func(context.Context, *R) error) (err error) {
	inv := invocationFrom(ctx)
	var s *settings
	if inv != nil {
		s = inv.settings
	} else {
		s, wait = alone.get(), false
	}
	in := describe(record)
	src := s.sources.of(&in)
	ctx, from := s.receive(ctx, &in, record)
	opts := src.options
	if from.n > 0 {
		opts = append(opts[:len(opts):len(opts)], trace.WithLinks(from.links(make([]trace.Link, 0, from.n))...))
	}
	ctx, span := s.tracer.Start(ctx, src.name, opts...)
	recording := span.IsRecording()
	if recording {
		span.SetAttributes(details(nil, record)...)
	}
	var open *openSpan
	if wait && (recording || inv.measures()) {
		open = inv.keepOpen(in.id, src, span)
	}
	returned := false
	defer func() {
		if open == nil {
			s.endNow(span, returned, err)
			return
		}
		inv.returned(open, returned, err)
	}()
	err = next(ctx, record)
	returned = true
	return err
}

// endNow ends a span that does not wait for an outcome.
func (s *settings) endNow(span trace.Span, returned bool, err error) {
	switch {
	case !span.IsRecording():
	case !returned:
		s.failMessage(span, errPanicked, outcomePanicked)
	case err != nil:
		s.failMessage(span, err, outcomeFailed)
	}
	span.End()
}

// keepOpen notes a message's span, or returns nil when the invocation is over already.
func (inv *invocation) keepOpen(id string, src *source, span trace.Span) *openSpan {
	o := &openSpan{span: span, source: src, start: time.Now()}
	b := &inv.batch
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil
	}
	if b.open == nil {
		b.open = make(map[string]*openSpan, b.size)
	}
	o.next = b.open[id]
	b.open[id] = o
	return o
}

// returned notes that a message's handler has ended. Whoever ends the span needs that no longer if it has ended before.
func (inv *invocation) returned(o *openSpan, returned bool, err error) {
	inv.batch.mu.Lock()
	defer inv.batch.mu.Unlock()
	if !o.ended {
		o.end, o.err, o.panicked = time.Now(), err, !returned
	}
}
