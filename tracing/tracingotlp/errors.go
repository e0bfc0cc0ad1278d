package tracingotlp

import (
	"errors"
	"fmt"
	"strings"
)

// ErrExport is what errors.Is finds in every [*ExportError].
var ErrExport = errors.New("tracingotlp: spans were not exported")

// wrong is the error of a setting that cannot be: it names the environment variable or the option, and never the value of a header.
func wrong(setting, format string, args ...any) error {
	return fmt.Errorf("tracingotlp: %s: "+format, append([]any{setting}, args...)...)
}

// ExportError says what did not reach the destination in a flush, and why. Nothing needs to be done about it: spans that may
// still go are kept for the next flush.
type ExportError struct {
	// Destination is the address without user, password and query.
	Destination string
	// Kept is how many spans wait for the next flush.
	Kept int
	// Lost is how many spans are gone since the last flush: the queue was full, they were too large, or they were refused.
	Lost int
	// Status is the last response's HTTP status, 0 if there was none.
	Status int
	// Reason says what went wrong first.
	Reason string
	// Message is what the destination answered, up to 512 bytes. It is not in the error's text, for it may quote spans.
	Message string
	// Err is what the request or the datagram failed with, nil if it was answered.
	Err error
}

// Error tells the destination, the reason and the counts.
func (e *ExportError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "tracingotlp: export to %s: %s", e.Destination, e.Reason)
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if e.Kept > 0 {
		fmt.Fprintf(&b, "; spans kept for the next flush: %d", e.Kept)
	}
	if e.Lost > 0 {
		fmt.Fprintf(&b, "; spans lost: %d", e.Lost)
	}
	return b.String()
}

// Is reports whether target is [ErrExport].
func (e *ExportError) Is(target error) bool { return target == ErrExport }

// Unwrap returns Err.
func (e *ExportError) Unwrap() error { return e.Err }
