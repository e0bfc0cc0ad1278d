package coldstart_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

func TestLazyIsBuiltOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		lazy := coldstart.NewLazy(func(context.Context) (int32, error) {
			time.Sleep(time.Second)
			return calls.Add(1), nil
		})
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() {
				if v, err := lazy.Get(t.Context()); v != 1 || err != nil {
					t.Errorf("got %v, %v", v, err)
				}
			})
		}
		group.Wait()
		time.Sleep(1000 * time.Hour)
		if v, err := lazy.Get(t.Context()); v != 1 || err != nil || calls.Load() != 1 {
			t.Errorf("got %v, %v after %d calls", v, err, calls.Load())
		}
	})
}

func TestLazyForgetsFailures(t *testing.T) {
	t.Parallel()
	errDown := errors.New("the server is down")
	fail := map[int]func() error{
		1: func() error { return errDown },
		2: func() error { panic(errDown) },
		3: func() error { runtime.Goexit(); return nil },
	}
	calls := 0
	lazy := coldstart.NewLazy(func(context.Context) (string, error) {
		calls++
		if f := fail[calls]; f != nil {
			return "spoilt", f()
		}
		return "value", nil
	})
	if v, err := lazy.Get(t.Context()); err != errDown {
		t.Errorf("got %q, %v; want build's error as it is", v, err)
	}
	var panicErr *coldstart.PanicError
	if _, err := lazy.Get(t.Context()); !errors.As(err, &panicErr) || !errors.Is(err, errDown) || len(panicErr.Stack) == 0 {
		t.Errorf("after a panic: %v", err)
	}
	if v, err := lazy.Get(t.Context()); !errors.As(err, &panicErr) || panicErr.Value != nil || !strings.Contains(err.Error(), "Goexit") {
		t.Errorf("after Goexit: %q, %v", v, err)
	}
	if v, err := lazy.Get(t.Context()); v != "value" || err != nil {
		t.Errorf("got %q, %v", v, err)
	}
}

type lazyKey struct{}

// The first caller's deadline comes first; what it started goes on for the second.
func TestLazyOutlivesItsFirstCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		lazy := coldstart.NewLazy(func(ctx context.Context) (any, error) {
			calls.Add(1)
			if _, has := ctx.Deadline(); has {
				t.Error("build has the deadline of one caller")
			}
			select {
			case <-time.After(3 * time.Second):
				return ctx.Value(lazyKey{}), nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		})
		var group sync.WaitGroup
		start := time.Now()
		group.Go(func() {
			ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), lazyKey{}, "first"), time.Second)
			defer cancel()
			_, err := lazy.Get(ctx)
			if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
				t.Errorf("first: %v after %v", err, time.Since(start))
			}
		})
		group.Go(func() {
			time.Sleep(time.Millisecond)
			v, err := lazy.Get(t.Context())
			if v != "first" || err != nil || time.Since(start) != 3*time.Second {
				t.Errorf("second: %v, %v after %v", v, err, time.Since(start))
			}
		})
		group.Wait()
		if calls.Load() != 1 {
			t.Errorf("built %d times", calls.Load())
		}
	})
}

// A call that nobody waits for is told to end, and its error is nobody else's.
func TestLazyAbandoned(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls, running atomic.Int32
		lazy := coldstart.NewLazy(func(ctx context.Context) (int32, error) {
			if running.Add(1) > 1 {
				t.Error("built twice at once")
			}
			defer running.Add(-1)
			if calls.Add(1) == 1 {
				<-ctx.Done()
				time.Sleep(time.Second) // deaf for a while
				return 0, ctx.Err()
			}
			return calls.Load(), nil
		})
		stop := errors.New("SIGTERM")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(stop) })
		if _, err := lazy.Get(ctx); !errors.Is(err, stop) {
			t.Errorf("got %v", err)
		}
		// While the abandoned call ends, a caller still heeds its own context.
		short, cancelShort := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancelShort()
		if _, err := lazy.Get(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if v, err := lazy.Get(t.Context()); v != 2 || err != nil {
			t.Errorf("got %v, %v", v, err)
		}
	})
}

func TestLazyWithEndedContext(t *testing.T) {
	t.Parallel()
	lazy := coldstart.NewLazy(func(context.Context) (int, error) { return 7, nil })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := lazy.Get(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want no call of build", err)
	}
	if v, err := lazy.Get(t.Context()); v != 7 || err != nil {
		t.Errorf("got %v, %v", v, err)
	}
	if v, err := lazy.Get(ctx); v != 7 || err != nil {
		t.Errorf("got %v, %v; what is there needs no waiting", v, err)
	}
}

func TestLazyExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		errDenied := errors.New("access denied")
		calls := 0
		lazy := coldstart.NewExpiring(time.Minute, func(context.Context) (int, error) {
			if calls++; calls == 2 {
				return 0, errDenied
			}
			return calls, nil
		})
		get := func(want int, wantErr error) {
			t.Helper()
			if v, err := lazy.Get(t.Context()); v != want || err != wantErr {
				t.Errorf("got %v, %v; want %v, %v", v, err, want, wantErr)
			}
		}
		get(1, nil)
		time.Sleep(time.Minute - 1)
		get(1, nil)
		time.Sleep(time.Nanosecond)
		get(0, errDenied) // and not the old value
		get(3, nil)
	})
}

func TestLazyReset(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		lazy := coldstart.NewLazy(func(context.Context) (int32, error) {
			v := calls.Add(1)
			time.Sleep(time.Second)
			return v, nil
		})
		var group sync.WaitGroup
		group.Go(func() {
			if v, err := lazy.Get(t.Context()); v != 1 || err != nil {
				t.Errorf("who waited got %v, %v", v, err)
			}
		})
		time.Sleep(time.Millisecond)
		lazy.Reset()
		group.Wait()
		if v, err := lazy.Get(t.Context()); v != 2 || err != nil {
			t.Errorf("got %v, %v: what was being built at the Reset was kept", v, err)
		}
		lazy.Reset()
		if v, err := lazy.Get(t.Context()); v != 3 || err != nil {
			t.Errorf("got %v, %v", v, err)
		}
	})
}

func TestLazyBadInput(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func(){
		"nil":            func() { coldstart.NewLazy[int](nil) },
		"no age":         func() { coldstart.NewExpiring(0, func(context.Context) (int, error) { return 0, nil }) },
		"expiring a nil": func() { coldstart.NewExpiring[int](time.Second, nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func TestLazyGetAllocatesNothing(t *testing.T) {
	for name, lazy := range map[string]*coldstart.Lazy[string]{
		"for ever": coldstart.NewLazy(func(context.Context) (string, error) { return "v", nil }),
		"expiring": coldstart.NewExpiring(time.Hour, func(context.Context) (string, error) { return "v", nil }),
	} {
		ctx := t.Context()
		if allocs := testing.AllocsPerRun(100, func() { lazy.Get(ctx) }); allocs != 0 {
			t.Errorf("%s: %v allocations", name, allocs)
		}
	}
}
