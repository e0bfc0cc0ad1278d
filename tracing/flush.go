package tracing

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/trace"
)

// Flusher sends what is left of spans or metrics. The SDK's providers are such, tracer providers and meter providers alike.
type Flusher interface {
	ForceFlush(context.Context) error
}

// flushMargin is what a flush leaves of the time until the deadline: Lambda counts a flush that crosses it as a time-out,
// whether the caller has its response or not.
const flushMargin = 20 * time.Millisecond

// WithFlush has each invocation end with a flush. Lambda freezes the process between invocations, and what a batching
// provider has kept until then is late by minutes, or lost.
//
// The flush comes after the response, before Lambda is asked for the next invocation: the caller does not wait for it, but
// Lambda bills it. With an error or a panic, and shortly before a time-out, there is no such moment, and the flush comes
// before the error is returned. It takes as long as [WithFlushTimeout] says, and ends 20 ms before the deadline in any case,
// with all flushers at the same time. Its context has the values of the handler's, but not its end.
//
// A flusher that is a trace.TracerProvider is not asked after an invocation whose span was not recorded. Whatever comes of
// a flush, nothing of it reaches the handler's result: errors, panics and flushers that do not return in time are told to
// [WithFlushErrors] alone, and one that has not returned is not called again until it has. It panics if there is no
// flusher, or one is nil.
func WithFlush(flushers ...Flusher) Option {
	if len(flushers) == 0 {
		panic("tracing: WithFlush: there is no flusher")
	}
	for _, f := range flushers {
		if f == nil {
			panic("tracing: WithFlush: a flusher is nil")
		}
	}
	return option(func(s *settings) {
		for _, f := range flushers {
			_, spans := f.(trace.TracerProvider)
			s.flushers = append(s.flushers, &flusher{flusher: f, spans: spans})
		}
	})
}

// WithFlushTimeout sets how long a flush may take. Defaults to 1 s. It panics if d is not positive.
func WithFlushTimeout(d time.Duration) Option {
	if d <= 0 {
		panic(fmt.Sprintf("tracing: WithFlushTimeout(%v): need a positive duration", d))
	}
	return option(func(s *settings) { s.flushTimeout = d })
}

// WithFlushErrors sets who is told when a flush fails: observe gets an error for each flusher that failed, with the flush's
// context. The error wraps what the flusher returned, context.DeadlineExceeded where it did not return in time, or says why it
// was not asked. observe may be called by several goroutines at once, and what it takes is part of the flush. By default nobody
// is told. It panics if observe is nil.
func WithFlushErrors(observe func(context.Context, error)) Option {
	if observe == nil {
		panic("tracing: WithFlushErrors: the observer is nil")
	}
	return option(func(s *settings) { s.flushError = observe })
}

// flusher is a Flusher and how it behaves.
type flusher struct {
	flusher Flusher
	spans   bool         // it has spans alone
	stuck   atomic.Int32 // calls that nobody waits for any more
}

// concerns tells whether there is something to flush after an invocation.
func (f *flusher) concerns(inv *invocation) bool { return inv.own.recorded || !f.spans }

// flushes tells whether any flusher concerns the invocation.
func (inv *invocation) flushes() bool {
	for _, f := range inv.settings.flushers {
		if f.concerns(inv) {
			return true
		}
	}
	return false
}

// flush flushes, and returns when that is done or its time is over.
func (inv *invocation) flush() {
	if !inv.flushes() {
		return
	}
	ctx, cancel := inv.flushContext()
	defer cancel()
	inv.flushUntil(ctx)
}

// flushContext returns the context of a flush. Without time it has ended.
func (inv *invocation) flushContext() (context.Context, context.CancelFunc) {
	ctx := inv.own.ctx
	limit := inv.settings.flushTimeout
	if deadline, ok := ctx.Deadline(); ok {
		limit = min(limit, time.Until(deadline)-flushMargin)
	}
	return context.WithTimeout(context.WithoutCancel(ctx), limit)
}

func (inv *invocation) flushUntil(ctx context.Context) {
	waits := make([]func() error, 0, len(inv.settings.flushers))
	for _, f := range inv.settings.flushers {
		if f.concerns(inv) {
			waits = append(waits, f.start(ctx))
		}
	}
	for _, wait := range waits {
		if err := wait(); err != nil {
			inv.settings.tell(ctx, err)
		}
	}
}

// start starts a flush in a goroutine of its own, so that one that heeds no context holds nothing up. The function that it
// returns waits for it until ctx ends.
func (f *flusher) start(ctx context.Context) func() error {
	failed := func(err error) func() error { return func() error { return flushFailed(err) } }
	if ctx.Err() != nil {
		return failed(errNoTime)
	}
	if f.stuck.Load() > 0 {
		return failed(errStuck)
	}
	done := make(chan error, 1)
	var left atomic.Bool // of the two, who comes second cleans up
	go func() {
		defer func() {
			if left.Swap(true) {
				f.stuck.Add(-1)
			}
		}()
		done <- f.call(ctx)
	}()
	return func() error {
		var err error
		select {
		case err = <-done:
		case <-ctx.Done():
			select {
			case err = <-done:
			default:
				f.stuck.Add(1)
				if left.Swap(true) {
					f.stuck.Add(-1)
				}
				err = context.Cause(ctx)
			}
		}
		if err != nil {
			return flushFailed(err)
		}
		return nil
	}
}

// call calls the flusher. A panic of it is an error.
func (f *flusher) call(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("tracing: the flusher panicked: %v\n%s", v, debug.Stack())
		}
	}()
	return f.flusher.ForceFlush(ctx)
}

func (s *settings) tell(ctx context.Context, err error) {
	if s.flushError == nil {
		return
	}
	defer func() { _ = recover() }() // an observer's panic must not become the invocation's either
	s.flushError(ctx, err)
}
