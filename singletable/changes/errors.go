package changes

import (
	"errors"
	"fmt"
)

var (
	// ErrDeadline is the error of a record that was not started, or had not ended, when the reserve before the invocation's
	// deadline began. It is also the cause ([context.Cause]) with which the handlers' contexts end there. When the
	// invocation's context was cancelled before that, the error is the cause of the cancellation instead.
	ErrDeadline = errors.New("changes: the reserve before the invocation's deadline has begun")

	// ErrBlocked is the error of a record that was not started because one before it failed.
	ErrBlocked = errors.New("changes: an earlier record of the batch failed")
)

// BatchError makes the invocation fail and the whole batch come again. It is returned when no partial response would be
// right. Lambda reports it with the error type "BatchError". Its text quotes nothing of the event.
type BatchError struct {
	Reason string // what stands against a partial response
	Err    error  // the decoder's error when the event could not be decoded, otherwise nil. It may quote the event
}

// Error gives the reason.
func (e *BatchError) Error() string { return "changes: " + e.Reason }

// Unwrap returns e.Err.
func (e *BatchError) Unwrap() error { return e.Err }

// DecodeError is the error of a record that is no entity: it is damaged, or an image does not fit the entity that it is of.
// Its text holds the item's key and no other content of it.
type DecodeError struct {
	SequenceNumber string // of the record
	Err            error  // an [*singletable.ItemError] where a repository refused an image
}

// Error names the record and gives the reason.
func (e *DecodeError) Error() string {
	return fmt.Sprintf("changes: record %s cannot be decoded: %v", e.SequenceNumber, e.Err)
}

// Unwrap returns e.Err.
func (e *DecodeError) Unwrap() error { return e.Err }

// PanicError is the error of a record whose handler panicked or ended its goroutine with [runtime.Goexit].
type PanicError struct {
	Value any    // what was passed to panic; nil after runtime.Goexit
	Stack []byte // of the handler's goroutine, as runtime/debug.Stack formats it
}

// Error gives the value of the panic, or says that there was none.
func (e *PanicError) Error() string {
	if e.Value == nil {
		return "changes: the handler called runtime.Goexit"
	}
	return fmt.Sprintf("changes: the handler panicked: %v", e.Value)
}

// Unwrap returns the value of the panic if it was an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}
