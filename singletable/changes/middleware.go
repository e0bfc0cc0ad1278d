package changes

import (
	"context"
	"errors"

	"github.com/aws/aws-lambda-go/events"
)

type middleware = func(next func(context.Context, *events.DynamoDBEventRecord) error) func(context.Context, *events.DynamoDBEventRecord) error

// WithMiddleware puts wrap around the handling of each record, decoding and those that are passed over included. Of several,
// in one option or in several, the first is the outermost. What the outermost returns decides about the record: nil means
// that it is handled, an error that it failed and comes again with all after it. A record whose error a middleware takes, to put it
// into a queue of your own for instance, counts as Succeeded: count it yourself.
//
// wrap is called once, when the handler is made; the function that it returns is called for each record, concurrently where
// there is [WithConcurrency] or several invocations run at once, and must pass on a context that descends from its own. The
// record is the batch's: it must not be changed. Package tracing has such a function, and needs no import of this package for
// it. Handle panics when a wrap is nil or returns nil.
func WithMiddleware(
	wrap ...func(next func(context.Context, *events.DynamoDBEventRecord) error) func(context.Context, *events.DynamoDBEventRecord) error,
) Option {
	return option(func(s *settings) error {
		for _, m := range wrap {
			if m == nil {
				return errors.New("changes: WithMiddleware got a function that is nil")
			}
		}
		s.middleware = append(s.middleware, wrap...)
		return nil
	})
}

type outcomeKey struct{} // finds what process made of the record, behind the middleware

// wrapped puts the middleware around process.
func (s *settings) wrapped() (func(context.Context, *events.DynamoDBEventRecord) (Outcome, error), error) {
	if len(s.middleware) == 0 {
		return s.process, nil
	}
	next := func(ctx context.Context, r *events.DynamoDBEventRecord) error {
		outcome, err := s.process(ctx, r)
		if inner, ok := ctx.Value(outcomeKey{}).(*result); ok {
			*inner = result{outcome: outcome, err: err}
		}
		if outcome.handled() {
			return nil
		}
		return err
	}
	for i := len(s.middleware) - 1; i >= 0; i-- {
		if next = s.middleware[i](next); next == nil {
			return nil, errors.New("changes: a function of WithMiddleware returned nil")
		}
	}
	return func(ctx context.Context, r *events.DynamoDBEventRecord) (Outcome, error) {
		inner := &result{outcome: Succeeded} // for a middleware that handles the record itself
		err := next(context.WithValue(ctx, outcomeKey{}, inner), r)
		switch {
		case err == nil && inner.outcome.handled():
			return inner.outcome, inner.err // of what is set aside, the reason
		case err != nil && !inner.outcome.handled():
			return inner.outcome, err
		}
		return outcomeOf(err)
	}, nil
}
