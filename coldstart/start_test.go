package coldstart_test

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

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

func invocationOf(ctx context.Context) (coldstart.Invocation, error) {
	i, ok := coldstart.InvocationFromContext(ctx)
	if !ok {
		return i, errors.New("the context has no invocation")
	}
	return i, nil
}

// What each kind of initialisation means, for the first invocation and for the second.
func TestKindsOfStart(t *testing.T) {
	const limit = coldstart.ProactiveAfter
	tests := []struct {
		initialization coldstart.InitializationType
		idle           time.Duration
		kind           string
		cold           bool
		told           time.Duration // Idle
	}{
		{coldstart.OnDemand, 5 * time.Millisecond, "on-demand", true, 5 * time.Millisecond},
		{coldstart.OnDemand, limit, "on-demand", true, limit},
		{coldstart.OnDemand, limit + 1, "proactive", false, limit + 1},
		{coldstart.OnDemand, 7 * time.Minute, "proactive", false, 7 * time.Minute},
		{coldstart.ProvisionedConcurrency, 0, "provisioned-concurrency", false, 0},
		{coldstart.ProvisionedConcurrency, time.Hour, "provisioned-concurrency", false, time.Hour},
		{coldstart.SnapStart, 240 * time.Hour, "snap-start", true, 0},
		{coldstart.ManagedInstances, time.Millisecond, "lambda-managed-instances", false, time.Millisecond},
		{"something-new", time.Millisecond, "something-new", true, time.Millisecond},
		{"", time.Hour, "", true, time.Hour},
	}
	for _, test := range tests {
		t.Setenv(variable, string(test.initialization))
		synctest.Test(t, func(t *testing.T) {
			var start coldstart.Start
			handle := coldstart.Wrap(&start, func(ctx context.Context, _ string) (coldstart.Invocation, error) {
				i, err := invocationOf(ctx)
				if coldstart.Cold(ctx) != i.Cold() {
					t.Errorf("Cold(ctx) is %v, the invocation's %v", coldstart.Cold(ctx), i.Cold())
				}
				return i, err
			})
			time.Sleep(test.idle)
			first, err := handle(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			if want := (coldstart.Invocation{First: true, Initialization: test.initialization, Idle: test.told}); first != want {
				t.Errorf("%q after %v: got %+v, want %+v", test.initialization, test.idle, first, want)
			}
			if first.Kind() != test.kind || first.Cold() != test.cold {
				t.Errorf("%q after %v: kind %q, cold %v", test.initialization, test.idle, first.Kind(), first.Cold())
			}
			time.Sleep(time.Hour)
			second, err := handle(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			if second.First || second.Cold() || second.Kind() != test.kind || second.Idle != test.told {
				t.Errorf("%q after %v: second invocation %+v", test.initialization, test.idle, second)
			}
		})
	}
}

// Managed instances run invocations at once: exactly one is the first.
func TestOneOfManyIsFirst(t *testing.T) {
	t.Parallel()
	for range 100 {
		var start coldstart.Start
		var first atomic.Int32
		handler := start.Handler(handlerFunc(func(ctx context.Context, payload []byte) ([]byte, error) {
			i, err := invocationOf(ctx)
			if i.First {
				first.Add(1)
			}
			return payload, err
		}))
		var group sync.WaitGroup
		for n := range 16 {
			group.Go(func() {
				payload := fmt.Append(nil, n)
				if got, err := handler.Invoke(t.Context(), payload); string(got) != string(payload) || err != nil {
					t.Errorf("got %s, %v", got, err)
				}
			})
		}
		group.Wait()
		if first.Load() != 1 {
			t.Fatalf("%d invocations were the first", first.Load())
		}
	}
}

// A failed first invocation was one all the same, and errors pass as they are.
func TestWrapPassesErrors(t *testing.T) {
	t.Parallel()
	errSpoilt := errors.New("spoilt")
	var start coldstart.Start
	var seen []bool
	handle := coldstart.Wrap(&start, func(ctx context.Context, n int) (int, error) {
		i, _ := coldstart.InvocationFromContext(ctx)
		seen = append(seen, i.First)
		return n, errSpoilt
	})
	for range 2 {
		if n, err := handle(t.Context(), 7); n != 7 || err != errSpoilt {
			t.Errorf("got %v, %v", n, err)
		}
	}
	if fmt.Sprint(seen) != "[true false]" {
		t.Errorf("first: %v", seen)
	}
}

func TestContextByHand(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		if _, ok := coldstart.InvocationFromContext(t.Context()); ok || coldstart.Cold(t.Context()) {
			t.Error("a context without a Start tells something")
		}
		var start coldstart.Start
		time.Sleep(time.Hour)
		ctx := start.Context(t.Context())
		if i, err := invocationOf(ctx); err != nil || !i.First || i.Idle != 0 {
			t.Errorf("got %+v, %v", i, err)
		}

		var ready coldstart.Start
		if err := ready.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if i, err := invocationOf(ready.Context(t.Context())); err != nil || i.Idle != time.Hour {
			t.Errorf("got %+v, %v", i, err)
		}
	})
}

func TestWrapBadInput(t *testing.T) {
	t.Parallel()
	echo := func(_ context.Context, s string) (string, error) { return s, nil }
	hooked := func() *coldstart.Start {
		var start coldstart.Start
		start.AfterRestore("reseed", func(context.Context) error { return nil })
		return &start
	}
	for says, f := range map[string]func(){
		"Wrap needs a handler":                    func() { coldstart.Wrap[string, string](new(coldstart.Start), nil) },
		"Wrap needs a Start":                      func() { coldstart.Wrap(nil, echo) },
		"Start.Handler needs a handler":           func() { new(coldstart.Start).Handler(nil) },
		"Start.Handler needs a Start":             func() { (*coldstart.Start)(nil).Handler(handlerFunc(nil)) },
		"Wrap: the Start has hooks that":          func() { coldstart.Wrap(hooked(), echo) },
		"Start.Handler: the Start has hooks that": func() { hooked().Handler(handlerFunc(nil)) },
	} {
		func() {
			defer func() {
				if v := fmt.Sprint(recover()); !strings.Contains(v, says) {
					t.Errorf("panicked with %s, want %q", v, says)
				}
			}()
			f()
		}()
	}
}

// handlerFunc is a lambda.Handler.
type handlerFunc func(context.Context, []byte) ([]byte, error)

func (f handlerFunc) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	return f(ctx, payload)
}
