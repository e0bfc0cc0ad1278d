package sqsbatch_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// settler is a Settler that remembers its calls, one text for each, and answers by a function.
type settler struct {
	mu     sync.Mutex
	calls  []string
	answer func(ctx context.Context, s []sqsbatch.Settlement) []error // nil: all is confirmed
}

func (f *settler) Settle(ctx context.Context, s []sqsbatch.Settlement) []error {
	var call []string
	for _, one := range s {
		text := fmt.Sprintf("%s %s", one.Message.MessageId, one.Action)
		if one.Action == sqsbatch.ChangeVisibility {
			text += " " + one.Delay.String()
		}
		call = append(call, text)
	}
	f.mu.Lock()
	f.calls = append(f.calls, strings.Join(call, ", "))
	f.mu.Unlock()
	if f.answer != nil {
		return f.answer(ctx, s)
	}
	return make([]error, len(s))
}

func (f *settler) said() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.Join(f.calls, "; ")
}

// steer is a handler that does what the body asks for, behind the group.
func steer(_ context.Context, body string) error {
	reason := errors.New("reason")
	switch body[strings.Index(body, "-")+1:] {
	case "retry":
		return sqsbatch.RetryAfter(reason, 90*time.Second)
	case "drop":
		return fmt.Errorf("wrapped: %w", sqsbatch.Drop(reason))
	case "dead":
		return fmt.Errorf("wrapped: %w", sqsbatch.DeadLetter(reason))
	case "fail":
		return reason
	}
	return nil
}

func TestHandlersSteerByTheirErrors(t *testing.T) {
	t.Parallel()
	option, report := observed()
	s := new(settler)
	h := sqsbatch.Handle(steer, option, sqsbatch.WithSettler(s), sqsbatch.WithConcurrency(1))
	got, err := h(t.Context(), batchOf(standardARN, "retry", "drop", "dead", "fail", "ok"))
	if err != nil || failures(got) != "m1 m4" {
		t.Errorf("failures %q, error %v", failures(got), err)
	}
	if want := "delayed dropped dead_lettered failed succeeded"; outcomes(report) != want {
		t.Errorf("outcomes %s, want %s", outcomes(report), want)
	}
	if want := "m1 change_visibility 1m30s, m3 send_to_dead_letter"; s.said() != want {
		t.Errorf("settled %q, want %q in one call", s.said(), want)
	}
	for i, want := range []sqsbatch.Action{sqsbatch.ChangeVisibility, sqsbatch.Delete, sqsbatch.SendToDeadLetter, sqsbatch.NoAction} {
		m := report.Messages[i]
		if m.Action != want || m.SettleErr != nil || !strings.Contains(m.Err.Error(), "reason") {
			t.Errorf("message %d is reported with %v, %v, %v", i+1, m.Action, m.SettleErr, m.Err)
		}
	}
}

// What is not confirmed is not done, and nothing of it is lost.
func TestUnconfirmedSettlementsComeAgain(t *testing.T) {
	t.Parallel()
	const notSettled = "the Settler did not confirm it"
	refused := errors.New("AccessDenied")
	for _, c := range []struct {
		name     string
		answer   func(context.Context, []sqsbatch.Settlement) []error
		failures string
		reason   string // of the third message, which asked for the dead-letter queue
	}{
		{"refused", func(_ context.Context, s []sqsbatch.Settlement) []error { return []error{nil, refused} }, "m1 m3", "AccessDenied"},
		{"visibility refused", func(context.Context, []sqsbatch.Settlement) []error { return []error{refused, nil} }, "m1", ""},
		{"nil", func(context.Context, []sqsbatch.Settlement) []error { return nil }, "m1 m3", notSettled},
		{"short", func(context.Context, []sqsbatch.Settlement) []error { return make([]error, 1) }, "m1 m3", notSettled},
		{"long", func(context.Context, []sqsbatch.Settlement) []error { return make([]error, 3) }, "m1 m3", notSettled},
		{"panic", func(context.Context, []sqsbatch.Settlement) []error { panic("oh no") }, "m1 m3", notSettled},
		{"goexit", func(context.Context, []sqsbatch.Settlement) []error { runtime.Goexit(); return nil }, "m1 m3", notSettled},
	} {
		for _, arn := range []string{standardARN, fifoARN} {
			option, report := observed()
			h := sqsbatch.Handle(steer, option, sqsbatch.WithSettler(&settler{answer: c.answer}), sqsbatch.WithConcurrency(1))
			event := batchOf(arn, "retry", "drop", "dead")
			for i := range event.Records {
				event.Records[i].Attributes = map[string]string{"MessageGroupId": event.Records[i].MessageId}
			}
			got, err := h(t.Context(), event)
			if err != nil || failures(got) != c.failures {
				t.Errorf("%s: failures %q, error %v; want %q", c.name, failures(got), err, c.failures)
			}
			if m := report.Messages[2]; c.reason != "" && !saysWhy(m.SettleErr, c.reason) || (c.reason == "") != (m.Outcome == sqsbatch.DeadLettered) {
				t.Errorf("%s: the third is %v with %v", c.name, m.Outcome, m.SettleErr)
			}
			if m := report.Messages[0]; m.Outcome != sqsbatch.Delayed && m.Outcome != sqsbatch.Failed || (m.SettleErr == nil) != (m.Outcome == sqsbatch.Delayed) {
				t.Errorf("%s: the first is %v with %v", c.name, m.Outcome, m.SettleErr)
			}
		}
	}
}

const noSettler = "it takes a Settler: give Handle the option WithSettler"

func TestSteeringWithoutASettler(t *testing.T) {
	t.Parallel()
	option, report := observed()
	h := sqsbatch.Handle(steer, option)
	got, err := h(t.Context(), batchOf(standardARN, "retry", "drop", "dead", "ok"))
	if err != nil || failures(got) != "m1 m3" {
		t.Errorf("failures %q, error %v: only what takes no Settler is done", failures(got), err)
	}
	for _, i := range []int{0, 2} {
		if m := report.Messages[i]; !saysWhy(m.SettleErr, noSettler) || m.Outcome != sqsbatch.Failed {
			t.Errorf("message %d: %v with %v", i+1, m.Outcome, m.SettleErr)
		}
	}
}

func TestSteeringInFIFOGroups(t *testing.T) {
	t.Parallel()
	t.Run("a group goes on when a message leaves it", func(t *testing.T) {
		t.Parallel()
		option, report := observed()
		s := new(settler)
		h := sqsbatch.Handle(steer, option, sqsbatch.WithSettler(s), sqsbatch.WithConcurrency(1))
		got, err := h(t.Context(), fifoOf("a-dead", "a-ok", "a-drop", "a-ok", "b-retry", "b-ok", "c-ok", "c-dead"))
		if err != nil || failures(got) != "m5 m6" {
			t.Errorf("failures %q, error %v", failures(got), err)
		}
		want := "dead_lettered succeeded dropped succeeded delayed skipped_fifo succeeded dead_lettered"
		if outcomes(report) != want {
			t.Errorf("outcomes %s, want %s", outcomes(report), want)
		}
		want = "m1 send_to_dead_letter; m5 change_visibility 1m30s, m8 send_to_dead_letter"
		if s.said() != want {
			t.Errorf("settled %q, want %q: at once only where the group waits", s.said(), want)
		}
	})
	t.Run("but not before its copy is confirmed", func(t *testing.T) {
		t.Parallel()
		option, report := observed()
		s := &settler{answer: func(context.Context, []sqsbatch.Settlement) []error { return []error{errors.New("throttled")} }}
		h := sqsbatch.Handle(steer, option, sqsbatch.WithSettler(s))
		got, err := h(t.Context(), fifoOf("a-dead", "a-ok"))
		if err != nil || failures(got) != "m1 m2" || outcomes(report) != "failed skipped_fifo" {
			t.Errorf("failures %q, error %v, outcomes %s", failures(got), err, outcomes(report))
		}
		if strings.Contains(s.said(), ";") {
			t.Errorf("settled %q: what failed at once is not tried again", s.said())
		}
	})
}

func TestSettlerDoesNotHoldTheResponse(t *testing.T) {
	t.Parallel()
	for _, obeys := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			option, report := observed()
			s := &settler{answer: func(ctx context.Context, s []sqsbatch.Settlement) []error {
				if obeys {
					<-ctx.Done()
					return []error{nil, context.Cause(ctx)}
				}
				time.Sleep(time.Minute)
				return make([]error, len(s))
			}}
			h := sqsbatch.Handle(steer, option, sqsbatch.WithSettler(s), sqsbatch.WithReserve(2*time.Second))
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			start := time.Now()
			got, err := h(ctx, batchOf(standardARN, "dead", "dead", "ok"))
			if d := time.Since(start); d != 9500*time.Millisecond {
				t.Errorf("answered after %v, want a quarter of the reserve before the deadline", d)
			}
			// At the very moment of the end it may go either way with the answer; what it did not confirm comes again.
			if err != nil || !strings.Contains(failures(got), "m2") || !obeys && failures(got) != "m1 m2" {
				t.Errorf("failures %q, error %v", failures(got), err)
			}
			if e := report.Messages[1].SettleErr; !errors.Is(e, sqsbatch.ErrDeadline) {
				t.Errorf("settlement error %v", e)
			}
			time.Sleep(2 * time.Minute)
		})
	}
}

func TestSteeringErrors(t *testing.T) {
	t.Parallel()
	reason := errors.New("reason")
	for _, c := range []struct {
		name   string
		err    error
		action sqsbatch.Action
		delay  time.Duration
	}{
		{"the outermost of a chain", sqsbatch.Drop(sqsbatch.RetryAfter(reason, time.Second)), sqsbatch.Delete, 0},
		{"the outermost of a chain", sqsbatch.RetryAfter(sqsbatch.Drop(reason), time.Second), sqsbatch.ChangeVisibility, time.Second},
		{"beside a plain one", errors.Join(reason, sqsbatch.DeadLetter(reason)), sqsbatch.SendToDeadLetter, 0},
		{"the safest branch", errors.Join(sqsbatch.Drop(reason), fmt.Errorf("x: %w", sqsbatch.RetryAfter(reason, time.Second))),
			sqsbatch.ChangeVisibility, time.Second},
		{"the safest branch", errors.Join(sqsbatch.Drop(reason), sqsbatch.DeadLetter(reason)), sqsbatch.SendToDeadLetter, 0},
		{"up to whole seconds", sqsbatch.RetryAfter(reason, 1001*time.Millisecond), sqsbatch.ChangeVisibility, 2 * time.Second},
		{"at once", sqsbatch.RetryAfter(reason, -time.Hour), sqsbatch.ChangeVisibility, 0},
		{"what the service takes", sqsbatch.RetryAfter(reason, 1<<62), sqsbatch.ChangeVisibility, 11*time.Hour + 40*time.Minute},
		{"written out", &sqsbatch.SteerError{Action: sqsbatch.ChangeVisibility, Delay: 100 * time.Hour, Err: reason},
			sqsbatch.ChangeVisibility, 11*time.Hour + 40*time.Minute},
		{"no action is a plain failure", &sqsbatch.SteerError{Err: reason}, sqsbatch.NoAction, 0},
		{"plain", reason, sqsbatch.NoAction, 0},
	} {
		option, report := observed()
		h := sqsbatch.Handle(func(context.Context, string) error { return c.err }, option, sqsbatch.WithSettler(new(settler)))
		if _, err := h(t.Context(), batchOf(standardARN, "x")); err != nil {
			t.Fatal(err)
		}
		if m := report.Messages[0]; m.Action != c.action || m.Delay != c.delay || !errors.Is(m.Err, reason) {
			t.Errorf("%s: %v is %v after %v because of %v", c.name, c.err, m.Action, m.Delay, m.Err)
		}
	}
}

// tooEarly is an error of a package that does not know this one.
type tooEarly time.Duration

func (e tooEarly) Error() string             { return "too early" }
func (e tooEarly) RetryAfter() time.Duration { return time.Duration(e) }

func TestErrorsThatSayWhenToTryAgain(t *testing.T) {
	t.Parallel()
	reason := errors.New("reason")
	for _, c := range []struct {
		err    error
		action sqsbatch.Action
		delay  time.Duration
	}{
		{tooEarly(90 * time.Second), sqsbatch.ChangeVisibility, 90 * time.Second},
		{fmt.Errorf("wrapped: %w", tooEarly(1500*time.Millisecond)), sqsbatch.ChangeVisibility, 2 * time.Second},
		{tooEarly(-time.Second), sqsbatch.ChangeVisibility, 0},
		{tooEarly(1 << 62), sqsbatch.ChangeVisibility, 11*time.Hour + 40*time.Minute},
		{errors.Join(reason, tooEarly(time.Second)), sqsbatch.ChangeVisibility, time.Second},
		{errors.Join(sqsbatch.Drop(reason), tooEarly(time.Second)), sqsbatch.ChangeVisibility, time.Second},
		{sqsbatch.Drop(tooEarly(time.Second)), sqsbatch.Delete, 0},
		{sqsbatch.RetryAfter(tooEarly(time.Second), time.Hour), sqsbatch.ChangeVisibility, time.Hour},
		{reason, sqsbatch.NoAction, 0},
	} {
		option, report := observed()
		s := new(settler)
		h := sqsbatch.Handle(func(context.Context, string) error { return c.err }, option, sqsbatch.WithSettler(s))
		got, err := h(t.Context(), batchOf(standardARN, "x"))
		if done := c.action == sqsbatch.Delete; err != nil || (failures(got) == "") != done {
			t.Errorf("%v: failures %q, error %v", c.err, failures(got), err)
		}
		if m := report.Messages[0]; m.Action != c.action || m.Delay != c.delay || m.SettleErr != nil || m.Err != c.err {
			t.Errorf("%v is %v after %v, %v", c.err, m.Action, m.Delay, m.SettleErr)
		}

		// Nobody asked for a Settler who did not name RetryAfter.
		plain := sqsbatch.Handle(func(context.Context, string) error { return c.err }, option)
		if _, err := plain(t.Context(), batchOf(standardARN, "x")); err != nil {
			t.Fatal(err)
		}
		var steer *sqsbatch.SteerError
		named := errors.As(c.err, &steer) && steer.Action == sqsbatch.ChangeVisibility
		if m := report.Messages[0]; c.action == sqsbatch.ChangeVisibility && named != saysWhy(m.SettleErr, noSettler) {
			t.Errorf("%v without a Settler: %v, %v", c.err, m.Action, m.SettleErr)
		}
	}
}

// A nil reason is no success: the message was not handled, or the handler would have returned nil itself.
func TestSteeringErrorsAreNeverNil(t *testing.T) {
	t.Parallel()
	for text, err := range map[string]error{
		"asked for the message to come again after 1s":         sqsbatch.RetryAfter(nil, time.Second),
		"asked for the message to be dropped":                  sqsbatch.Drop(nil),
		"asked for the message to go to the dead-letter queue": sqsbatch.DeadLetter(nil),
	} {
		var s *sqsbatch.SteerError
		if err == nil || !errors.As(err, &s) || !strings.Contains(err.Error(), text) || errors.Unwrap(err) != nil {
			t.Errorf("got %v, want it to say %q", err, text)
		}
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	delays := func(arn string, receives string) (all []time.Duration) {
		option, report := observed()
		h := sqsbatch.Handle(func(_ context.Context, n int) error {
			if n == 2 {
				panic("oh no")
			}
			return errors.New("fail")
		}, option, sqsbatch.WithSettler(new(settler)), sqsbatch.WithBackoff(time.Minute, 10*time.Minute))
		event := batchOf(arn, "1", "2", "no number")
		for i := range event.Records {
			event.Records[i].Attributes = map[string]string{"ApproximateReceiveCount": receives, "MessageGroupId": "a"}
		}
		for range 200 {
			if _, err := h(t.Context(), event); err != nil {
				t.Fatal(err)
			}
			for _, m := range report.Messages {
				if skipped := m.Outcome == sqsbatch.SkippedFIFO; skipped != (m.Action == sqsbatch.NoAction) {
					t.Fatalf("%v has the action %v", m.Outcome, m.Action)
				} else if !skipped {
					all = append(all, m.Delay)
				}
			}
		}
		return all
	}
	for receives, top := range map[string]time.Duration{
		"1": time.Minute, "2": 2 * time.Minute, "3": 4 * time.Minute, "4": 8 * time.Minute, "5": 10 * time.Minute,
		"100000": 10 * time.Minute, "": time.Minute, "x": time.Minute,
	} {
		var most, sum time.Duration
		all := delays(standardARN, receives)
		for _, d := range all {
			most = max(most, d)
			sum += d
			if d < 0 || d > top || d%time.Second != 0 {
				t.Fatalf("receive %s: delay %v, want whole seconds from 0 to %v", receives, d, top)
			}
		}
		if mean := sum / time.Duration(len(all)); most < top*9/10 || mean < top*4/10 || mean > top*6/10 || len(all) != 600 {
			t.Errorf("receive %s: %d delays up to %v, %v on the mean: not spread over all of %v", receives, len(all), most, mean, top)
		}
	}
	if all := delays(fifoARN, "1"); len(all) != 200 {
		t.Errorf("FIFO: %d of 600 messages have a delay, want the first of each batch", len(all))
	}
}

// A call that is given up may still run; its message is left to the queue's visibility time-out.
func TestNoBackoffForWhatStillRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := new(settler)
		h := sqsbatch.Handle(func(context.Context, events.SQSMessage) error { time.Sleep(time.Minute); return nil },
			sqsbatch.WithSettler(s), sqsbatch.WithBackoff(time.Second, time.Second), sqsbatch.WithMessageTimeout(time.Second))
		got, err := h(t.Context(), batchOf(standardARN, "x"))
		if err != nil || failures(got) != "m1" || s.said() != "" {
			t.Errorf("failures %q, error %v, settled %q", failures(got), err, s.said())
		}
		time.Sleep(2 * time.Minute)
	})
}
