package coldstart

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

// Start is the start of this execution environment: it knows which invocation is the first, and what came before it. Make
// one in main and give it to [Wrap] or [Start.Handler]:
//
//	var start coldstart.Start
//	lambda.Start(coldstart.Wrap(&start, handle))
//
// In SnapStart functions it runs the hooks, see [Start.Ready]. The zero value is ready for use. A Start must not be copied.
// Safe for concurrent use: of invocations that run at once, as on managed instances, exactly one is the first.
type Start struct {
	ready  atomic.Int64 // the end of initialisation, wall clock in nanoseconds; 0 before it
	served atomic.Pointer[served]

	mu     sync.Mutex
	before []hook
	after  []hook
	hooked bool // Ready was called
}

// served is what is known from the first invocation on. It never changes.
type served struct{ first, later Invocation }

// Context counts an invocation and returns its context, for [InvocationFromContext]. It is for handlers that neither
// [Wrap] nor [Start.Handler] takes; call it once an invocation.
func (s *Start) Context(ctx context.Context) context.Context {
	now := s.served.Load()
	if now == nil {
		mine := s.serve()
		if s.served.CompareAndSwap(nil, mine) {
			return context.WithValue(ctx, invocationKey{}, &mine.first)
		}
		now = s.served.Load()
	}
	return context.WithValue(ctx, invocationKey{}, &now.later)
}

// serve returns what is known if the invocation that calls it is the first.
func (s *Start) serve() *served {
	i := Invocation{First: true, Initialization: Initialization()}
	if ready := s.ready.Load(); ready != 0 && i.Initialization != SnapStart {
		i.Idle = max(0, time.Duration(time.Now().UnixNano()-ready)) // the clock may have been set back
	}
	later := i
	later.First = false
	return &served{first: i, later: later}
}

// markReady notes that initialisation ends now. The wall clock counts: the monotonic one may stand still while the
// environment is frozen.
func (s *Start) markReady() { s.ready.Store(time.Now().UnixNano()) }

// Wrap returns handler with what s knows in its context. Call it last, in the argument of lambda.Start: it takes the moment
// for the end of initialisation. It panics if handler or s is nil, or if s has hooks and [Start.Ready] was not called.
//
// A handler that is a [lambda.Handler], as those of package sqsbatch and eventbridge are, is a function too and compiles
// here, but is decoded by encoding/json then: [Start.Handler] keeps its faster way. One without a result returns an untyped nil here:
//
//	coldstart.Wrap(&start, func(ctx context.Context, e Event) (any, error) { return nil, handle(ctx, e) })
func Wrap[I, O any](s *Start, handler func(context.Context, I) (O, error)) func(context.Context, I) (O, error) {
	if handler == nil {
		panic("coldstart: Wrap needs a handler, got nil")
	}
	s.wrapping("Wrap")
	return func(ctx context.Context, event I) (O, error) { return handler(s.Context(ctx), event) }
}

// Handler is [Wrap] for a handler of raw payloads. Where several invocations run at once, do not give it what
// lambda.NewHandler returns: in aws-lambda-go 1.55.1 such a handler's response is overwritten by the next one's.
func (s *Start) Handler(handler lambda.Handler) lambda.Handler {
	if handler == nil {
		panic("coldstart: Start.Handler needs a handler, got nil")
	}
	s.wrapping("Start.Handler")
	return handlerFunc(func(ctx context.Context, payload []byte) ([]byte, error) {
		return handler.Invoke(s.Context(ctx), payload)
	})
}

func (s *Start) wrapping(what string) {
	if s == nil {
		panic("coldstart: " + what + " needs a Start, got nil")
	}
	s.mu.Lock()
	forgotten := len(s.before)+len(s.after) > 0 && !s.hooked
	s.mu.Unlock()
	if forgotten {
		panic("coldstart: " + what + ": the Start has hooks that never run: call Start.Ready before")
	}
	s.markReady()
}

// handlerFunc is a lambda.Handler.
type handlerFunc func(context.Context, []byte) ([]byte, error)

func (f handlerFunc) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	return f(ctx, payload)
}
