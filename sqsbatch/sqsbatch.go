package sqsbatch

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
)

// Handle returns a Lambda handler that calls handler once for each message of an SQS batch and answers with the messages
// that failed. The type of handler's second parameter decides how a message is decoded; the package documentation lists the
// possibilities. Give the result to lambda.Start.
//
// handler succeeds by returning nil; only then is its message deleted. Any error, panic or call of [runtime.Goexit] makes
// the message come again after the queue's visibility time-out, and go to the dead-letter queue once it has been received
// more than the queue's maxReceiveCount. handler must be safe for concurrent use.
//
// The returned function is safe for concurrent use. Its error is nil or a [*BatchError]; failures of single messages are
// not errors of the batch, [WithObserver] tells of them. Handle panics when handler is nil, takes a whole [events.SQSEvent] or
// an option is out of its range, so that a mistake shows when the function starts.
func Handle[T any](
	handler func(context.Context, T) error, opts ...Option,
) func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	if handler == nil {
		panic("sqsbatch: Handle needs a handler, got nil")
	}
	s := newSettings(opts)
	decode := decoderOf[T]()
	process := func(ctx context.Context, m *events.SQSMessage) error {
		var v T
		if err := decode(m, &v); err != nil {
			return err
		}
		return handler(ctx, v)
	}
	return func(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
		return s.handle(ctx, event.Records, process)
	}
}

// handle runs one batch from its records to its response.
func (s *settings) handle(
	ctx context.Context, records []events.SQSMessage, process func(context.Context, *events.SQSMessage) error,
) (events.SQSEventResponse, error) {
	if err := checkBatch(records); err != nil {
		return events.SQSEventResponse{}, err
	}
	b := batch{records: records, process: process, schedule: scheduleOf(records)}
	results := b.run(ctx, s.concurrency, s.reserve)
	response, err := respond(records, results)
	if s.observe != nil {
		s.observe(ctx, reportOf(records, results))
	}
	return response, err
}
