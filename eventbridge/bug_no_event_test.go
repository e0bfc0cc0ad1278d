package eventbridge_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
)

// A function that handles events, and that somebody put behind a queue, gets the queue's records. To a detail without the method
// EventType they were an event without anything in it: the handler was called with that, and its success deleted the messages.
func TestWhatIsNoEventIsRefused(t *testing.T) {
	t.Parallel()
	for name, payload := range map[string]string{
		"empty object":     `{}`,
		"records of SQS":   `{"Records":[{"messageId":"1","eventSource":"aws:sqs","body":"{\"source\":\"shop\"}"}]}`,
		"message of SNS":   `{"Type":"Notification","Message":"{}"}`,
		"no detail-type":   `{"source":"shop","detail":{"id":"7"}}`,
		"no source":        `{"detail-type":"Order Placed","detail":{"id":"7"}}`,
		"in an array":      `[{"Records":[]}]`,
		"by encoding/json": `{"SOURCE":"shop","Detail":{"id":"7"}}`,
	} {
		called := false
		for kind, h := range map[string]eventbridge.Handler{
			"struct": eventbridge.Handle(func(context.Context, eventbridge.Event[order]) error { called = true; return nil }),
			"raw":    eventbridge.Handle(func(context.Context, eventbridge.Event[json.RawMessage]) error { called = true; return nil }),
		} {
			_, err := h.Invoke(t.Context(), []byte(payload))
			if called || !errors.Is(err, eventbridge.ErrPermanent) {
				t.Errorf("%s, %s: the handler was called: %v, and the error is %v", name, kind, called, err)
			}
		}
	}
}
