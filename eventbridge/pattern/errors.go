package pattern

import (
	"errors"
	"fmt"
)

var (
	// ErrPattern is what errors.Is finds in every [*PatternError].
	ErrPattern = errors.New("pattern: not an event pattern")
	// ErrEvent is what errors.Is finds in every [*EventError].
	ErrEvent = errors.New("pattern: the event is not a JSON object")
)

// PatternError says why something is no event pattern, and where.
type PatternError struct {
	Line, Column int    // of the mistake, from 1; columns count bytes
	Path         string // of the field that it is in, such as detail.object.key; empty at the top
	Reason       string // what is wrong there
}

// Error names the place and the reason.
func (e *PatternError) Error() string {
	where := ""
	if e.Path != "" {
		where = " " + e.Path + ":"
	}
	return fmt.Sprintf("%v: line %d, column %d:%s %s", ErrPattern, e.Line, e.Column, where, e.Reason)
}

// Is reports whether target is [ErrPattern].
func (e *PatternError) Is(target error) bool { return target == ErrPattern }

// EventError says that what should be matched is not a JSON object.
type EventError struct {
	Offset int    // of the byte at which it is not
	Reason string // never quotes the event
}

// Error names the place and the reason.
func (e *EventError) Error() string {
	return fmt.Sprintf("%v: byte %d: %s", ErrEvent, e.Offset, e.Reason)
}

// Is reports whether target is [ErrEvent].
func (e *EventError) Is(target error) bool { return target == ErrEvent }
