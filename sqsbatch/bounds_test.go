package sqsbatch_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// atOnce counts how many calls run at once, by kind.
type atOnce struct {
	mu        sync.Mutex
	now, most map[string]int
}

func (a *atOnce) enter(kind string) (leave func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.now == nil {
		a.now, a.most = map[string]int{}, map[string]int{}
	}
	a.now[kind]++
	a.most[kind] = max(a.most[kind], a.now[kind])
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.now[kind]--
	}
}

func TestGroupConcurrency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls atOnce
		var handled atomic.Int32
		h := sqsbatch.Handle(func(ctx context.Context, body string) error {
			defer calls.enter(body[:1])()
			defer calls.enter("all")()
			handled.Add(1)
			time.Sleep(time.Second)
			if strings.HasSuffix(body, "!") {
				panic("oh no")
			}
			return nil
		}, sqsbatch.WithGroupConcurrency(2), sqsbatch.WithConcurrency(6))
		event := fifoOf("a1", "a2!", "a3", "a4!", "a5", "a6", "b1", "c1", "c2", "c3", "-1", "-2", "-3")
		for i := range event.Records {
			event.Records[i].EventSourceARN = standardARN
			if event.Records[i].Body[0] == '-' {
				event.Records[i].Attributes = nil
			}
		}
		start := time.Now()
		got, err := h(t.Context(), event)
		if err != nil || failures(got) != "m2 m4" || handled.Load() != 13 {
			t.Errorf("failures %q, error %v, %d handled", failures(got), err, handled.Load())
		}
		// a has 6 messages, two at once: 3 s. Beside them there is room for the 7 others.
		if d := time.Since(start); d != 3*time.Second {
			t.Errorf("took %v, want 3s", d)
		}
		for kind, want := range map[string]int{"a": 2, "b": 1, "c": 2, "all": 6} {
			if calls.most[kind] != want {
				t.Errorf("%d of %s at once, want %d", calls.most[kind], kind, want)
			}
		}
	})
}

// One tenant's bound must not keep the others from their turn.
func TestGroupConcurrencyLetsOthersPass(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var order []string
		var mu sync.Mutex
		h := sqsbatch.Handle(func(_ context.Context, body string) error {
			time.Sleep(time.Second)
			mu.Lock()
			defer mu.Unlock()
			order = append(order, body)
			return nil
		}, sqsbatch.WithGroupConcurrency(1), sqsbatch.WithConcurrency(2))
		event := fifoOf("a1", "a2", "a3", "b1")
		for i := range event.Records {
			event.Records[i].EventSourceARN = standardARN
		}
		if _, err := h(t.Context(), event); err != nil {
			t.Fatal(err)
		}
		if len(order) != 4 || order[0] != "b1" && order[1] != "b1" {
			t.Errorf("handled in the order %v: b1 waited for another tenant", order)
		}
	})
}

func TestProcessConcurrency(t *testing.T) {
	t.Parallel()
	for name, handle := range map[string]func(func(context.Context) error) sqsbatch.Handler{
		"Handle": func(call func(context.Context) error) sqsbatch.Handler {
			return sqsbatch.Handle(func(ctx context.Context, _ string) error { return call(ctx) }, sqsbatch.WithProcessConcurrency(3))
		},
		"HandleBatch": func(call func(context.Context) error) sqsbatch.Handler {
			return sqsbatch.HandleBatch(func(ctx context.Context, m []sqsbatch.Message[string]) []error {
				_ = call(ctx)
				return make([]error, len(m))
			}, sqsbatch.WithProcessConcurrency(3))
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			var calls atOnce
			h := handle(func(context.Context) error {
				defer calls.enter("all")()
				time.Sleep(time.Second)
				return nil
			})
			var done sync.WaitGroup
			for range 5 {
				done.Go(func() {
					got, err := h(t.Context(), batchOf(standardARN, "1", "2", "3", "4"))
					if err != nil || failures(got) != "" {
						t.Errorf("%s: failures %q, error %v", name, failures(got), err)
					}
				})
			}
			done.Wait()
			if calls.most["all"] != 3 {
				t.Errorf("%s: %d calls at once, want 3", name, calls.most["all"])
			}
		})
	}
}

// Places are given back whatever ends a call or a batch, and who waits for one does not hold a response.
func TestProcessConcurrencyLeaksNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := sqsbatch.Handle(func(ctx context.Context, body string) error {
			switch body {
			case "panic":
				panic("oh no")
			case "ignore":
				time.Sleep(time.Hour)
			case "wait":
				<-ctx.Done()
			case "slow":
				time.Sleep(3 * time.Second)
			}
			return nil
		}, sqsbatch.WithProcessConcurrency(1), sqsbatch.WithReserve(2*time.Second))
		invoke := func(after time.Duration, want string, bodies ...string) {
			t.Helper()
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			start := time.Now()
			got, err := h(ctx, batchOf(standardARN, bodies...))
			if err != nil || failures(got) != want || time.Since(start) != after {
				t.Errorf("%v: failures %q, error %v after %v; want %q after %v", bodies, failures(got), err, time.Since(start), want, after)
			}
		}
		invoke(0, "m1", "panic", "x")
		invoke(9*time.Second, "m1 m2", "ignore", "x")
		invoke(0, "", "x", "x")
		invoke(8*time.Second, "m2", "wait", "x")
		invoke(0, "", "x")
		var done sync.WaitGroup
		done.Go(func() { invoke(8*time.Second, "", "wait") })
		synctest.Wait()
		done.Go(func() { invoke(8*time.Second, "m1 m2", "x", "x") }) // never gets its turn
		done.Wait()
		done.Go(func() { invoke(3*time.Second, "", "slow") })
		synctest.Wait()
		invoke(3*time.Second, "", "x", "x")
		done.Wait()
		time.Sleep(2 * time.Hour)
	})
}

func TestMessageTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		option, report := observed()
		h := sqsbatch.Handle(func(ctx context.Context, body string) error {
			if d, ok := ctx.Deadline(); !ok || time.Until(d) != 3*time.Second {
				t.Errorf("%s has %v", body, time.Until(d))
			}
			switch body {
			case "obey":
				<-ctx.Done()
				return context.Cause(ctx)
			case "late":
				time.Sleep(3*time.Second + 200*time.Millisecond)
			case "ignore":
				time.Sleep(time.Minute)
			}
			return nil
		}, option, sqsbatch.WithMessageTimeout(3*time.Second), sqsbatch.WithConcurrency(1))
		start := time.Now()
		got, err := h(t.Context(), batchOf(standardARN, "obey", "ignore", "late", "ignore", "x"))
		if err != nil || failures(got) != "m1 m2 m4" {
			t.Errorf("failures %q, error %v", failures(got), err)
		}
		if want := "failed timed_out succeeded timed_out succeeded"; outcomes(report) != want {
			t.Errorf("outcomes %s, want %s", outcomes(report), want)
		}
		for _, i := range []int{0, 1, 3} {
			if e := report.Messages[i].Err; !errors.Is(e, sqsbatch.ErrMessageTimeout) {
				t.Errorf("message %d: %v", i+1, e)
			}
		}
		if d, want := time.Since(start), 3*time.Second+2*3250*time.Millisecond+3200*time.Millisecond; d != want {
			t.Errorf("took %v, want %v", d, want)
		}
		time.Sleep(2 * time.Minute) // late results are discarded
		if outcomes(report) != "failed timed_out succeeded timed_out succeeded" {
			t.Errorf("a late result changed the report to %s", outcomes(report))
		}
	})
}

func TestMessageTimeoutStopsItsFIFOGroupAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		option, report := observed()
		h := sqsbatch.Handle(func(ctx context.Context, body string) error {
			if body == "a1" {
				time.Sleep(time.Minute)
			}
			return nil
		}, option, sqsbatch.WithMessageTimeout(time.Second), sqsbatch.WithConcurrency(1))
		got, err := h(t.Context(), fifoOf("a1", "a2", "b1", "b2"))
		if err != nil || failures(got) != "m1 m2" || outcomes(report) != "timed_out skipped_fifo succeeded succeeded" {
			t.Errorf("failures %q, error %v, outcomes %s", failures(got), err, outcomes(report))
		}
		time.Sleep(2 * time.Minute)
	})
}

// The reserve cuts a message's time short, and then it is the reason.
func TestMessageTimeoutBeyondTheReserve(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := sqsbatch.Handle(func(ctx context.Context, body string) error {
			<-ctx.Done()
			if !errors.Is(context.Cause(ctx), sqsbatch.ErrDeadline) {
				t.Errorf("context ended because of %v", context.Cause(ctx))
			}
			return nil
		}, sqsbatch.WithMessageTimeout(time.Hour))
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if got, err := h(ctx, batchOf(standardARN, "x")); err != nil || failures(got) != "" {
			t.Errorf("failures %q, error %v", failures(got), err)
		}
	})
}

// A context that a handler keeps beyond its call has ended by then.
func TestContextsEndWithTheirBatch(t *testing.T) {
	t.Parallel()
	for _, options := range [][]sqsbatch.Option{nil, {sqsbatch.WithMessageTimeout(time.Hour)}} {
		synctest.Test(t, func(t *testing.T) {
			var kept, used context.Context
			h := sqsbatch.Handle(func(ctx context.Context, body string) error {
				if body == "use" {
					used = ctx
					return ctx.Err()
				}
				kept = ctx
				return nil
			}, options...)
			if got, err := h(t.Context(), batchOf(standardARN, "use", "keep")); err != nil || failures(got) != "" {
				t.Fatalf("failures %q, error %v", failures(got), err)
			}
			for name, ctx := range map[string]context.Context{"used": used, "kept": kept} {
				select {
				case <-ctx.Done():
				default:
					t.Errorf("%s: the context goes on: %v", name, ctx.Err())
				}
			}
		})
	}
}

func TestBrake(t *testing.T) {
	t.Parallel()
	down := errors.New("connection refused")
	for _, c := range []struct {
		name     string
		bodies   string
		outcomes string
	}{
		{"a row", "ok down down down ok ok", "succeeded failed failed failed skipped_brake skipped_brake"},
		{"broken by a success", "down down ok down down ok", "failed failed succeeded failed failed succeeded"},
		{"broken by another failure", "down down other down down ok", "failed failed failed failed failed succeeded"},
		{"broken by a drop", "down down drop down down ok", "failed failed dropped failed failed succeeded"},
		{"broken by a delay", "down down later down down ok", "failed failed delayed failed failed succeeded"},
		{"not by one that takes a Settler that is not there", "down down later ok ok", "failed failed failed skipped_brake skipped_brake"},
		{"panics too", "panic panic down ok", "panicked panicked failed skipped_brake"},
		{"a panic of isDown is the message's", "down down strange down ok", "failed failed panicked failed succeeded"},
	} {
		option, report := observed()
		options := []sqsbatch.Option{option, sqsbatch.WithConcurrency(1)}
		if !strings.Contains(c.name, "not there") {
			options = append(options, sqsbatch.WithSettler(new(settler)))
		}
		h := sqsbatch.Handle(func(_ context.Context, body string) error {
			switch body {
			case "down":
				return down
			case "panic":
				panic(down)
			case "drop":
				return sqsbatch.Drop(down)
			case "later":
				return sqsbatch.RetryAfter(down, time.Minute)
			case "other", "strange":
				return errors.New(body)
			}
			return nil
		}, append(options, sqsbatch.WithBrake(3, func(err error) bool {
			if err.Error() == "strange" {
				panic("strange")
			}
			return errors.Is(err, down)
		}))...)
		got, err := h(t.Context(), batchOf(standardARN, strings.Fields(c.bodies)...))
		if err != nil || outcomes(report) != c.outcomes {
			t.Errorf("%s: error %v, outcomes %s, want %s", c.name, err, outcomes(report), c.outcomes)
		}
		for i, m := range report.Messages {
			if m.Outcome == sqsbatch.SkippedBrake && (!saysWhy(m.Err, "the brake is on") ||
				!strings.Contains(failures(got), fmt.Sprintf("m%d", i+1))) {
				t.Errorf("%s: message %d has the error %v, failures %s", c.name, i+1, m.Err, failures(got))
			}
		}
	}
}

// The brake of one invocation is not that of the next.
func TestBrakeIsReleasedAndWaitsForRunningCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		option, report := observed()
		h := sqsbatch.Handle(func(_ context.Context, body string) error {
			if body == "slow" {
				time.Sleep(time.Second)
				return nil
			}
			time.Sleep(time.Millisecond)
			return errors.New("down")
		}, option, sqsbatch.WithConcurrency(2), sqsbatch.WithBrake(1, func(error) bool { return true }))
		for range 2 {
			if _, err := h(t.Context(), batchOf(standardARN, "slow", "x", "x", "slow")); err != nil {
				t.Fatal(err)
			}
			if want := "succeeded failed skipped_brake skipped_brake"; outcomes(report) != want {
				t.Errorf("outcomes %s, want %s", outcomes(report), want)
			}
		}
	})
}
