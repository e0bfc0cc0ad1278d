package eventbridge_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// What somebody has sent to a queue may have a kind of a megabyte, which went into the error, and into the log for every attempt.
func TestErrorsOfLongKindsAreShort(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("card 4111 ", 100_000)
	router, err := eventbridge.NewRouter(eventbridge.On(func(context.Context, eventbridge.Event[s3event.ObjectCreated]) error { return nil }))
	if err != nil {
		t.Fatal(err)
	}
	handle := eventbridge.Handle(func(context.Context, eventbridge.Event[s3event.ObjectCreated]) error { return nil })
	changes := func(_ context.Context, event json.RawMessage) error {
		_, err := s3event.DecodeChanges(event)
		return err
	}
	for name, call := range map[string]func(context.Context, json.RawMessage) error{"router": router.Handle, "handler": handle, "changes": changes} {
		for _, event := range []string{
			`{"source":"` + long + `","detail-type":"Object Created","detail":{}}`,
			`{"source":"aws.s3","detail-type":"` + long + `","detail":{}}`,
			`{"source":"aws.s3","detail-type":"Object Created","detail":{"event-version":"` + long + `"}}`,
			`{"Event":"s3:TestEvent","Bucket":"` + long + `"}`,
		} {
			if err := call(t.Context(), json.RawMessage(event)); err == nil || len(err.Error()) > 1000 {
				t.Errorf("%s: %.200v", name, err)
			}
		}
	}
}
