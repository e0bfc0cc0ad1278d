package sqsbatch

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"

	"github.com/aws/aws-lambda-go/events"
)

// decoderOf chooses by T how a message becomes a value. It runs once, when the handler is made.
func decoderOf[T any]() func(*events.SQSMessage, *T) error {
	var decode any
	switch any((*T)(nil)).(type) {
	case *events.SQSEvent, **events.SQSEvent:
		panic("sqsbatch: Handle's handler takes one message, not an events.SQSEvent: use events.SQSMessage or the body's type")
	case *events.SQSMessage:
		decode = func(m *events.SQSMessage, v *events.SQSMessage) error { *v = *m; return nil }
	case **events.SQSMessage:
		decode = func(m *events.SQSMessage, v **events.SQSMessage) error { *v = m; return nil }
	case *string:
		decode = func(m *events.SQSMessage, v *string) error { *v = m.Body; return nil }
	case *[]byte:
		decode = func(m *events.SQSMessage, v *[]byte) error { *v = []byte(m.Body); return nil }
	case *json.RawMessage:
		decode = func(m *events.SQSMessage, v *json.RawMessage) error { *v = json.RawMessage(m.Body); return nil }
	default:
		return decodeJSON[T]
	}
	return decode.(func(*events.SQSMessage, *T) error)
}

var errNull = errors.New("null is no value")

func decodeJSON[T any](m *events.SQSMessage, v *T) error {
	body := []byte(m.Body)
	err := json.Unmarshal(body, v)
	if err == nil && bytes.Equal(bytes.TrimSpace(body), []byte("null")) {
		err = errNull // encoding/json leaves the value as it was, and the handler would work on an empty one
	}
	if err != nil {
		return &DecodeError{MessageID: m.MessageId, Type: reflect.TypeFor[T](), Err: err, notJSON: !json.Valid(body)}
	}
	return nil
}
