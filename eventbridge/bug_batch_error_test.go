package eventbridge_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
)

// steerError is an error by which a handler tells a library what is to be done with what it was called for, as those of package
// sqsbatch do.
type steerError struct{ error }

// What one event's error says of a retry must not be taken for what the whole array's does: to drop or park it would lose the
// events that are worth another attempt.
func TestBatchErrorIsNoneOfItsErrors(t *testing.T) {
	t.Parallel()
	down := errors.New("no connection")
	handler := eventbridge.Handler(func(_ context.Context, event json.RawMessage) error {
		switch string(event) {
		case "1":
			return nil
		case "2":
			return down
		case "3":
			return steerError{errors.New("dropped")}
		}
		_, err := eventbridge.Decode[orderPlaced](event)
		return err
	})
	for _, c := range []struct {
		payload         string
		permanent, down bool
	}{
		{`[{},2]`, false, true},
		{`[1,{},{}]`, true, false},
		{`[1,2,2]`, false, true},
		{`[2,3]`, false, true},
	} {
		_, err := handler.Invoke(t.Context(), []byte(c.payload))
		var batch *eventbridge.BatchError
		if !errors.As(err, &batch) || errors.Is(err, eventbridge.ErrPermanent) != c.permanent || errors.Is(err, down) != c.down {
			t.Errorf("%s: permanent %t, down %t: %v", c.payload, errors.Is(err, eventbridge.ErrPermanent), errors.Is(err, down), err)
		}
		var steer steerError
		if wrapped := fmt.Errorf("it failed: %w", err); errors.As(wrapped, &steer) {
			t.Errorf("%s: what steers a single event is found in the array's error", c.payload)
		}
	}
	if errors.Is(&eventbridge.BatchError{Errs: []error{nil}}, eventbridge.ErrPermanent) {
		t.Error("no failure is permanent")
	}
}
