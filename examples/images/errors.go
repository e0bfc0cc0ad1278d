package images

import (
	"errors"
	"fmt"
)

// ErrRefused is what errors.Is finds in every [*RefusedError].
var ErrRefused = errors.New("images: no thumbnail can be made of it")

// RefusedError says why an upload has no thumbnail, and that trying again would not change it.
type RefusedError struct {
	// Reason is for whoever has uploaded the file. It quotes nothing of it but sizes.
	Reason string
}

// Error names the reason.
func (e *RefusedError) Error() string { return ErrRefused.Error() + ": " + e.Reason }

// Is reports whether target is [ErrRefused].
func (e *RefusedError) Is(target error) bool { return target == ErrRefused }

// EventError is the error of an event that is worth another try. Lambda reports the type's name as errorType, in the log and in
// the record for the on-failure destination.
type EventError struct {
	ID, Bucket, Key string // of the event and its object
	Err             error
}

func (e *EventError) Error() string {
	return fmt.Sprintf("images: event %s: object %q in %s: %v", e.ID, e.Key, e.Bucket, e.Err)
}

// Unwrap returns e.Err.
func (e *EventError) Unwrap() error { return e.Err }
