package eventbridge_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// chatty is a detail of somebody else, whose error quotes what it could not read.
type chatty struct{}

func (*chatty) UnmarshalJSON(data []byte) error { return fmt.Errorf("cannot read %s", data) }

func TestErrorsQuoteNothing(t *testing.T) {
	t.Parallel()
	const envelope = `"source":"aws.s3","detail-type":"Object Created"`
	for name, c := range map[string]struct {
		err  error
		says string
	}{
		"number":  {second(eventbridge.Decode[s3event.ObjectCreated]([]byte(`{` + envelope + `,"detail":{"object":{"key":765432}}}`))), "there is a JSON number where a string is expected in detail.object.key"},
		"time":    {second(eventbridge.Decode[s3event.ObjectCreated]([]byte(`{` + envelope + `,"time":"765432"}`))), "a time in it is not in RFC 3339"},
		"syntax":  {second(eventbridge.Decode[s3event.ObjectCreated]([]byte(`{"detail":765432x}`))), "it is not JSON, after 17 bytes"},
		"chatty":  {second(eventbridge.Decode[chatty]([]byte(`{` + envelope + `,"detail":765432}`))), "its detail cannot be decoded (*"},
		"no text": {second(eventbridge.Decode[json.Number]([]byte(`{` + envelope + `,"detail":"765432x"}`))), "its detail cannot be decoded"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.says) || strings.Contains(c.err.Error(), "765432") {
			t.Errorf("%s: %v", name, c.err)
		}
		var decodeErr *eventbridge.DecodeError
		if !errors.As(c.err, &decodeErr) || errors.Unwrap(decodeErr) == nil {
			t.Errorf("%s: %#v", name, c.err)
		}
	}
	err := second(eventbridge.Decode[chatty]([]byte(`{"detail":765432}`)))
	if inner := errors.Unwrap(err); inner == nil || !strings.Contains(inner.Error(), "765432") {
		t.Errorf("the detail's own error is not inside: %v", inner)
	}
}

func TestErrPermanent(t *testing.T) {
	t.Parallel()
	router := mustRouter(t, eventbridge.On(func(context.Context, eventbridge.Event[orderPlaced]) error { return errors.New("no connection") }))
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"mismatch":      {second(eventbridge.Decode[s3event.ObjectCreated]([]byte(placed))), true},
		"no JSON":       {second(eventbridge.Decode[orderPlaced]([]byte("?"))), true},
		"version":       {second(eventbridge.Decode[s3event.ObjectCreated]([]byte(strings.Replace(created, `"detail":{`, `"detail":{"event-version":"2.0",`, 1)))), true},
		"no route":      {router.Handle(t.Context(), []byte(created)), true},
		"no event":      {second(eventbridge.Unwrap([]byte("{}"))), true},
		"test event":    {second(s3event.DecodeChanges([]byte(`{"Event":"s3:TestEvent"}`))), true},
		"the handler's": {router.Handle(t.Context(), []byte(placed)), false},
	} {
		if c.err == nil || errors.Is(c.err, eventbridge.ErrPermanent) != c.want {
			t.Errorf("%s: %v", name, c.err)
		}
	}
}

func second[T any](_ T, err error) error { return err }
