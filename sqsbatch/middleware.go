package sqsbatch

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
)

type middleware = func(next func(context.Context, *events.SQSMessage) error) func(context.Context, *events.SQSMessage) error

// WithMiddleware puts wrap around the handling of each message, decoding included. Of several, in one option or in several,
// the first is the outermost. What the outermost returns decides about the message: nil means that it succeeded, an error
// steers as a handler's does.
//
// wrap is called once, when the handler is made; the function that it returns is called for each message, concurrently, and
// must pass on a context that descends from its own. The message is the batch's: it must not be changed. Package tracing has
// such a function, and needs no import of this package for it. It panics when a wrap is nil, Handle when one returns nil.
func WithMiddleware(
	wrap ...func(next func(context.Context, *events.SQSMessage) error) func(context.Context, *events.SQSMessage) error,
) Option {
	for _, m := range wrap {
		if m == nil {
			panic("sqsbatch: WithMiddleware got a function that is nil")
		}
	}
	return perMessage("WithMiddleware", func(s *settings) { s.middleware = append(s.middleware, wrap...) })
}

// wrapped puts the middleware around process.
func (s *settings) wrapped(process func(context.Context, *events.SQSMessage) error) func(context.Context, *events.SQSMessage) error {
	for i := len(s.middleware) - 1; i >= 0; i-- {
		if process = s.middleware[i](process); process == nil {
			panic("sqsbatch: a function of WithMiddleware returned nil")
		}
	}
	return process
}
