package tracing

import "context"

// invocation is one invocation's state. [Handle] puts it into the invocation's context, where the spans of messages find it.
type invocation struct {
	settings *settings
	own      ownSpan
	handler  handlerContext
	response response
	batch    batch
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
