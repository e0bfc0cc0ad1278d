package singletable

import (
	"errors"
	"fmt"
)

// BatchError says which keys of a batch are left, not read or not written, after all tries. The others were.
type BatchError struct {
	Op     string // "batch get", "batch put" or "batch delete"
	Entity string // Schema.Type
	Keys   []Key  // those that are left
	// Err is why: the SDK's error, the end of ctx, a [*ThrottledError] for what the service refused or left unprocessed, or
	// what is wrong with items that were read.
	Err error
}

// Error says how many keys are left, the first of them, and why.
func (e *BatchError) Error() string {
	first := ""
	if len(e.Keys) > 0 {
		first = ", the first of them " + e.Keys[0].String()
	}
	return fmt.Sprintf("singletable: %s %s: %d left%s: %s", e.Op, e.Entity, len(e.Keys), first, textOf(e.Err))
}

// Unwrap returns e.Err.
func (e *BatchError) Unwrap() error { return e.Err }

var errUnprocessed = errors.New("the service left them unprocessed")

// mendsBatch tells whether a batch may be sent again that was refused as a whole, by throttling after the SDK's own attempts
// or because another region is writing.
func mendsBatch(err error) bool { return errors.Is(err, ErrThrottled) || isBusy(err) }
