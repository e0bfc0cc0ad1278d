package tracing

import (
	"context"
	"encoding/json"
	"io"
	"reflect"

	"github.com/aws/aws-lambda-go/lambda"
)

// Handle returns handle with a span around each invocation. Hand it to lambda.Start:
//
//	lambda.Start(tracing.Handle(handler))
//
// handle is any function that takes a context and an event and returns a response and an error, a sqsbatch.Handler's Handle
// among them. The event is decoded by aws-lambda-go as it would be without Handle. The response is encoded once, as
// aws-lambda-go does it unless it is told otherwise: its options WithSetEscapeHTML and WithSetIndent do not reach it. A
// response that is an io.Reader, such as events.LambdaFunctionURLStreamingResponse, is streamed as it would be without
// Handle, and the invocation lasts until it is closed. An error is returned as it is, so that Lambda reports its type; a
// panic goes on when the span has been ended and flushed.
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
	s.detailType = detailTypeOf(reflect.TypeFor[E]())
	streams := mayStream(reflect.TypeFor[R]())
	return func(ctx context.Context, event E) (io.Reader, error) {
		return s.invoke(ctx, event, func(ctx context.Context) (body []byte, stream io.Reader, err error) {
			response, err := handle(ctx, event)
			if err != nil {
				return nil, nil, err
			}
			if streams {
				return s.encodeOrStream(response)
			}
			body, err = s.encode(response)
			return body, nil, err
		})
	}
}

// HandleEvent is [Handle] for a function that returns nothing but an error. The response is null.
func HandleEvent[E any](handle func(context.Context, E) error, opts ...Option) func(context.Context, E) (io.Reader, error) {
	if handle == nil {
		panic("tracing: HandleEvent: handle is nil")
	}
	s := newSettings(opts)
	s.detailType = detailTypeOf(reflect.TypeFor[E]())
	return func(ctx context.Context, event E) (io.Reader, error) {
		return s.invoke(ctx, event, func(ctx context.Context) ([]byte, io.Reader, error) {
			if err := handle(ctx, event); err != nil {
				return nil, nil, err
			}
			return []byte("null"), nil, nil
		})
	}
}

// HandleRaw is [Handle] for a handler that reads the event's bytes itself, as sqsbatch.Handler and eventbridge.Router do.
// What kind of event it is, a look at its keys has to tell; see [WithTrigger].
func HandleRaw(handler lambda.Handler, opts ...Option) func(context.Context, json.RawMessage) (io.Reader, error) {
	if handler == nil {
		panic("tracing: HandleRaw: handler is nil")
	}
	s := newSettings(opts)
	return func(ctx context.Context, payload json.RawMessage) (io.Reader, error) {
		return s.invoke(ctx, payload, func(ctx context.Context) ([]byte, io.Reader, error) {
			body, err := handler.Invoke(ctx, payload)
			return body, nil, err
		})
	}
}

// invoke runs one invocation: its span, the event's own span inside it, and the flush. call runs the user's handler and
// returns the encoded response, or the one that is to be streamed.
func (s *settings) invoke(
	ctx context.Context, event any, call func(context.Context) (body []byte, stream io.Reader, err error),
) (io.Reader, error) {
	inv := &invocation{settings: s}
	ctx = inv.start(ctx, event)
	ctx = context.WithValue(ctx, invocationKey{}, inv)
	inv.watch(ctx)

	body, stream, err := inv.call(inv.startEvent(ctx, event), call)
	switch {
	case err != nil:
		inv.end(err, s.failed(err))
		inv.finish()
		return nil, err
	case stream != nil:
		return inv.stream(stream), nil
	}
	inv.end(nil, ending{status: inv.status(body)})
	return &response{inv: inv, body: body}, nil
}

// call calls the handler. When that panics, or ends its goroutine, the invocation is over before the panic goes on.
func (inv *invocation) call(
	ctx context.Context, call func(context.Context) ([]byte, io.Reader, error),
) (body []byte, stream io.Reader, err error) {
	returned := false
	defer func() {
		if returned {
			return
		}
		v := recover()
		e, err := inv.settings.panicked(v)
		inv.end(err, e)
		inv.finish()
		if v != nil {
			panic(v) // aws-lambda-go reports it, with the stack from below this one, and ends the process
		}
	}()
	body, stream, err = call(ctx)
	returned = true
	return body, stream, err
}

// finish flushes when the invocation has ended. What its time-out began is waited for first, so that the process is not
// frozen in the middle of it.
func (inv *invocation) finish() {
	if len(inv.settings.flushers) == 0 && !inv.own.timedOut {
		return
	}
	ctx, cancel := inv.flushContext()
	defer cancel()
	inv.waitForTimeUp(ctx.Done())
	inv.flushUntil(ctx)
}
