package coldstart

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// Lazy is a value that is made at its first use, for what few invocations need: initialisation does not pay for it, and
// neither do the invocations that do without. Unlike a sync.Once it forgets a failure, so the next use tries again.
//
// A Lazy is made by [NewLazy] or [NewExpiring], which do no work, so that one may be a package variable. It must not be
// copied. Safe for concurrent use: one call makes the value, the others wait for it. Once it is made, Get is an atomic
// load and allocates nothing.
type Lazy[T any] struct {
	build  func(context.Context) (T, error)
	maxAge time.Duration // 0: for ever

	value atomic.Pointer[lazyValue[T]]

	mu       sync.Mutex
	building *building[T] // nil while nobody builds the value
}

// lazyValue never changes.
type lazyValue[T any] struct {
	value T
	made  time.Time // without the monotonic clock, which may stand still in a freeze; zero where age does not matter
}

// building is one call of build.
type building[T any] struct {
	done   chan struct{} // closed when value and err are written
	cancel context.CancelCauseFunc
	value  T
	err    error

	waiting   int  // callers, guarded by Lazy.mu
	abandoned bool // nobody waited at some moment, guarded by Lazy.mu
}

// errAbandoned is the cause that build's context ends with.
var errAbandoned = errors.New("coldstart: nobody waits for the lazy value any more")

// NewLazy returns a Lazy that keeps its value until [Lazy.Reset]. It panics if build is nil.
//
// build runs in a goroutine of its own. Its context has the values of the first caller's, but neither its deadline nor its
// end: a caller that gives up must not spoil the value for the others. It ends when the last caller has given up, and
// when build returns, so nothing that is built may keep it. A panic in build is an error, a [*PanicError], like any
// other. build must not call Get of the same Lazy, which would wait for itself.
func NewLazy[T any](build func(context.Context) (T, error)) *Lazy[T] {
	if build == nil {
		panic("coldstart: NewLazy: build is nil")
	}
	return &Lazy[T]{build: build}
}

// NewExpiring is [NewLazy] for a value that is made again once it is older than maxAge, such as a secret that rotates.
// Age counts by the wall clock, time in a freeze included. A use after that waits for the new value, and gets the error
// if there is none: the old one is not handed out. It panics if maxAge is not positive.
func NewExpiring[T any](maxAge time.Duration, build func(context.Context) (T, error)) *Lazy[T] {
	if maxAge <= 0 {
		panic(fmt.Sprintf("coldstart: NewExpiring: maxAge is %v: it must be positive", maxAge))
	}
	l := NewLazy(build)
	l.maxAge = maxAge
	return l
}

// Get returns the value, which it makes if there is none. The error is build's, as it is; that of a caller whose ctx ends
// while it waits says so, and errors.Is finds the cause. A failure is not kept.
func (l *Lazy[T]) Get(ctx context.Context) (T, error) {
	if v := l.value.Load(); v != nil && l.fresh(v) {
		return v.value, nil
	}
	return l.wait(ctx)
}

// Reset forgets the value, so that the next use makes it again: after a restored snapshot, or when a server refused the
// secret. What is being made is given to those who wait for it, and not kept; the next use does not wait for its end.
func (l *Lazy[T]) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.value.Store(nil)
	l.building = nil
}

func (l *Lazy[T]) fresh(v *lazyValue[T]) bool {
	if l.maxAge == 0 {
		return true
	}
	age := time.Since(v.made)
	return age >= 0 && age < l.maxAge // a clock that was set back proves nothing
}

// wait returns what build returns to this caller's call of it or to the one that is under way.
func (l *Lazy[T]) wait(ctx context.Context) (T, error) {
	for {
		if err := ctx.Err(); err != nil {
			return l.gaveUp(ctx)
		}
		l.mu.Lock()
		if v := l.value.Load(); v != nil && l.fresh(v) {
			l.mu.Unlock()
			return v.value, nil
		}
		m := l.building
		if m == nil {
			m = l.start(ctx)
		}
		// A call of build that nobody waited for has been told to end. What it returns is about that, so it is only
		// waited for, because build runs once at a time, and then built anew.
		abandoned := m.abandoned
		if !abandoned {
			m.waiting++
		}
		l.mu.Unlock()

		select {
		case <-m.done:
			if !abandoned {
				return m.value, m.err
			}
		case <-ctx.Done():
			if !abandoned {
				l.leave(m)
			}
			return l.gaveUp(ctx)
		}
	}
}

func (l *Lazy[T]) gaveUp(ctx context.Context) (T, error) {
	var zero T
	return zero, fmt.Errorf("coldstart: gave up waiting for a lazy value: %w", context.Cause(ctx))
}

// start calls build. The caller holds mu.
func (l *Lazy[T]) start(ctx context.Context) *building[T] {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	m := &building[T]{done: make(chan struct{}), cancel: cancel, err: &PanicError{}} // What remains if build ends its goroutine.
	l.building = m
	go func() {
		defer l.finish(m)
		m.value, m.err = l.call(ctx)
	}()
	return m
}

// call returns build's results, or its panic as an error.
func (l *Lazy[T]) call(ctx context.Context) (value T, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return l.build(ctx)
}

func (l *Lazy[T]) finish(m *building[T]) {
	m.cancel(nil)
	l.mu.Lock()
	if l.building == m { // Otherwise there was a Reset.
		l.building = nil
		if m.err == nil {
			v := &lazyValue[T]{value: m.value}
			if l.maxAge > 0 {
				v.made = time.Now().Round(0)
			}
			l.value.Store(v)
		}
	}
	l.mu.Unlock()
	close(m.done)
}

// leave is for a caller that gives up.
func (l *Lazy[T]) leave(m *building[T]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if m.waiting--; m.waiting == 0 {
		m.abandoned = true
		m.cancel(errAbandoned)
	}
}
