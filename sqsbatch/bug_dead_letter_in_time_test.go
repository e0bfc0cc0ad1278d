package sqsbatch_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// A message of a FIFO queue whose time is over, and that therefore asks for the dead-letter queue, could not get there while later
// ones of its group waited: the Settler was given the context that had just ended.

// inTime confirms what is asked of it while its context lasts.
func inTime() *settler {
	return &settler{answer: func(ctx context.Context, s []sqsbatch.Settlement) []error {
		answers := make([]error, len(s))
		for i := range answers {
			answers[i] = context.Cause(ctx)
		}
		return answers
	}}
}

func untilItsEnd(ctx context.Context, body string) error {
	if body == "a2" {
		return nil
	}
	<-ctx.Done()
	return sqsbatch.DeadLetter(context.Cause(ctx))
}

func TestDeadLetterWhenTheTimeForTheMessageIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		option, report := observed()
		s := inTime()
		h := sqsbatch.Handle(untilItsEnd, option, sqsbatch.WithSettler(s), sqsbatch.WithMessageTimeout(time.Second))
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		got, err := h(ctx, fifoOf("a1", "a2"))
		if err != nil || failures(got) != "" || outcomes(report) != "dead_lettered succeeded" {
			t.Errorf("failures %q, error %v, outcomes %s: %v", failures(got), err, outcomes(report), report.Messages[0].SettleErr)
		}
	})
}

func TestDeadLetterWhenTheReserveBegins(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		option, report := observed()
		s := inTime()
		h := sqsbatch.Handle(untilItsEnd, option, sqsbatch.WithSettler(s))
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		got, err := h(ctx, fifoOf("a1", "a2", "b1"))
		if err != nil || failures(got) != "m2" || outcomes(report) != "dead_lettered skipped_deadline dead_lettered" {
			t.Errorf("failures %q, error %v, outcomes %s: %v", failures(got), err, outcomes(report), report.Messages[0].SettleErr)
		}
		if want := "m1 send_to_dead_letter, m3 send_to_dead_letter"; s.said() != want {
			t.Errorf("settled %q, want %q: nothing of a group waits for a copy any more", s.said(), want)
		}
	})
}

// The result of a call that was given up is discarded: nothing goes to the dead-letter queue by it.
func TestNoDeadLetterOfAMessageThatWasGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		option, report := observed()
		s := inTime()
		h := sqsbatch.Handle(func(ctx context.Context, body string) error {
			if body == "a1" {
				time.Sleep(5 * time.Second)
				return sqsbatch.DeadLetter(nil)
			}
			time.Sleep(900 * time.Millisecond)
			return nil
		}, option, sqsbatch.WithSettler(s), sqsbatch.WithMessageTimeout(time.Second), sqsbatch.WithConcurrency(2))
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		got, err := h(ctx, fifoOf("a1", "a2", "b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8"))
		time.Sleep(time.Minute)
		if err != nil || failures(got) != "m1 m2" || report.Messages[0].Outcome != sqsbatch.TimedOut || s.said() != "" {
			t.Errorf("failures %q, error %v, outcomes %s, settled %q", failures(got), err, outcomes(report), s.said())
		}
	})
}

func TestDeadLetterOfWhatCouldNotBeDecodedInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		option, report := observed()
		s := inTime()
		h := sqsbatch.HandleBatch(func(_ context.Context, m []sqsbatch.Message[order]) []error { return make([]error, len(m)) },
			option, sqsbatch.WithSettler(s), sqsbatch.WithUndecodable(
				func(ctx context.Context, _ events.SQSMessage, reason *sqsbatch.DecodeError) error {
					<-ctx.Done()
					return sqsbatch.DeadLetter(reason)
				}))
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		e := fifoOf("a no JSON", "a no JSON either")
		got, err := h(ctx, e)
		if err != nil || failures(got) != "m2" || outcomes(report) != "dead_lettered skipped_deadline" {
			t.Errorf("failures %q, error %v, outcomes %s: %v", failures(got), err, outcomes(report), report.Messages[0].SettleErr)
		}
	})
}

// When the brake stops the batch while a message asks for the dead-letter queue, its copy goes with the others.
func TestDeadLetterBehindTheBrake(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		option, report := observed()
		s := inTime()
		h := sqsbatch.Handle(func(_ context.Context, body string) error {
			if body == "b1" {
				return errors.New("down")
			}
			time.Sleep(time.Second)
			return sqsbatch.DeadLetter(nil)
		}, option, sqsbatch.WithSettler(s), sqsbatch.WithBrake(1, func(error) bool { return true }))
		got, err := h(t.Context(), fifoOf("a1", "a2", "b1"))
		if err != nil || failures(got) != "m2 m3" || outcomes(report) != "dead_lettered skipped_brake failed" {
			t.Errorf("failures %q, error %v, outcomes %s: %v", failures(got), err, outcomes(report), report.Messages[0].SettleErr)
		}
	})
}
