package singletable

import (
	"fmt"
	"strings"
)

// OptionError is the error of an option that is wrong in itself, beside another one, or for the call that it was given to.
// It is found before anything is sent. errors.Is(err, [ErrOption]) holds.
type OptionError struct {
	Op     string // "query", "put", …
	Entity string // Schema.Type; empty for a transaction
	Option string // the function that made the option, "Limit" say, or the parameter
	Err    error  // why it is wrong; a [*KeyError] when a bound makes no key
}

// Error names the call and the option, and gives the reason.
func (e *OptionError) Error() string {
	return fmt.Sprintf("singletable: %s: option %s: %v", strings.TrimSpace(e.Op+" "+e.Entity), e.Option, e.Err)
}

// Is reports whether target is ErrOption.
func (e *OptionError) Is(target error) bool { return target == ErrOption }

// Unwrap returns e.Err.
func (e *OptionError) Unwrap() error { return e.Err }

func (e *entity) wrongOption(op, option string, err error) error {
	return &OptionError{Op: op, Entity: e.schema.Type, Option: option, Err: err}
}
