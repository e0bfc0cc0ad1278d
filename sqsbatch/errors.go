package sqsbatch

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope"
)

var (
	// ErrDeadline is the error of a message that was not started, or had not ended, when the reserve before the invocation's
	// deadline began. It is also the cause ([context.Cause]) with which the handlers' contexts end there. When the
	// invocation's context was cancelled before that, the error is the cause of the cancellation instead.
	ErrDeadline = errors.New("sqsbatch: the reserve before the invocation's deadline has begun")

	// ErrMessageTimeout is the error of a message whose handler ignored the end of the time that [WithMessageTimeout] gives
	// it, and the cause with which its context ended.
	ErrMessageTimeout = errors.New("sqsbatch: the time for the message is over")
)

// What these say, the Outcome or the SettleErr of a MessageReport says too: nobody needs to compare with them.
var (
	errGroupBlocked = errors.New("sqsbatch: an earlier message of the group failed")
	errBrake        = errors.New("sqsbatch: the brake is on: failures in a row say that a dependency is down")
	errNoResult     = errors.New("sqsbatch: the handler returned no result for the message")
	errNoSettler    = errors.New("sqsbatch: it takes a Settler: give Handle the option WithSettler")
	errNotSettled   = errors.New("sqsbatch: the Settler did not confirm it")
)

// readable returns err, or what stands for it in reports when its text cannot be had: a nil pointer to an error type is an error
// that is not nil, and its Error mostly panics. In an observer that would be the invocation's end.
func readable(err error) (same error) {
	defer func() {
		if r := recover(); r != nil {
			same = fmt.Errorf("sqsbatch: an error of type %T, whose method Error panics: %v", err, r)
		}
	}()
	if err != nil {
		_ = err.Error()
	}
	return err
}

// BatchError makes the invocation fail and the whole batch come again. It is returned when no partial response would be
// right, or asked for by [WithErrorOnFullFailure]. Lambda reports it with the error type "BatchError". Its text quotes nothing
// of the event.
type BatchError struct {
	Reason string // what stands against a partial response
	Err    error  // the decoder's error when the event could not be decoded, otherwise nil. It may quote the event
}

// Error gives the reason.
func (e *BatchError) Error() string { return "sqsbatch: " + e.Reason }

// Unwrap returns e.Err.
func (e *BatchError) Unwrap() error { return e.Err }

// DecodeError is the error of a message whose body cannot be made into what the handler's type asks for. Its text tells what
// kind of mistake it is and where, and quotes nothing of the body, not even the names in it; Err may. It steers nothing, whatever
// Err is: [WithUndecodable] does.
type DecodeError struct {
	MessageID string       // of the message whose body it is
	Type      reflect.Type // the type that the body should have been decoded into
	Err       error        // the decoder's or the step's own error, an *envelope.Error from the steps of that package

	step    int // of WithDecoding, from 1; 0: it is the value itself
	notJSON bool
}

// Error names the message and the type, and gives the reason.
func (e *DecodeError) Error() string {
	return fmt.Sprintf("sqsbatch: message %s: cannot decode the body as %s: %s", e.MessageID, e.Type, e.reason())
}

func (e *DecodeError) reason() string {
	var layer *envelope.Error
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case e.step > 0 && errors.As(e.Err, &layer):
		return "at the step " + layer.Step + ", " + layer.Reason
	case e.step > 0:
		return fmt.Sprintf("at step %d of WithDecoding, it was refused", e.step)
	case errors.Is(e.Err, errNull):
		return "it is null"
	case e.notJSON && errors.As(e.Err, &syntax):
		return fmt.Sprintf("it is not JSON: syntax error at byte %d", syntax.Offset)
	case e.notJSON:
		return "it is not JSON"
	case errors.As(e.Err, &mismatch):
		return fmt.Sprintf("it has a value at byte %d that does not fit %s", mismatch.Offset, mismatch.Type)
	}
	return "it was refused by the type's own decoding"
}

// Unwrap returns the decoder's own error.
func (e *DecodeError) Unwrap() error { return e.Err }

// PanicError is the error of a message whose handler panicked or ended its goroutine with [runtime.Goexit].
type PanicError struct {
	Value any    // what was passed to panic; nil after runtime.Goexit
	Stack []byte // of the handler's goroutine, as runtime/debug.Stack formats it
}

// Error gives the value of the panic, or says that there was none.
func (e *PanicError) Error() string {
	if e.Value == nil {
		return "sqsbatch: the handler called runtime.Goexit"
	}
	return fmt.Sprintf("sqsbatch: the handler panicked: %v", e.Value)
}

// Unwrap returns the value of the panic if it was an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}
