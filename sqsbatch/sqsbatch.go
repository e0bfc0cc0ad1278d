package sqsbatch

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda/handlertrace"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/internal/sqsjson"
)

// Handler handles batches of an Amazon SQS queue. Give it to lambda.Start. It is a function of the plain type that
// aws-lambda-go documents for SQS events, and can be called and passed on as one; to lambda.Start it is a lambda.Handler too,
// which decodes an event and encodes a response in less time.
//
// It is safe for concurrent use. Its error is nil or a [*BatchError]; failures of single messages are not errors of the
// batch, [WithObserver] tells of them.
type Handler func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)

// Invoke handles an event as Lambda sends it and returns the response's JSON, which is the caller's own. lambda.Start calls it,
// and tests give it to a mapping of package sqsbatchtest. The options of
// lambda.StartWithOptions that change how JSON is read and written have no effect on it. An event that is not one fails
// with a [*BatchError].
func (h Handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	event, err := sqsjson.DecodeEvent(payload)
	if err != nil {
		return nil, &BatchError{
			Reason: "the event is not one of Amazon SQS. Is the function invoked by an SQS event source mapping?", Err: err,
		}
	}
	trace := handlertrace.FromContext(ctx)
	if trace.RequestEvent != nil {
		trace.RequestEvent(ctx, event)
	}
	response, err := h(ctx, event)
	if err != nil {
		return nil, err
	}
	if trace.ResponseEvent != nil {
		trace.ResponseEvent(ctx, response)
	}
	return sqsjson.AppendResponse(nil, response), nil
}

// Handle returns a Lambda handler that calls handler once for each message of an SQS batch and answers with the messages
// that failed. The type of handler's second parameter decides how a message is decoded; the package documentation lists the
// possibilities. Give the result to lambda.Start.
//
// handler succeeds by returning nil; only then is its message deleted, unless it asks for something else with [Drop] or
// [DeadLetter]. Any other error, a panic or a call of [runtime.Goexit] makes the message come again after the queue's
// visibility time-out or the delay of [RetryAfter], and go to the dead-letter queue once it has been received more than the
// queue's maxReceiveCount. handler must be safe for concurrent use.
//
// Handle panics when handler is nil, takes a whole [events.SQSEvent] or an option is out of its range or cannot work, so that
// a mistake shows when the function starts.
func Handle[T any](handler func(context.Context, T) error, opts ...Option) Handler {
	if handler == nil {
		panic("sqsbatch: Handle needs a handler, got nil")
	}
	s := newSettings(opts)
	decode := decoderOf[T](s)
	process := s.wrapped(func(ctx context.Context, m *events.SQSMessage) error {
		var v T
		if err := decode(ctx, m, &v); err != nil {
			return s.notDecoded(ctx, m, err)
		}
		return handler(ctx, v)
	})
	return func(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
		if err := checkBatch(event.Records); err != nil {
			return events.SQSEventResponse{}, err
		}
		b := newBatch(s, event.Records, process)
		b.run(ctx, (*worker).work)
		return b.finish(ctx)
	}
}

// finish does what the messages ask for, reports and answers.
func (b *batch) finish(ctx context.Context) (events.SQSEventResponse, error) {
	b.blockGroups()
	b.settleAll(ctx)
	b.blockGroups()
	b.report(ctx)
	if b.errorOnFailure {
		if err := fullFailure(b.calls); err != nil {
			return events.SQSEventResponse{}, err
		}
	}
	return respond(b.calls), nil
}

// report tells the observers.
func (b *batch) report(ctx context.Context) {
	if len(b.observers) == 0 {
		return
	}
	report := reportOf(b.settings, b.calls)
	for _, observe := range b.observers {
		observe(ctx, report)
	}
}
