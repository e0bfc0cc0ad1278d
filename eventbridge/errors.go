package eventbridge

import (
	"errors"
	"fmt"
)

var (
	// ErrMismatch is what errors.Is finds in every [*MismatchError].
	ErrMismatch = errors.New("eventbridge: event of another kind")

	// ErrEventVersion is what errors.Is finds in every [*EventVersionError].
	ErrEventVersion = errors.New("eventbridge: unknown event-version")
)

// MismatchError refuses an event whose source or detail-type is not the one that the detail type is for.
// It is not worth a retry: the rule that sent the event matches too much, or it has the wrong target.
type MismatchError struct {
	// Source and DetailType are those of the event.
	Source, DetailType string
	// WantSource and WantDetailType are those of the detail type; empty stands for any.
	WantSource, WantDetailType string
}

// Error names both kinds of event.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("eventbridge: the event has source %q and detail-type %q, but source %s and detail-type %s are expected: check the event pattern and the target of the rule",
		e.Source, e.DetailType, orAny(e.WantSource), orAny(e.WantDetailType))
}

// Is reports whether target is [ErrMismatch].
func (e *MismatchError) Is(target error) bool { return target == ErrMismatch }

func orAny(s string) string {
	if s == "" {
		return "(any)"
	}
	return fmt.Sprintf("%q", s)
}

// EventVersionError refuses a detail whose event-version is not known to be readable. By AWS's rule a new major
// version may have removed fields or changed what they mean, so nothing of the detail is handed out.
type EventVersionError struct {
	// DetailType is the kind of event.
	DetailType string
	// Version is the event-version in the detail.
	Version string
}

// Error names the version.
func (e *EventVersionError) Error() string {
	return fmt.Sprintf("eventbridge: %q event has event-version %q, but only 1.x is known: update this package",
		e.DetailType, e.Version)
}

// Is reports whether target is [ErrEventVersion].
func (e *EventVersionError) Is(target error) bool { return target == ErrEventVersion }

// DecodeError says that what came is not an event with the detail that is expected.
type DecodeError struct {
	// Err is what is wrong with it, often an error of encoding/json.
	Err error
}

// Error gives the reason.
func (e *DecodeError) Error() string { return "eventbridge: cannot read the event: " + e.Err.Error() }

// Unwrap returns Err.
func (e *DecodeError) Unwrap() error { return e.Err }
