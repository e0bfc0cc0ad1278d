package eventbridgetest

import (
	"errors"
	"fmt"
)

// ErrUnrealistic is what errors.Is finds in every [*UnrealisticError].
var ErrUnrealistic = errors.New("eventbridgetest: S3 would not send it")

// UnrealisticError says why S3 would not send an event.
type UnrealisticError struct {
	// DetailType is the kind of event.
	DetailType string
	// Reason names the field that is wrong, and says what is wrong with it.
	Reason string
}

// Error names the kind and the reason.
func (e *UnrealisticError) Error() string {
	return fmt.Sprintf("%v: %s: %s", ErrUnrealistic, e.DetailType, e.Reason)
}

// Is reports whether target is [ErrUnrealistic].
func (e *UnrealisticError) Is(target error) bool { return target == ErrUnrealistic }
