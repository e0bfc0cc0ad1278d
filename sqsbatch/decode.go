package sqsbatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope"
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
		whole = func(_ context.Context, m *events.SQSMessage, v **events.SQSMessage) error {
			// A copy: the handler may make another message of it, and the one that came is what goes to the dead-letter queue.
			own := *m
			own.Attributes, own.MessageAttributes = maps.Clone(m.Attributes), maps.Clone(m.MessageAttributes)
			*v = &own
			return nil
		}
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
		} else if errors.Is(err, envelope.ErrTestEvent) {
			return errTestEvent
		}
		if err == nil {
			return nil
		}
		return &DecodeError{
			MessageID: m.MessageId, Type: reflect.TypeFor[T](), Err: err,
			step: step, notJSON: step == 0 && s.codec == nil && !json.Valid(body),
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

// WithDecoding takes layers off each body before it is decoded into the handler's type, from the outside in:
//
//	sqsbatch.WithDecoding(envelope.SNS(), envelope.Base64(), envelope.Gzip(1<<20))
//
// is for a topic's messages that were compressed and then made text. Package sqsbatch/envelope has the steps, and any function
// of its type can be one. A body that has not the layer it should have cannot be decoded: it fails its message with a
// [*DecodeError] that names the layer, or goes to [WithUndecodable]. A step that returns [envelope.ErrTestEvent] has the
// message deleted as a [TestEvent], and no function is called for it. Steps of several options add up. WithDecoding panics
// without steps and when one is nil, Handle when the handler takes messages as they came.
func WithDecoding(steps ...envelope.Step) Option {
	if len(steps) == 0 {
		panic("sqsbatch: WithDecoding needs at least one step")
	}
	for _, step := range steps {
		if step == nil {
			panic("sqsbatch: WithDecoding got a step that is nil")
		}
	}
	return option(func(s *settings) { s.steps = append(s.steps, steps...) })
}

// unwrap takes the layers off. When it fails it tells the number of the step that did, from 1.
func unwrap(steps []envelope.Step, body []byte) (inside []byte, failed int, err error) {
	for i, step := range steps {
		if body, err = step(body); err != nil {
			return nil, i + 1, err
		}
	}
	return body, 0, nil
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
