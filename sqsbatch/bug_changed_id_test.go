package sqsbatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

// What such a handler sends to the dead-letter queue is the message that came, and not the one that it made of it: the former is
// deleted, and would be lost.
func TestTheMessageThatCameIsDeadLettered(t *testing.T) {
	t.Parallel()
	var sent []events.SQSMessage
	s := &settler{answer: func(_ context.Context, settlements []sqsbatch.Settlement) []error {
		for _, one := range settlements {
			sent = append(sent, *one.Message)
		}
		return nil
	}}
	h := sqsbatch.Handle(func(_ context.Context, m *events.SQSMessage) error {
		if err := json.Unmarshal([]byte(m.Body), m); err != nil {
			return err
		}
		return sqsbatch.DeadLetter(errors.New("refused"))
	}, sqsbatch.WithSettler(s))
	const body = `{"messageId":"m3","receiptHandle":"r3","body":"inner","attributes":{"ApproximateReceiveCount":"9"},"messageAttributes":{"a":{}}}`
	batch := batchOf(standardARN, body)
	batch.Records[0].MessageAttributes = map[string]events.SQSMessageAttribute{"b": {DataType: "String"}}
	want := fmt.Sprintf("%+v", batch.Records[0])
	if _, err := h(t.Context(), batch); err != nil || len(sent) != 1 {
		t.Fatalf("sent %d messages, error %v", len(sent), err)
	}
	if got := fmt.Sprintf("%+v", sent[0]); got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
}
