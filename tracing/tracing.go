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
// handle is any function that takes a context and an event and returns a response and an error, a sqsbatch.Handler
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
	plain := s.study(reflect.TypeFor[E]())
	streams := mayStream(reflect.TypeFor[R]())
	return func(ctx context.Context, event E) (io.Reader, error) {
		var known any
		if !plain {
			known = event
		}
		return s.invoke(ctx, known, func(ctx context.Context, inv *invocation) error {
			response, err := handle(ctx, event)
			if err != nil {
				return err
			}
			inv.responded(response)
			return inv.answer(response, streams)
		})
	}
}

// HandleEvent is [Handle] for a function that returns nothing but an error. The response is null.
func HandleEvent[E any](handle func(context.Context, E) error, opts ...Option) func(context.Context, E) (io.Reader, error) {
	if handle == nil {
		panic("tracing: HandleEvent: handle is nil")
	}
	s := newSettings(opts)
	plain := s.study(reflect.TypeFor[E]())
	return func(ctx context.Context, event E) (io.Reader, error) {
		var known any
		if !plain {
			known = event
		}
		return s.invoke(ctx, known, func(ctx context.Context, inv *invocation) error {
			if err := handle(ctx, event); err != nil {
				return err
			}
			return inv.answer(nil, false)
		})
	}
}

// HandleRaw is [Handle] for a handler that reads the event's bytes itself, as sqsbatch.Handler and eventbridge.Router do.
// What kind of event it is, a look at its keys has to tell; see [WithTrigger].
//
// The response is read after handler has returned, so it must be nobody else's. Where several invocations run at once, do not
// give HandleRaw what lambda.NewHandler returns: in aws-lambda-go 1.55.1 such a handler's response is overwritten by the next one's.
//
// A test that wants bytes, or a mapping of package sqsbatchtest, takes lambda.NewHandler of what HandleRaw returns: its Invoke
// reads the response and closes it, and is safe for concurrent use, because each response is a reader of its own. Who calls the
// function directly must read the [io.Reader] and close it, which is an [io.Closer]: the spans are sent when it is closed.
func HandleRaw(handler lambda.Handler, opts ...Option) func(context.Context, json.RawMessage) (io.Reader, error) {
	if handler == nil {
		panic("tracing: HandleRaw: handler is nil")
	}
	s := newSettings(opts)
	return func(ctx context.Context, payload json.RawMessage) (io.Reader, error) {
		return s.invoke(ctx, payload, func(ctx context.Context, inv *invocation) (err error) {
			inv.response.body, err = handler.Invoke(ctx, payload)
			return err
		})
	}
}

// invoke runs one invocation: its span, the event's own span inside it, and the flush. call runs the user's handler, and
// leaves its response in the invocation. event is nil where its type tells nothing.
func (s *settings) invoke(ctx context.Context, event any, call func(context.Context, *invocation) error) (io.Reader, error) {
	inv := &invocation{settings: s}
	ctx = inv.start(ctx, event)
	inv.watch(ctx)
	if err := inv.call(inv.startEvent(ctx, event), call); err != nil {
		inv.end(err, s.failed(err))
		inv.finish()
		return nil, err
	}
	r := &inv.response
	r.inv = inv
	if r.stream != nil {
		return inv.stream(r.stream), nil
	}
	inv.end(nil, ending{status: inv.status(r.body)})
	return r, nil
}

// call calls the handler. When that panics, or ends its goroutine, the invocation is over before the panic goes on.
func (inv *invocation) call(ctx context.Context, call func(context.Context, *invocation) error) error {
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
	err := call(ctx, inv)
	returned = true
	return err
}

// finish flushes when the invocation has ended. What its time-out began is waited for first, so that the process is not
// frozen in the middle of it.
func (inv *invocation) finish() {
	if !inv.own.timedOut && !inv.flushes() {
		return
	}
	ctx, cancel := inv.flushContext()
	defer cancel()
	inv.waitForTimeUp(ctx.Done())
	inv.flushUntil(ctx)
}
