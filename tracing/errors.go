package tracing

import (
	"errors"
	"fmt"
)

// ErrHeader is what errors.Is finds in every [*HeaderError].
var ErrHeader = errors.New("tracing: malformed X-Ray trace header")

// HeaderError says which field of an X-Ray trace header cannot be read, and why.
type HeaderError struct {
	// Field is the name of the field: "Root", "Parent" or "Sampled". It is empty for one without a name.
	Field string
	// Value is what the header has there, cut off after 64 bytes.
	Value string
	// Reason says what is wrong with it.
	Reason string
}

// Error names the field, its value and what was expected.
func (e *HeaderError) Error() string {
	return fmt.Sprintf("tracing: X-Ray trace header: %s %q: %s", e.Field, e.Value, e.Reason)
}

// Is reports whether target is [ErrHeader].
func (e *HeaderError) Is(target error) bool { return target == ErrHeader }

func malformed(field, value, reason string) (Header, error) {
	const most = 64
	return Header{}, &HeaderError{Field: field, Value: value[:min(len(value), most)], Reason: reason}
}

// ErrFlush is what errors.Is finds in every [*FlushError].
var ErrFlush = errors.New("tracing: the flush failed")

// FlushError is what the observer of [WithFlushErrors] is told. Err is what the flusher returned, context.DeadlineExceeded
// where it did not return in time, or says why it was not asked.
type FlushError struct {
	Err error
}

// Error says what failed.
func (e *FlushError) Error() string { return ErrFlush.Error() + ": " + e.Err.Error() }

// Is reports whether target is [ErrFlush].
func (e *FlushError) Is(target error) bool { return target == ErrFlush }

// Unwrap returns Err.
func (e *FlushError) Unwrap() error { return e.Err }

var (
	errNoTime = errors.New("no time is left before the invocation's deadline")
	errStuck  = errors.New("an earlier flush has not returned yet")
)
