package sqsbatch_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// refusedError is an error type with which a handler can fall into Go's oldest trap: a nil pointer is an error that is not nil.
type refusedError struct{ reason string }

func (e *refusedError) Error() string { return e.reason }

// Such an error failed its message, and then LogTo with the whole invocation: the batch came again, with all that had succeeded,
// until it was in the dead-letter queue.
func TestErrorsWithoutATextFailTheirMessageAlone(t *testing.T) {
	t.Parallel()
	var typedNil *refusedError
	for _, c := range []struct {
		name      string
		err       error
		failures  string
		outcome   sqsbatch.Outcome
		settleErr error // of the Settler
	}{
		{"plain", typedNil, "m2", sqsbatch.Failed, nil},
		{"joined", errors.Join(errors.New("other"), typedNil), "m2", sqsbatch.Failed, nil},
		{"dropped", sqsbatch.Drop(typedNil), "", sqsbatch.Dropped, nil},
		{"dead-lettered", sqsbatch.DeadLetter(typedNil), "", sqsbatch.DeadLettered, nil},
		{"not settled", sqsbatch.DeadLetter(errors.New("reason")), "m2", sqsbatch.Failed, typedNil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			option, report := observed()
			s := &settler{answer: func(_ context.Context, s []sqsbatch.Settlement) []error {
				for _, one := range s {
					_ = one.Err.Error() // as the Settler of package sqsqueue does
				}
				return []error{c.settleErr}
			}}
			h := sqsbatch.Handle(func(_ context.Context, body string) error {
				if body == "bad" {
					return c.err
				}
				return nil
			}, option, sqsbatch.WithSettler(s), sqsbatch.WithObserver(sqsbatch.LogTo(slog.New(slog.NewJSONHandler(&log, nil)))))
			got, err := h(t.Context(), batchOf(standardARN, "ok", "bad"))
			if err != nil || failures(got) != c.failures || report.Messages[1].Outcome != c.outcome {
				t.Errorf("failures %q, error %v, outcomes %s: %v", failures(got), err, outcomes(report), report.Messages[1].SettleErr)
			}
			if !strings.Contains(log.String(), "whose method Error panics") {
				t.Errorf("the log does not tell of it: %s", log.String())
			}
			report.Each(func(_, _ string, _ bool, err error) {
				if err != nil {
					_ = err.Error() // as package tracing does
				}
			})
		})
	}
}

// wrappedError is one more of these: what it wraps cannot be had either.
type wrappedError struct{ err error }

func (e *wrappedError) Error() string { return e.err.Error() }
func (e *wrappedError) Unwrap() error { return e.err }

// In a HandleBatch handler's results such an error was taken for a panic of the handler, and failed all messages.
func TestErrorsThatCannotBeUnwrappedFailTheirMessageAlone(t *testing.T) {
	t.Parallel()
	option, report := observed()
	h := sqsbatch.HandleBatch(func(_ context.Context, m []sqsbatch.Message[string]) []error {
		errs := make([]error, len(m))
		errs[1] = (*wrappedError)(nil)
		return errs
	}, option)
	got, err := h(t.Context(), batchOf(standardARN, "ok", "bad", "ok"))
	if err != nil || failures(got) != "m2" || outcomes(report) != "succeeded panicked succeeded" {
		t.Errorf("failures %q, error %v, outcomes %s", failures(got), err, outcomes(report))
	}
}
