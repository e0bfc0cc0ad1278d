package sqsbatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// A handler that takes a pointer and makes another message of it, here the one that was forwarded in its body, had that one's id
// reported: the message that failed was deleted, or the whole batch came again for an id that is not in it.
func TestFailuresAreReportedByTheIDThatCame(t *testing.T) {
	t.Parallel()
	option, report := observed()
	h := sqsbatch.Handle(func(_ context.Context, m *events.SQSMessage) error {
		if err := json.Unmarshal([]byte(m.Body), m); err != nil {
			return err
		}
		return errors.New("refused")
	}, option)
	got, err := h(t.Context(), batchOf(standardARN, `{"messageId":"m3"}`, `{"messageId":""}`, `{"messageId":"m1"}`, `{"messageId":"elsewhere"}`))
	if err != nil || failures(got) != "m1 m2 m3 m4" {
		t.Errorf("failures %q, error %v", failures(got), err)
	}
	if id := report.Messages[3].ID; id != "m4" {
		t.Errorf("the report has %q", id)
	}
}
