package sqsbatch

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

var (
	// ErrDeadline is the error of a message that was not started, or had not ended, when the reserve before the invocation's
	// deadline began. It is also the cause ([context.Cause]) with which the handlers' contexts end there. When the
	// invocation's context was cancelled before that, the error is the cause of the cancellation instead.
	ErrDeadline = errors.New("sqsbatch: the reserve before the invocation's deadline has begun")

	// ErrMessageTimeout is the error of a message whose handler ignored the end of the time that [WithMessageTimeout] gives
	// it, and the cause with which its context ended.
	ErrMessageTimeout = errors.New("sqsbatch: the time for the message is over")

	// ErrGroupBlocked is the error of a message that was not started because an earlier one of its FIFO group failed. In a
	// [HandleBatch] it is also the error of one that the handler called done behind a failure in its group.
	ErrGroupBlocked = errors.New("sqsbatch: an earlier message of the group failed")
)

// BatchError makes the invocation fail and the whole batch come again. It is returned when no partial response would be
// right, or asked for by [WithErrorOnFullFailure]. Lambda reports it with the error type "BatchError". Its text quotes nothing
// of the event.
type BatchError struct {
	Reason string
	Err    error // the decoder's error when the event could not be decoded, otherwise nil. It may quote the event
}

func (e *BatchError) Error() string { return "sqsbatch: " + e.Reason }

// Unwrap returns e.Err.
func (e *BatchError) Unwrap() error { return e.Err }

// DecodeError is the error of a message whose body cannot be made into what the handler's type asks for. Its text tells what
// kind of mistake it is and where, and quotes nothing of the body, not even the names in it; Err, the decoder's own error, may.
type DecodeError struct {
	MessageID string
	Step      string       // the layer of WithDecoding that it does not have; empty when it is the value itself
	Type      reflect.Type // the type that the body should have been decoded into
	Err       error

	notJSON bool
}

func (e *DecodeError) Error() string {
	text := fmt.Sprintf("sqsbatch: message %s: cannot decode the body as %s: ", e.MessageID, e.Type)
	if e.Step != "" {
		return text + "at the step " + e.Step + ", it " + e.reason()
	}
	return text + "it " + e.reason()
}

// reason completes "it".
func (e *DecodeError) reason() string {
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	var corrupt base64.CorruptInputError
	var told stepError
	switch {
	case errors.Is(e.Err, errNull):
		return "is null"
	case errors.As(e.Err, &told):
		return strings.TrimPrefix(string(told), "it ")
	case errors.As(e.Err, &corrupt):
		return fmt.Sprintf("is not base64 at byte %d", int64(corrupt))
	case (e.notJSON || e.Step != "") && errors.As(e.Err, &syntax):
		return fmt.Sprintf("is not JSON: syntax error at byte %d", syntax.Offset)
	case e.notJSON:
		return "is not JSON"
	case errors.As(e.Err, &mismatch):
		return fmt.Sprintf("has a value at byte %d that does not fit %s", mismatch.Offset, mismatch.Type)
	}
	return "was refused by the type's own decoding"
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
