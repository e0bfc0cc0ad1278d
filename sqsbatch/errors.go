package sqsbatch

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

var (
	// ErrDeadline is the error of a message that was not started, or had not ended, when the reserve before the invocation's
	// deadline began. It is also the cause ([context.Cause]) with which the handlers' contexts end there. When the
	// invocation's context was cancelled before that, the error is the cause of the cancellation instead.
	ErrDeadline = errors.New("sqsbatch: the reserve before the invocation's deadline has begun")

	// ErrGroupBlocked is the error of a message that was not started because an earlier one of its FIFO group failed.
	ErrGroupBlocked = errors.New("sqsbatch: an earlier message of the group failed")
)

// BatchError makes the invocation fail and the whole batch come again. It is returned when no partial response would be
// right. Lambda reports it with the error type "BatchError".
type BatchError struct {
	Reason string
}

func (e *BatchError) Error() string { return "sqsbatch: " + e.Reason }

// DecodeError is the error of a message whose body is not the JSON that the handler's type asks for. Its text tells what kind
// of mistake it is and where, and quotes nothing of the body, not even the names in it; Err, the decoder's own error, may.
type DecodeError struct {
	MessageID string
	Type      reflect.Type // the type that the body should have been decoded into
	Err       error

	notJSON bool
}

func (e *DecodeError) Error() string {
	what := "was refused by the type's own decoding"
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.Is(e.Err, errNull):
		what = "is null"
	case e.notJSON:
		what = "is not JSON"
		if errors.As(e.Err, &syntax) {
			what = fmt.Sprintf("is not JSON: syntax error at byte %d", syntax.Offset)
		}
	case errors.As(e.Err, &mismatch):
		what = fmt.Sprintf("has a value at byte %d that does not fit %s", mismatch.Offset, mismatch.Type)
	}
	return fmt.Sprintf("sqsbatch: message %s: cannot decode the body as %s: it %s", e.MessageID, e.Type, what)
}

// Unwrap returns the decoder's own error.
func (e *DecodeError) Unwrap() error { return e.Err }

// PanicError is the error of a message whose handler panicked or ended its goroutine with [runtime.Goexit].
type PanicError struct {
	Value any    // what was passed to panic; nil after runtime.Goexit
	Stack []byte // of the handler's goroutine, as runtime/debug.Stack formats it
}

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
