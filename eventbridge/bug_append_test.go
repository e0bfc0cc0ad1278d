package eventbridge_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
)

// A middleware that logs lines appends to what it gets, which was the room of the next event in the array.
func TestAppendingToAnEventLeavesTheNext(t *testing.T) {
	t.Parallel()
	var got []string
	h := eventbridge.Handler(func(_ context.Context, event json.RawMessage) error {
		got = append(got, string(event))
		_ = append(event, "\r\n--\r\n"...)
		return nil
	})
	if _, err := h.Invoke(t.Context(), []byte(`[{"a":1},{"b":2}]`)); err != nil || len(got) != 2 || got[1] != `{"b":2}` {
		t.Errorf("got %q, %v", got, err)
	}
}
