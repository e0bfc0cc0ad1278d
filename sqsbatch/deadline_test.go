package sqsbatch_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

func TestReserveBeforeTheDeadline(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		handler  func(ctx context.Context, body string) error
		after    time.Duration // when the response goes out, with 10 s to the deadline and a reserve of 2 s
		failures string
		outcomes string
	}{
		{
			"no message is started inside the reserve",
			func(context.Context, string) error { time.Sleep(3500 * time.Millisecond); return nil },
			9 * time.Second, "m3 m4", "succeeded succeeded timed_out skipped_deadline",
		},
		{
			"handlers that obey their context are heard",
			func(ctx context.Context, body string) error {
				if body == "slow" {
					<-ctx.Done()
					return context.Cause(ctx)
				}
				return nil
			},
			8 * time.Second, "m2 m3 m4", "succeeded failed skipped_deadline skipped_deadline",
		},
		{
			"a handler that ends in the reserve's first half has succeeded",
			func(_ context.Context, body string) error {
				if body == "slow" {
					time.Sleep(8*time.Second + 900*time.Millisecond)
				}
				return nil
			},
			8*time.Second + 900*time.Millisecond, "m3 m4", "succeeded succeeded skipped_deadline skipped_deadline",
		},
		{
			"a handler that ignores its context does not hold the response",
			func(_ context.Context, body string) error {
				if body == "slow" {
					time.Sleep(time.Minute)
				}
				return nil
			},
			9 * time.Second, "m2 m3 m4", "succeeded timed_out skipped_deadline skipped_deadline",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				option, report := observed()
				h := sqsbatch.Handle(c.handler, option, sqsbatch.WithReserve(2*time.Second), sqsbatch.WithConcurrency(1))
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				start := time.Now()
				got, err := h(ctx, batchOf(standardARN, "x", "slow", "slow", "x"))
				if err != nil || failures(got) != c.failures {
					t.Errorf("got failures %q, error %v; want %q", failures(got), err, c.failures)
				}
				if d := time.Since(start); d != c.after {
					t.Errorf("answered after %v, want %v", d, c.after)
				}
				if outcomes(report) != c.outcomes {
					t.Errorf("outcomes %s, want %s", outcomes(report), c.outcomes)
				}
				time.Sleep(time.Minute) // the bubble must not end before the calls that ignored their context
			})
		})
	}
}

func TestHandlersContextEndsAtTheReserve(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		start := time.Now()
		h := sqsbatch.Handle(func(ctx context.Context, _ string) error {
			if d, ok := ctx.Deadline(); !ok || d.Sub(start) != 9500*time.Millisecond {
				t.Errorf("handler's deadline is %v after the start", d.Sub(start))
			}
			<-ctx.Done()
			if !errors.Is(context.Cause(ctx), sqsbatch.ErrDeadline) || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
				t.Errorf("context ended with %v because of %v", ctx.Err(), context.Cause(ctx))
			}
			return nil
		})
		if _, err := h(ctx, batchOf(standardARN, "x")); err != nil {
			t.Fatal(err)
		}
		if ctx.Err() != nil {
			t.Error("the invocation's own context has ended")
		}
	})
}

func TestLateResultsAreDiscarded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := sqsbatch.Handle(func(_ context.Context, body string) error {
			if body == "slow" {
				time.Sleep(time.Minute)
			}
			return nil
		}, sqsbatch.WithConcurrency(2))
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		first, err := h(ctx, batchOf(standardARN, "slow", "x"))
		if err != nil || failures(first) != "m1" {
			t.Fatalf("got failures %q, error %v; want m1", failures(first), err)
		}
		// The slow call of the first invocation ends while the second one runs.
		ctx, cancel = context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		second, err := h(ctx, batchOf(standardARN, "x", "slow"))
		if err != nil || failures(second) != "" {
			t.Fatalf("second invocation: failures %q, error %v", failures(second), err)
		}
		synctest.Wait()
		if failures(first) != "m1" {
			t.Errorf("a late result changed the first response to %q", failures(first))
		}
	})
}

func TestNothingIsStartedWithoutTime(t *testing.T) {
	t.Parallel()
	for name, left := range map[string]time.Duration{"past": -time.Second, "inside the reserve": 400 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			h := sqsbatch.Handle(func(context.Context, string) error { t.Error("handler was called"); return nil })
			ctx, cancel := context.WithTimeout(t.Context(), left)
			defer cancel()
			got, err := h(ctx, batchOf(standardARN, "x", "y"))
			if err != nil || failures(got) != "m1 m2" {
				t.Errorf("deadline %s: failures %q, error %v", name, failures(got), err)
			}
		})
	}
}

func TestCancelledInvocation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		option, report := observed()
		h := sqsbatch.Handle(func(ctx context.Context, _ string) error {
			<-ctx.Done()
			return ctx.Err()
		}, sqsbatch.WithConcurrency(1), option)
		start := time.Now()
		got, err := h(ctx, batchOf(standardARN, "x", "y"))
		if err != nil || failures(got) != "m1 m2" || time.Since(start) != time.Second {
			t.Errorf("failures %q, error %v after %v", failures(got), err, time.Since(start))
		}
		if e := report.Messages[1].Err; !errors.Is(e, context.Canceled) || errors.Is(e, sqsbatch.ErrDeadline) {
			t.Errorf("the message that was not started has the error %v, want the cancellation", e)
		}
	})
}

// Handlers that panic or end their goroutine after the response went out harm nothing.
func TestLatePanicsAreDiscarded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := sqsbatch.Handle(func(_ context.Context, body string) error {
			time.Sleep(time.Minute)
			if body == "panic" {
				panic("late")
			}
			runtime.Goexit()
			return nil
		})
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		got, err := h(ctx, batchOf(standardARN, "panic", "goexit"))
		if err != nil || failures(got) != "m1 m2" {
			t.Errorf("failures %q, error %v", failures(got), err)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait() // the bubble fails if a goroutine is left
	})
}

func TestConcurrentInvocationsShareNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := sqsbatch.Handle(func(_ context.Context, body string) error {
			time.Sleep(time.Second)
			if body == "bad" {
				return errors.New("refused")
			}
			return nil
		})
		answers := make(chan string, 2)
		for _, bodies := range [][]string{{"bad", "x"}, {"x", "bad"}} {
			go func() {
				got, err := h(t.Context(), batchOf(standardARN, bodies...))
				if err != nil {
					t.Error(err)
				}
				answers <- bodies[0] + ":" + failures(got)
			}()
		}
		a, b := <-answers, <-answers
		if a > b {
			a, b = b, a
		}
		if a != "bad:m1" || b != "x:m2" {
			t.Errorf("got %s and %s", a, b)
		}
	})
}
