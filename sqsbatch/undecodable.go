package sqsbatch

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope"
)

// errTestEvent is what decoding returns when a step found a test event. It is another error than the step's, so that nothing but
// a step can have a message deleted: a codec that returns envelope.ErrTestEvent fails it as with any other error.
var errTestEvent = fmt.Errorf("sqsbatch: %w", envelope.ErrTestEvent)

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
	if err == errTestEvent {
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
