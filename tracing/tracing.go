package tracing

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/aws/aws-lambda-go/lambda"
	"go.opentelemetry.io/otel/trace"
)

// Handle returns handle with a span around each invocation. Hand it to lambda.Start:
//
//	lambda.Start(tracing.Handle(handler))
//
// handle is any function that takes a context and an event and returns a response and an error, a sqsbatch.Handler among
// them. The event is decoded by aws-lambda-go as it would be without Handle, and the response is encoded once.
//
// The result is read by aws-lambda-go, which asks for the next invocation only when it has closed it: with [WithFlush]
// the spans are sent then, when the caller already has its response.
//
// It panics if handle is nil. It is safe for concurrent use if handle is.
func Handle[E, R any](handle func(context.Context, E) (R, error), opts ...Option) func(context.Context, E) (io.Reader, error) {
	if handle == nil {
		panic("tracing: Handle: handle is nil")
	}
	s := newSettings(opts)
	return func(ctx context.Context, event E) (io.Reader, error) {
		return s.invoke(ctx, event, func(ctx context.Context) ([]byte, error) {
			response, err := handle(ctx, event)
			if err != nil {
				return nil, err
			}
			body, err := json.Marshal(response)
			if err != nil {
				return nil, fmt.Errorf("tracing: encode the response: %w", err)
			}
			return body, nil
		})
	}
}

// HandleEvent is [Handle] for a function that returns nothing but an error. The response is null.
func HandleEvent[E any](handle func(context.Context, E) error, opts ...Option) func(context.Context, E) (io.Reader, error) {
	if handle == nil {
		panic("tracing: HandleEvent: handle is nil")
	}
	s := newSettings(opts)
	return func(ctx context.Context, event E) (io.Reader, error) {
		return s.invoke(ctx, event, func(ctx context.Context) ([]byte, error) {
			if err := handle(ctx, event); err != nil {
				return nil, err
			}
			return []byte("null"), nil
		})
	}
}

// HandleRaw is [Handle] for a handler that reads the event's bytes itself, as sqsbatch.Handler and eventbridge.Router do.
func HandleRaw(handler lambda.Handler, opts ...Option) func(context.Context, json.RawMessage) (io.Reader, error) {
	if handler == nil {
		panic("tracing: HandleRaw: handler is nil")
	}
	s := newSettings(opts)
	return func(ctx context.Context, payload json.RawMessage) (io.Reader, error) {
		return s.invoke(ctx, payload, func(ctx context.Context) ([]byte, error) {
			return handler.Invoke(ctx, payload)
		})
	}
}

// invoke runs one invocation: its span, the event's own span inside it, and the flush. call runs the user's handler and
// returns the encoded response.
func (s *settings) invoke(ctx context.Context, event any, call func(context.Context) ([]byte, error)) (io.Reader, error) {
	inv := &invocation{settings: s}
	ctx, span := s.start(ctx, inv, event)
	ctx = context.WithValue(ctx, invocationKey{}, inv)
	ctx = inv.startEvent(ctx, event)
	body, err := call(ctx)
	inv.endEvent(err)
	s.end(span, err)
	if err != nil {
		s.flushNow(ctx)
		return nil, err
	}
	return s.respond(ctx, body), nil
}

// start starts the invocation's span.
func (s *settings) start(ctx context.Context, _ *invocation, _ any) (context.Context, trace.Span) {
	return s.tracer.Start(ctx, "invocation", trace.WithSpanKind(trace.SpanKindServer))
}

// end ends the invocation's span.
func (s *settings) end(span trace.Span, err error) {
	if err != nil {
		fail(span, err)
	}
	span.End()
}
