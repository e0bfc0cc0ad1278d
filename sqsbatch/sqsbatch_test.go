package sqsbatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/internal/racetest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

func TestOnlyFailedMessagesComeAgain(t *testing.T) {
	t.Parallel()
	h := sqsbatch.Handle(func(_ context.Context, o order) error {
		if o.Amount < 0 {
			return errors.New("refused")
		}
		return nil
	})
	got, err := h(t.Context(), batchOf(standardARN, `{"id":"a","amount":1}`, `{"id":"b","amount":-1}`, `{"id":"c"}`))
	if err != nil || failures(got) != "m2" {
		t.Fatalf("got failures %q and error %v, want m2 alone", failures(got), err)
	}
}

func TestResponseNeverEncodesNull(t *testing.T) {
	t.Parallel()
	h := sqsbatch.Handle(func(context.Context, string) error { return nil })
	got, err := h(t.Context(), batchOf(standardARN, "x", "y"))
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := json.Marshal(got); string(b) != `{"batchItemFailures":[]}` {
		t.Errorf("response is %s", b)
	}
}

// An event of another service decodes into an events.SQSEvent without records. To answer that all is well would lose it.
func TestEventWithoutMessagesFails(t *testing.T) {
	t.Parallel()
	h := lambda.NewHandler(sqsbatch.Handle(func(context.Context, string) error { t.Error("handler was called"); return nil }))
	for _, event := range []string{`{"detail-type":"Object Created","source":"aws.s3"}`, `{"Records":[]}`, `{}`} {
		got, err := h.Invoke(t.Context(), []byte(event))
		var batch *sqsbatch.BatchError
		if !errors.As(err, &batch) || !strings.Contains(err.Error(), "no SQS messages") {
			t.Errorf("%s: got %s, %v; want a BatchError", event, got, err)
		}
	}
}

func TestMessageWithoutIDFailsTheBatchBeforeAnythingRuns(t *testing.T) {
	t.Parallel()
	h := sqsbatch.Handle(func(context.Context, string) error { t.Error("handler was called"); return nil })
	event := batchOf(standardARN, "x", "y")
	event.Records[1].MessageId = ""
	_, err := h(t.Context(), event)
	var batch *sqsbatch.BatchError
	if !errors.As(err, &batch) || !strings.Contains(err.Error(), "message 2 of 2 has no messageId") {
		t.Fatalf("got %v, want a BatchError naming message 2", err)
	}
}

func TestMessageDeliveredTwiceInOneBatch(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	h := sqsbatch.Handle(func(context.Context, string) error {
		if calls.Add(1) == 1 {
			return errors.New("once")
		}
		return nil
	}, sqsbatch.WithConcurrency(1))
	event := batchOf(standardARN, "x", "x")
	event.Records[1].MessageId = "m1"
	got, err := h(t.Context(), event)
	if err != nil || failures(got) != "m1" {
		t.Fatalf("got failures %q, error %v; want m1 once", failures(got), err)
	}
}

func TestPanicsAndGoexitFailTheirMessageAlone(t *testing.T) {
	t.Parallel()
	option, report := observed()
	boom := errors.New("boom")
	for _, concurrency := range []int{1, 3, 10} {
		h := sqsbatch.Handle(func(_ context.Context, body string) error {
			switch body {
			case "panic":
				panic("oh no")
			case "error":
				panic(boom)
			case "nil":
				panic(nil) //nolint:govet // what the runtime makes of it is the point
			case "goexit":
				runtime.Goexit()
			}
			return nil
		}, option, sqsbatch.WithConcurrency(concurrency))
		got, err := h(t.Context(), batchOf(standardARN, "goexit", "panic", "ok", "error", "goexit", "nil", "ok"))
		if err != nil || failures(got) != "m1 m2 m4 m5 m6" {
			t.Fatalf("concurrency %d: got failures %q, error %v", concurrency, failures(got), err)
		}
		var p *sqsbatch.PanicError
		if e := report.Messages[1].Err; !errors.As(e, &p) || p.Value != "oh no" ||
			!strings.Contains(string(p.Stack), "sqsbatch_test.go") {
			t.Errorf("panic became %v with stack\n%s", e, p.Stack)
		}
		if !errors.Is(report.Messages[3].Err, boom) {
			t.Errorf("panic with an error became %v, which does not unwrap to it", report.Messages[3].Err)
		}
		if e := report.Messages[0].Err; !strings.Contains(e.Error(), "runtime.Goexit") {
			t.Errorf("Goexit became %v", e)
		}
	}
}

func TestConcurrencyIsBoundedAndUsed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		h := sqsbatch.Handle(func(context.Context, string) error {
			n := now.Add(1)
			defer now.Add(-1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			time.Sleep(20 * time.Millisecond)
			return nil
		}, sqsbatch.WithConcurrency(4))
		start := time.Now()
		if _, err := h(t.Context(), batchOf(standardARN, make([]string, 12)...)); err != nil {
			t.Fatal(err)
		}
		if most.Load() != 4 || time.Since(start) != 60*time.Millisecond {
			t.Errorf("at most %d calls at once in %v, want 4 in 60ms", most.Load(), time.Since(start))
		}
	})
}

func TestMessageFromContext(t *testing.T) {
	t.Parallel()
	type key struct{}
	h := sqsbatch.Handle(func(ctx context.Context, body string) error {
		m, ok := sqsbatch.MessageFromContext(context.WithValue(ctx, key{}, 1))
		if !ok || m.Body != body || m.EventSourceARN != standardARN {
			t.Errorf("got %+v, %v for body %q", m, ok, body)
		}
		if ctx.Value(key{}) != "outer" {
			t.Errorf("the invocation's values are hidden")
		}
		return nil
	})
	if _, err := h(context.WithValue(t.Context(), key{}, "outer"), batchOf(standardARN, "x", "y", "z")); err != nil {
		t.Fatal(err)
	}
	if _, ok := sqsbatch.MessageFromContext(t.Context()); ok {
		t.Error("a message came out of a context that has none")
	}
}

// What must hold for any batch: the response lists exactly the messages without a successful call, and a FIFO group is
// handled in order up to its first failure.
func TestAnyBatch(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range racetest.Fewer(3000, 4) {
		groups := []string{"a", "b", "c", "d"}[:1+r.IntN(4)]
		bodies := make([]string, 1+r.IntN(30))
		fate := map[string]int{}
		for i := range bodies {
			bodies[i] = fmt.Sprintf("%s%d", groups[r.IntN(len(groups))], i)
			fate[bodies[i]] = r.IntN(8)
		}
		event := fifoOf(bodies...)
		fifo := r.IntN(2) == 0
		if !fifo {
			event = batchOf(standardARN, bodies...)
		}
		var mu sync.Mutex
		var handled []string
		succeeded := map[string]bool{}
		h := sqsbatch.Handle(func(_ context.Context, body string) error {
			mu.Lock()
			handled = append(handled, body)
			mu.Unlock()
			switch fate[body] {
			case 0:
				return errors.New("refused")
			case 1:
				panic("oh no")
			case 2:
				runtime.Goexit()
			case 3:
				runtime.Gosched()
			}
			mu.Lock()
			succeeded[body] = true
			mu.Unlock()
			return nil
		}, sqsbatch.WithConcurrency(1+r.IntN(5)))
		got, err := h(t.Context(), event)
		if err != nil {
			t.Fatal(err)
		}
		blocked := map[string]bool{}
		var wantFailures, wantHandled []string
		for i, body := range bodies {
			skip := fifo && blocked[body[:1]]
			if skip || fate[body] <= 2 {
				wantFailures = append(wantFailures, fmt.Sprintf("m%d", i+1))
				blocked[body[:1]] = true
			} else if !succeeded[body] {
				t.Fatalf("%s is not reported as failed and did not succeed", body)
			}
			if !skip {
				wantHandled = append(wantHandled, body)
			}
		}
		if failures(got) != strings.Join(wantFailures, " ") {
			t.Fatalf("batch %v with fates %v (FIFO: %v): failures %s, want %v", bodies, fate, fifo, failures(got), wantFailures)
		}
		if fifo {
			for _, g := range groups {
				in := func(s string) bool { return s[:1] != g }
				a, b := slices.DeleteFunc(slices.Clone(handled), in), slices.DeleteFunc(slices.Clone(wantHandled), in)
				if !slices.Equal(a, b) {
					t.Fatalf("group %s handled as %v, want %v", g, a, b)
				}
			}
		} else if slices.Sort(handled); len(handled) != len(bodies) {
			t.Fatalf("handled %v of %v", handled, bodies)
		}
	}
}
