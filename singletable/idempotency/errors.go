package idempotency

import (
	"errors"
	"fmt"
	"time"
)

// What calls fail with, to be asked for with [errors.Is]. The error itself is an [*InProgressError], a [*FinalError] or a
// [*RecordError].
var (
	// ErrInProgress: another call with the key has not ended. Try again later; a plain error brings an SQS message back.
	ErrInProgress = errors.New("a call with this key is in progress")
	// ErrFinal: an earlier call with the key failed with an error that [WithFinal] names.
	ErrFinal = errors.New("an earlier call with this key failed for good")
	// ErrMismatch: the key was used before, with another input. Trying again does not help.
	ErrMismatch = errors.New("the key was used with another input")
	// ErrUnrecorded: the effect has happened, and the record does not say so. It runs again if the call is tried again after
	// the lock's end.
	ErrUnrecorded = errors.New("the effect has happened and is not recorded")
	// ErrLockLost: the call took longer than its lock, and the key is no longer its own.
	ErrLockLost = errors.New("the lock was lost: the call outlasted it and another took the key over, or the record was deleted")
	// ErrNoResult: the effect has happened, but its result is too large or not JSON and was not kept.
	ErrNoResult = errors.New("the effect has happened, and its result could not be kept")
	// ErrKey: the key function returned an empty key. The effect has not run.
	ErrKey = errors.New("the key is empty")
)

// InProgressError is the error of a call while another one with its key has not ended. errors.Is(err, [ErrInProgress])
// holds.
type InProgressError struct {
	Key   string    // the record's partition key
	Until time.Time // when the other call's lock ends, at the latest
}

// Error names the key, and says until when the other call can last.
func (e *InProgressError) Error() string {
	return fmt.Sprintf("idempotency: %s: %v, until %s at the latest: try again later", e.Key, ErrInProgress, stamp(e.Until))
}

// Is reports whether target is ErrInProgress.
func (e *InProgressError) Is(target error) bool { return target == ErrInProgress }

// RetryAfter returns how long it is from now until the other call has ended for certain, a second at least: what a message
// should be delayed by, or an HTTP answer should say in its Retry-After. A handler that package sqsbatch calls can return the
// error as it is: where sqsbatch has a Settler, the message comes again after that time and
// is no failure.
func (e *InProgressError) RetryAfter() time.Duration { return max(time.Until(e.Until), time.Second) }

// FinalError is the error of a call whose key has a stored error. errors.Is(err, [ErrFinal]) holds, and errors.Is(err, x) for
// the x of [WithFinal] that the first call's error matched. The first call itself got the error as the effect returned it.
type FinalError struct {
	Key  string // the record's partition key
	Text string // of the first call's error
	Err  error  // the error of WithFinal; nil when the function does not name it any more
}

// Error names the key and gives the text of the earlier error.
func (e *FinalError) Error() string {
	return fmt.Sprintf("idempotency: %s: %v: %s", e.Key, ErrFinal, e.Text)
}

// Is reports whether target is ErrFinal.
func (e *FinalError) Is(target error) bool { return target == ErrFinal }

// Unwrap returns e.Err.
func (e *FinalError) Unwrap() error { return e.Err }

// RecordError is the error of a record that could not be written or does not answer the call. Its text names the record, and
// nothing of the input or the result.
type RecordError struct {
	// Op is what was to be done with the record, and says what became of the effect:
	//
	//	lock      it has not run
	//	replay    it has not run in this call, whose key has the record of an earlier one
	//	complete  it has happened: if Err is ErrNoResult it will not run again, otherwise the error is ErrUnrecorded
	//	release   it has failed, with Effect
	Op     string
	Key    string    // the record's partition key
	Until  time.Time // complete and release: when the lock ends that is still there
	Err    error     // one of this package's errors, or what the SDK returned
	Effect error     // what the effect failed with, or nil
}

const (
	opLock     = "lock"
	opReplay   = "replay"
	opComplete = "complete"
	opRelease  = "release"
)

// Error names the key and what was done with its record, and says whether the effect has happened.
func (e *RecordError) Error() string {
	what := fmt.Sprintf("idempotency: %s %s: %v", e.Op, e.Key, e.Err)
	switch {
	case e.Op == opLock:
		what += " (the effect has not run)"
	case e.Is(ErrUnrecorded):
		what += fmt.Sprintf(" (%v: it can run again after %s)", ErrUnrecorded, stamp(e.Until))
	case e.Op == opRelease && e.Err != ErrLockLost:
		what += fmt.Sprintf(" (the key is locked until %s at the latest)", stamp(e.Until))
	}
	if e.Effect != nil {
		what += fmt.Sprintf("; the effect: %v", e.Effect)
	}
	return what
}

// Is reports whether target is ErrUnrecorded and that holds.
func (e *RecordError) Is(target error) bool {
	return target == ErrUnrecorded && e.Op == opComplete && !errors.Is(e.Err, ErrNoResult)
}

// Unwrap returns e.Err and, if there is one, e.Effect.
func (e *RecordError) Unwrap() []error {
	if e.Effect == nil {
		return []error{e.Err}
	}
	return []error{e.Err, e.Effect}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// codecError keeps what encoding/json says, which may quote from a value, out of an error's text.
type codecError struct {
	what string
	err  error
}

func (e *codecError) Error() string { return e.what }
func (e *codecError) Unwrap() error { return e.err }
