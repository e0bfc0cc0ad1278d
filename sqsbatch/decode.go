package sqsbatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/aws/aws-lambda-go/events"
)

// decoderOf chooses by T and the options how a message becomes a value. It runs once, when the handler is made.
func decoderOf[T any](s *settings) func(context.Context, *events.SQSMessage, *T) error {
	var whole, text any
	switch any((*T)(nil)).(type) {
	case *events.SQSEvent, **events.SQSEvent:
		panic("sqsbatch: Handle's handler takes one message, not an events.SQSEvent: use events.SQSMessage or the body's type")
	case *events.SQSMessage:
		whole = func(_ context.Context, m *events.SQSMessage, v *events.SQSMessage) error { *v = *m; return nil }
	case **events.SQSMessage:
		whole = func(_ context.Context, m *events.SQSMessage, v **events.SQSMessage) error { *v = m; return nil }
	case *string:
		text = func(b []byte, v *string) error { *v = string(b); return nil }
	case *[]byte:
		text = func(b []byte, v *[]byte) error { *v = b; return nil }
	case *json.RawMessage:
		text = func(b []byte, v *json.RawMessage) error { *v = b; return nil }
	}
	if whole != nil && len(s.steps) > 0 {
		panic("sqsbatch: WithDecoding does nothing for a handler that takes messages as they came: take a type of the body")
	}
	if (whole != nil || text != nil) && s.codec != nil {
		panic(fmt.Sprintf("sqsbatch: WithCodec does nothing for a handler that takes %v, which is not decoded", reflect.TypeFor[T]()))
	}
	if whole != nil {
		return whole.(func(context.Context, *events.SQSMessage, *T) error)
	}
	decode, direct := decodeJSON[T], len(s.steps) == 0 && len(s.middleware) == 0
	switch {
	case text != nil:
		decode, direct = text.(func([]byte, *T) error), false
	case s.codec != nil:
		decode, direct = decodeWith[T](s.codec), false
	}
	return func(ctx context.Context, m *events.SQSMessage, v *T) error {
		body, step, err := unwrap(s.steps, bodyOf(ctx, m, direct))
		if err == nil {
			err = decode(body, v)
		}
		if err == nil || errors.Is(err, errTestEvent) {
			return err
		}
		return &DecodeError{
			MessageID: m.MessageId, Step: step, Type: reflect.TypeFor[T](), Err: err,
			notJSON: step == "" && s.codec == nil && !json.Valid(body),
		}
	}
}

// bodyOf returns the body's bytes. Where nothing but the call of json.Unmarshal on the worker's own goroutine will see them,
// the worker's memory is used again for each message: who implements json.Unmarshaler must copy what it keeps.
func bodyOf(ctx context.Context, m *events.SQSMessage, direct bool) []byte {
	if c, ok := ctx.(*call); ok && direct && c.worker != nil {
		c.worker.scratch = append(c.worker.scratch[:0], m.Body...)
		return c.worker.scratch
	}
	return []byte(m.Body)
}

var errNull = errors.New("null is no value")

func decodeJSON[T any](body []byte, v *T) error {
	err := json.Unmarshal(body, v)
	if err == nil && isNull(body) {
		err = errNull // encoding/json leaves the value as it was, and the handler would work on an empty one
	}
	return err
}

// isNull tells null from other valid JSON.
func isNull(body []byte) bool {
	for _, b := range body {
		switch b {
		case ' ', '\t', '\r', '\n':
		default:
			return b == 'n'
		}
	}
	return false
}

func decodeWith[T any](codec func([]byte, any) error) func([]byte, *T) error {
	return func(body []byte, v *T) error { return codec(body, v) }
}

// WithCodec decodes bodies with decode instead of JSON: decode is called with the body, or what [WithDecoding] made of it,
// and a pointer to a new value of the handler's type. Its error makes a [*DecodeError], whose text does not quote it. It must
// be safe for concurrent use. It panics when decode is nil, Handle when the handler's type is not decoded: a message, text
// or bytes.
func WithCodec(decode func(data []byte, v any) error) Option {
	if decode == nil {
		panic("sqsbatch: WithCodec needs a function, got nil")
	}
	return option(func(s *settings) { s.codec = decode })
}

// WithUndecodable calls handle, and not the handler, for a message whose body cannot be decoded. What handle returns steers
// as a handler's error does: with nil the message is deleted and [SetAside] in the report, so handle must have put it
// somewhere, or what it says is lost; [DeadLetter] and [Drop] do as always; any other error makes it come again. Without this
// option such a message comes again. handle must be safe for concurrent use. It panics when handle is nil.
func WithUndecodable(handle func(ctx context.Context, m events.SQSMessage, reason *DecodeError) error) Option {
	if handle == nil {
		panic("sqsbatch: WithUndecodable needs a function, got nil")
	}
	return option(func(s *settings) { s.undecodable = handle })
}

// notDecoded decides about a message for which the decoder returned err.
func (s *settings) notDecoded(ctx context.Context, m *events.SQSMessage, err error) error {
	c, _ := ctx.Value(callKey{}).(*call)
	if errors.Is(err, errTestEvent) {
		if c == nil { // a middleware hid the context
			return err
		}
		c.note.Store(&note{outcome: TestEvent, err: err})
		return nil
	}
	var reason *DecodeError
	if s.undecodable == nil || !errors.As(err, &reason) {
		return err
	}
	if answer := s.undecodable(ctx, *m, reason); answer != nil {
		if errors.Is(answer, err) {
			return answer
		}
		return errors.Join(answer, err)
	}
	if c != nil {
		c.note.Store(&note{outcome: SetAside, err: err})
	}
	return nil
}
