package tracing

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-lambda-go/lambda/handlertrace"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// batch is what an invocation knows of the event that it is for: the event's span, and the spans of its messages that are
// still open. Handlers that ignore their contexts may outlive the invocation, so everything is behind the lock.
type batch struct {
	mu     sync.Mutex
	span   trace.Span // the event's; nil when it has none
	size   int
	at     func(int) any // pointers to the event's records
	source *source       // of the event's span
	open   map[string]*openSpan
	answer answer
	closed bool // the invocation is over
}

// startEvent starts the span of what the event brings, such as a batch of messages, if it is an event with one.
//
// Of raw bytes nobody knows yet what they are. The handler that decodes them tells, as aws-lambda-go's own do, through
// handlertrace; from then on the event's span is the current one in the context that the handler has already.
func (inv *invocation) startEvent(ctx context.Context, event any) context.Context {
	if _, raw := event.(json.RawMessage); !raw {
		ctx, _ = inv.beginEvent(ctx, event)
		return ctx
	}
	late := &lateContext{Context: ctx}
	return handlertrace.NewContext(late, handlertrace.HandlerTrace{
		RequestEvent: func(_ context.Context, event any) {
			if ctx, ok := inv.beginEvent(ctx, event); ok {
				late.later.Store(&ctx)
			}
		},
		ResponseEvent: func(_ context.Context, response any) { inv.responded(response) },
	})
}

// lateContext is a context whose values are another's once that is known. Both have the same end.
type lateContext struct {
	context.Context
	later atomic.Pointer[context.Context]
}

func (c *lateContext) Value(key any) any {
	if later := c.later.Load(); later != nil {
		return (*later).Value(key)
	}
	return c.Context.Value(key)
}

// beginEvent starts the span of a decoded event, unless the event has none or another was first.
func (inv *invocation) beginEvent(ctx context.Context, event any) (context.Context, bool) {
	size, at := recordsOf(event)
	if size == 0 {
		return ctx, false
	}
	b := &inv.batch
	b.mu.Lock()
	if b.at != nil || b.closed {
		b.mu.Unlock()
		return ctx, false
	}
	b.size, b.at = size, at
	b.mu.Unlock()

	s := inv.settings
	src := s.sources.ofEvent(size, at)
	opts := src.options[:len(src.options):len(src.options)]
	if src.kind.isBatch() || size > 1 {
		opts = append(opts, trace.WithAttributes(src.kind.countName().Int(size)))
	}
	links, looked := s.batchLinks(ctx, size, at)
	if s.messages.parent && size == 1 {
		if from := s.sendersOf(ctx, at(0)); from.n > 0 {
			links = append(links, trace.Link{SpanContext: trace.SpanContextFromContext(ctx)})
			ctx = trace.ContextWithRemoteSpanContext(ctx, from.parent())
		}
	}
	if len(links) > 0 {
		opts = append(opts, trace.WithLinks(links...))
	}
	ctx, span := s.tracer.Start(ctx, src.name, opts...)
	if span.IsRecording() {
		if n := s.omitted(ctx, looked, size, at); n > 0 {
			span.SetAttributes(keyLinksOmitted.Int(n))
		}
		if size == 1 && !src.kind.isBatch() {
			span.SetAttributes(details(nil, at(0))...)
		}
	}
	b.mu.Lock()
	late := b.closed
	if !late {
		b.span, b.source = span, src
	}
	b.mu.Unlock()
	if late { // the invocation has timed out meanwhile
		span.End()
	}
	return ctx, true
}

// endEvent ends the spans of messages that are still open, and then that of the event. err is the invocation's. It is called
// once, from another goroutine than the handler's when the invocation runs into its time-out: err is then a *timeoutError, the
// handler still runs, and what it starts or ends from then on comes too late.
func (inv *invocation) endEvent(err error) {
	inv.closeMessages(err)
	b := &inv.batch
	b.mu.Lock()
	span := b.span
	b.span = nil
	failures := b.failures()
	b.mu.Unlock()
	if span == nil {
		return
	}
	if span.IsRecording() {
		if failures >= 0 && err == nil {
			span.SetAttributes(keyFailures.Int(failures))
		}
		if err != nil {
			span.SetAttributes(keyErrorType.String(errorType(err)))
			span.SetStatus(codes.Error, inv.settings.text(err))
		}
	}
	span.End()
}
