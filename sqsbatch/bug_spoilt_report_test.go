package sqsbatch_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// When a batch handler returns too many results the whole batch comes again, also what WithUndecodable had taken before. The
// report said of such messages that they were deleted, and of others that their settlement was done.
func TestNothingIsReportedDoneInABatchThatComesAgainAsAWhole(t *testing.T) {
	t.Parallel()
	option, report := observed()
	s := new(settler)
	h := sqsbatch.HandleBatch(func(_ context.Context, messages []sqsbatch.Message[int]) []error {
		return make([]error, len(messages)+1)
	}, option, sqsbatch.WithSettler(s), sqsbatch.WithUndecodable(func(_ context.Context, m events.SQSMessage, _ *sqsbatch.DecodeError) error {
		switch m.Body {
		case "drop":
			return sqsbatch.Drop(nil)
		case "dead":
			return sqsbatch.DeadLetter(nil)
		}
		return nil
	}))
	_, err := h(t.Context(), batchOf(standardARN, "1", "drop", "aside", "dead", "2"))
	var batch *sqsbatch.BatchError
	if !errors.As(err, &batch) {
		t.Fatalf("error %v", err)
	}
	if want := "failed failed failed decode_failed failed"; outcomes(report) != want {
		t.Errorf("outcomes %s, want %s", outcomes(report), want)
	}
	if s.said() != "" {
		t.Errorf("settled %s", s.said())
	}
	for _, m := range report.Messages {
		if !errors.As(m.Err, &batch) || m.Action != sqsbatch.NoAction {
			t.Errorf("%s: error %v, action %v", m.ID, m.Err, m.Action)
		}
	}
}
