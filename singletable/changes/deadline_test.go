package changes_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/singletable/changes"
)

func TestReserveBeforeTheDeadline(t *testing.T) {
	t.Parallel()
	slow := func(id string, d time.Duration) func(context.Context, changes.Change[User]) error {
		return func(_ context.Context, u changes.Change[User]) error {
			if u.New.ID == id || id == "" {
				time.Sleep(d)
			}
			return nil
		}
	}
	for _, c := range []struct {
		name     string
		handler  func(context.Context, changes.Change[User]) error
		after    time.Duration // when the response goes out, with 10 s to the deadline and a reserve of 2 s
		failures string
		outcomes string
	}{
		{
			"no record is started inside the reserve", slow("", 3100*time.Millisecond),
			9 * time.Second, "103", "succeeded succeeded timed_out skipped_deadline",
		},
		{
			"a handler that ends in the reserve's first half has succeeded", slow("u2", 8*time.Second+900*time.Millisecond),
			8*time.Second + 900*time.Millisecond, "103", "succeeded succeeded skipped_deadline skipped_deadline",
		},
		{
			"a handler that ignores its context does not hold the response", slow("u2", time.Minute),
			9 * time.Second, "102", "succeeded timed_out skipped_deadline skipped_deadline",
		},
		{
			"handlers that obey their context are heard",
			func(ctx context.Context, u changes.Change[User]) error {
				if u.New.ID != "u2" {
					return nil
				}
				<-ctx.Done()
				return context.Cause(ctx)
			},
			8 * time.Second, "102", "succeeded failed skipped_failure skipped_failure",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				option, report := observed()
				h := newHandler(t, changes.On(users, c.handler), option, changes.WithReserve(2*time.Second))
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				start := time.Now()
				got, err := h(ctx, inserts(4))
				if err != nil || failures(got) != c.failures || time.Since(start) != c.after {
					t.Errorf("failures %q, error %v after %v; want %q after %v", failures(got), err, time.Since(start), c.failures, c.after)
				}
				if outcomes(report) != c.outcomes {
					t.Errorf("outcomes %s, want %s", outcomes(report), c.outcomes)
				}
				for _, r := range report.Records {
					late := r.Outcome == changes.TimedOut || r.Outcome == changes.SkippedDeadline
					if late && !errors.Is(r.Err, changes.ErrDeadline) {
						t.Errorf("record %s: %s with the error %v", r.SequenceNumber, r.Outcome, r.Err)
					}
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
		h := newHandler(t, changes.On(users, func(ctx context.Context, _ changes.Change[User]) error {
			if d, ok := ctx.Deadline(); !ok || d.Sub(start) != 9500*time.Millisecond {
				t.Errorf("handler's deadline is %v after the start", d.Sub(start))
			}
			<-ctx.Done()
			if !errors.Is(context.Cause(ctx), changes.ErrDeadline) || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
				t.Errorf("context ended with %v because of %v", ctx.Err(), context.Cause(ctx))
			}
			return nil
		}))
		if _, err := h(ctx, inserts(1)); err != nil || ctx.Err() != nil {
			t.Errorf("error %v; the invocation's own context says %v", err, ctx.Err())
		}
	})
}

func TestNothingIsStartedWithoutTime(t *testing.T) {
	t.Parallel()
	for name, left := range map[string]time.Duration{"past": -time.Second, "inside the reserve": 400 * time.Millisecond} {
		for _, concurrency := range []int{1, 4} {
			synctest.Test(t, func(t *testing.T) {
				h := newHandler(t, changes.WithConcurrency(concurrency),
					changes.On(users, func(context.Context, changes.Change[User]) error { t.Error("handler was called"); return nil }))
				ctx, cancel := context.WithTimeout(t.Context(), left)
				defer cancel()
				if got, err := h(ctx, inserts(3)); err != nil || failures(got) != "101" {
					t.Errorf("deadline %s: failures %q, error %v", name, failures(got), err)
				}
			})
		}
	}
}

func TestCancelledInvocation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(1500*time.Millisecond, cancel)
		option, report := observed()
		h := newHandler(t, option, changes.On(users, func(context.Context, changes.Change[User]) error {
			time.Sleep(time.Second)
			return nil
		}))
		got, err := h(ctx, inserts(4))
		if err != nil || failures(got) != "102" || outcomes(report) != "succeeded timed_out skipped_deadline skipped_deadline" {
			t.Errorf("failures %q, error %v, outcomes %s", failures(got), err, outcomes(report))
		}
		if e := report.Records[3].Err; !errors.Is(e, context.Canceled) || errors.Is(e, changes.ErrDeadline) {
			t.Errorf("the record that was not started has the error %v, want the cancellation", e)
		}
		time.Sleep(time.Minute)
	})
}

// What handlers do after the response went out harms nothing, neither that response nor a later one.
func TestLateResultsAreDiscarded(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(){"return": func() {}, "panic": func() { panic("late") }, "goexit": runtime.Goexit} {
		for _, concurrency := range []int{1, 3} {
			t.Run(fmt.Sprintf("%s/%d", name, concurrency), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					h := newHandler(t, changes.WithConcurrency(concurrency),
						changes.On(users, func(_ context.Context, u changes.Change[User]) error {
							if u.New.ID == "u1" {
								time.Sleep(time.Minute)
								end()
							}
							return nil
						}))
					ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
					defer cancel()
					first, err := h(ctx, inserts(2))
					if err != nil || failures(first) != "101" {
						t.Fatalf("failures %q, error %v; want 101", failures(first), err)
					}
					event := inserts(3)
					event.Records = event.Records[1:]
					second, err := h(t.Context(), event)
					if err != nil || failures(second) != "" {
						t.Errorf("second invocation: failures %q, error %v", failures(second), err)
					}
					time.Sleep(2 * time.Minute)
					synctest.Wait() // the bubble fails if a goroutine is left
					if failures(first) != "101" {
						t.Errorf("a late result changed the first response to %q", failures(first))
					}
				})
			})
		}
	}
}
