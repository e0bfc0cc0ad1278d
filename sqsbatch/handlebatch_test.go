package sqsbatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

func TestHandleBatchAccounts(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	for _, c := range []struct {
		name     string
		results  func(n int) []error
		outcomes string
	}{
		{"all", func(n int) []error { return make([]error, n) }, "succeeded succeeded succeeded"},
		{"one fails", func(int) []error { return []error{nil, refused, nil} }, "succeeded failed succeeded"},
		{"short", func(int) []error { return []error{nil} }, "succeeded failed failed"},
		{"empty", func(int) []error { return []error{} }, "failed failed failed"},
		{"nil", func(int) []error { return nil }, "failed failed failed"},
		{"steered", func(int) []error {
			return []error{sqsbatch.Drop(refused), sqsbatch.DeadLetter(refused), sqsbatch.RetryAfter(refused, 0)}
		}, "dropped dead_lettered delayed"},
		{"panic", func(int) []error { panic("oh no") }, "panicked panicked panicked"},
		{"goexit", func(int) []error { runtime.Goexit(); return nil }, "panicked panicked panicked"},
	} {
		option, report := observed()
		h := sqsbatch.HandleBatch(func(_ context.Context, m []sqsbatch.Message[string]) []error {
			return c.results(len(m))
		}, option, sqsbatch.WithSettler(new(settler)))
		got, err := h(t.Context(), batchOf(standardARN, "a", "b", "c"))
		if err != nil || outcomes(report) != c.outcomes {
			t.Errorf("%s: error %v, outcomes %s, want %s", c.name, err, outcomes(report), c.outcomes)
		}
		for _, m := range report.Messages {
			if m.Outcome.Done() == strings.Contains(failures(got), m.ID) {
				t.Errorf("%s: %s is %v, failures %s", c.name, m.ID, m.Outcome, failures(got))
			}
		}
		if c.name == "short" && !saysWhy(report.Messages[2].Err, "returned no result") {
			t.Errorf("short: error %v", report.Messages[2].Err)
		}
	}
}

func TestHandleBatchWithTooManyResults(t *testing.T) {
	t.Parallel()
	option, report := observed()
	h := sqsbatch.HandleBatch(func(_ context.Context, m []sqsbatch.Message[string]) []error {
		return make([]error, len(m)+1)
	}, option)
	got, err := h(t.Context(), batchOf(standardARN, "a", "b"))
	var batch *sqsbatch.BatchError
	if !errors.As(err, &batch) || !strings.Contains(err.Error(), "3 results for 2 messages") || got.BatchItemFailures != nil {
		t.Errorf("got %v, error %v", got, err)
	}
	if outcomes(report) != "failed failed" {
		t.Errorf("outcomes %s", outcomes(report))
	}
}

func TestHandleBatchGivesWhatCanBeDecoded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		event           events.SQSEvent
		given, outcomes string
	}{
		{batchOf(standardARN, `1`, `x`, `3`, `"drop"`, `"goexit"`, `6`), "m1=1 m3=3 m6=6",
			"succeeded decode_failed succeeded dropped panicked succeeded"},
		{fifoOf(`1`, `2`, `1x`, `1`, `2`), "m1=1 m2=2 m5=2", "succeeded succeeded decode_failed skipped_fifo succeeded"},
		{batchOf(standardARN, `x`), "", "decode_failed"},
	} {
		option, report := observed()
		given := ""
		h := sqsbatch.HandleBatch(func(_ context.Context, messages []sqsbatch.Message[number]) []error {
			for _, m := range messages {
				given += fmt.Sprintf("%s=%d ", m.SQSMessage.MessageId, m.Value)
			}
			return make([]error, len(messages))
		}, option, sqsbatch.WithUndecodable(func(_ context.Context, m events.SQSMessage, reason *sqsbatch.DecodeError) error {
			if m.Body == `"drop"` {
				return sqsbatch.Drop(reason)
			}
			return reason
		}))
		if _, err := h(t.Context(), c.event); err != nil {
			t.Fatal(err)
		}
		if strings.TrimSpace(given) != c.given || outcomes(report) != c.outcomes {
			t.Errorf("given %q, outcomes %s; want %q, %s", given, outcomes(report), c.given, c.outcomes)
		}
	}
}

// number is an int whose decoding of "goexit" ends the goroutine.
type number int

func (n *number) UnmarshalJSON(b []byte) error {
	if string(b) == `"goexit"` {
		runtime.Goexit()
	}
	return json.Unmarshal(b, (*int)(n))
}

func TestHandleBatchFIFO(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	option, report := observed()
	s := &settler{answer: func(_ context.Context, s []sqsbatch.Settlement) []error {
		errs := make([]error, len(s))
		for i := range s {
			if s[i].Message.Body == "d1" {
				errs[i] = refused
			}
		}
		return errs
	}}
	h := sqsbatch.HandleBatch(func(_ context.Context, messages []sqsbatch.Message[string]) []error {
		results := map[string]error{
			"a2": refused, "a4": sqsbatch.Drop(refused), "a5": sqsbatch.DeadLetter(refused),
			"c1": sqsbatch.DeadLetter(refused), "d1": sqsbatch.DeadLetter(refused),
		}
		var errs []error
		for _, m := range messages {
			errs = append(errs, results[m.Value])
		}
		return errs
	}, option, sqsbatch.WithSettler(s))
	got, err := h(t.Context(), fifoOf("a1", "a2", "a3", "b1", "a4", "a5", "c1", "c2", "d1", "d2"))
	if err != nil || failures(got) != "m2 m3 m5 m6 m9 m10" {
		t.Errorf("failures %q, error %v", failures(got), err)
	}
	want := "succeeded failed failed succeeded failed failed dead_lettered succeeded failed failed"
	if outcomes(report) != want {
		t.Errorf("outcomes %s, want %s", outcomes(report), want)
	}
	for _, i := range []int{2, 4, 5, 9} {
		if e := report.Messages[i].Err; !saysWhy(e, "an earlier message of the group failed") {
			t.Errorf("message %d: error %v", i+1, e)
		}
	}
	if want := "m7 send_to_dead_letter, m9 send_to_dead_letter"; s.said() != want {
		t.Errorf("settled %q, want %q: not what must come again behind another", s.said(), want)
	}
}

func TestHandleBatchAndTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		option, report := observed()
		var called atomic.Int32
		h := sqsbatch.HandleBatch(func(ctx context.Context, m []sqsbatch.Message[string]) []error {
			called.Add(1)
			if m[0].Value == "ignore" {
				time.Sleep(time.Minute)
			} else if <-ctx.Done(); !errors.Is(context.Cause(ctx), sqsbatch.ErrDeadline) {
				t.Errorf("context ended because of %v", context.Cause(ctx))
			}
			return make([]error, len(m))
		}, option)
		for _, c := range []struct {
			body     string
			left     time.Duration
			took     time.Duration
			outcomes string
		}{
			{"obey", 5 * time.Second, 4500 * time.Millisecond, "succeeded succeeded"},
			{"ignore", 5 * time.Second, 4750 * time.Millisecond, "timed_out timed_out"},
			{"late", 400 * time.Millisecond, 0, "skipped_deadline skipped_deadline"},
			{"past", -time.Second, 0, "skipped_deadline skipped_deadline"},
		} {
			ctx, cancel := context.WithTimeout(t.Context(), c.left)
			start := time.Now()
			if _, err := h(ctx, batchOf(standardARN, c.body, "x")); err != nil {
				t.Fatal(err)
			}
			if time.Since(start) != c.took || outcomes(report) != c.outcomes {
				t.Errorf("%s: after %v %s, want %v %s", c.body, time.Since(start), outcomes(report), c.took, c.outcomes)
			}
			cancel()
		}
		if n := called.Load(); n != 2 {
			t.Errorf("called %d times, want 2", n)
		}
		time.Sleep(2 * time.Minute)
	})
}
