package sqsbatch

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

type (
	messageKey struct{} // finds the message
	callKey    struct{} // finds the *call through what a middleware has wrapped around it
)

// The context of a handler call is its *call, so that a batch allocates all of them at once.

func (c *call) Deadline() (time.Time, bool) { return c.life.deadline() }
func (c *call) Done() <-chan struct{}       { return c.life.context().Done() }
func (c *call) Err() error                  { return c.life.context().Err() }

func (c *call) Value(key any) any {
	switch key.(type) {
	case messageKey:
		return c.message
	case callKey:
		return c
	}
	return c.life.context().Value(key)
}

// String keeps fmt from printing what the call holds.
func (c *call) String() string { return "sqsbatch.message(" + c.message.MessageId + ")" }

// MessageFromContext returns the message that the handler was called for: its id, attributes, receipt handle and raw body.
// It reports false when ctx does not come from a handler call of this package; the context of a [HandleBatch] handler has
// no one message. The message shares its maps and strings with the batch: do not change them.
func MessageFromContext(ctx context.Context) (events.SQSMessage, bool) {
	m, ok := ctx.Value(messageKey{}).(*events.SQSMessage)
	if !ok {
		return events.SQSMessage{}, false
	}
	return *m, true
}

// lifetime is a context that is made when somebody asks for it: many handlers never do, and a deadline costs a timer.
type lifetime struct {
	parent context.Context
	until  time.Time // zero: no deadline
	cause  error     // with which it ends at until

	made atomic.Pointer[madeContext]
	mu   sync.Mutex
	over bool
}

type madeContext struct {
	context.Context
	cancel context.CancelFunc
}

func (l *lifetime) deadline() (time.Time, bool) {
	if l.until.IsZero() {
		return l.parent.Deadline()
	}
	return l.until, true
}

func (l *lifetime) context() context.Context {
	if m := l.made.Load(); m != nil {
		return m.Context
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if m := l.made.Load(); m != nil {
		return m.Context
	}
	m := new(madeContext)
	if l.until.IsZero() {
		m.Context, m.cancel = context.WithCancel(l.parent)
	} else {
		m.Context, m.cancel = context.WithDeadlineCause(l.parent, l.until, l.cause)
	}
	if l.over {
		m.cancel()
	}
	l.made.Store(m)
	return m.Context
}

// end cancels the context, also one that is made later.
func (l *lifetime) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	if m := l.made.Load(); m != nil {
		m.cancel()
	}
}
