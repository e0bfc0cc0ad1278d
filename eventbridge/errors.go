package eventbridge

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/internal/wire"
)

var (
	// ErrPermanent is what errors.Is finds in every error that no retry mends: a [*MismatchError], [*NoRouteError], [*DecodeError]
	// or [*UnwrapError], those of package s3event, and a [*BatchError] all of whose errors are such ones. Nobody else knows that,
	// and Lambda and sqsbatch try again.
	ErrPermanent = errors.New("eventbridge: no retry mends it")

	// ErrMismatch is what errors.Is finds in every [*MismatchError].
	ErrMismatch = errors.New("eventbridge: event of another kind")

	// ErrNoRoute is what errors.Is finds in every [*NoRouteError].
	ErrNoRoute = errors.New("eventbridge: no handler for the event")

	// ErrRouter is what errors.Is finds in every [*RouterError].
	ErrRouter = errors.New("eventbridge: router cannot be made")

	// ErrUnwrap is what errors.Is finds in every [*UnwrapError].
	ErrUnwrap = errors.New("eventbridge: no event found")
)

// MismatchError refuses an event whose source or detail-type is not the one that the detail type is for.
// No retry mends it: the rule that sent the event matches too much, or it has the wrong target.
type MismatchError struct {
	// Source and DetailType are those of the event.
	Source, DetailType string
	// WantSource and WantDetailType are those of the detail type; empty stands for any.
	WantSource, WantDetailType string
}

// Error names both kinds of event.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("eventbridge: the event has source %s and detail-type %s, but source %s and detail-type %s are expected: check the event pattern and the target of the rule",
		wire.Quote(e.Source), wire.Quote(e.DetailType), orAny(e.WantSource), orAny(e.WantDetailType))
}

// Is reports whether target is [ErrMismatch] or [ErrPermanent].
func (e *MismatchError) Is(target error) bool { return target == ErrMismatch || target == ErrPermanent }

func orAny(s string) string {
	if s == "" {
		return "(any)"
	}
	return fmt.Sprintf("%q", s)
}

// DecodeError says that what came is not an event with the detail that is expected.
type DecodeError struct {
	// Err is what is wrong with it, often an error of encoding/json. Unlike the text of the DecodeError, its text may quote
	// the event.
	Err error
}

// Error gives the reason, and nothing out of the event but names of fields.
func (e *DecodeError) Error() string {
	return "eventbridge: cannot read the event: " + reasonFor(e.Err)
}

// Unwrap returns Err.
func (e *DecodeError) Unwrap() error { return e.Err }

// Is reports whether target is [ErrPermanent].
func (e *DecodeError) Is(target error) bool { return target == ErrPermanent }

func reasonFor(err error) string {
	var own wire.Reason
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	var notTime *time.ParseError
	switch {
	case errors.As(err, &own):
		return string(own)
	case errors.As(err, &syntax):
		return fmt.Sprintf("it is not JSON, after %d bytes", syntax.Offset)
	case errors.As(err, &mismatch):
		// Of some values, numbers for instance, Value has the text as well.
		what, _, _ := strings.Cut(mismatch.Value, " ")
		where := ""
		if mismatch.Field != "" {
			where = " in " + mismatch.Field
		}
		return fmt.Sprintf("there is a JSON %s where a %s is expected%s", what, mismatch.Type, where)
	case errors.As(err, &notTime):
		return "a time in it is not in RFC 3339"
	}
	return fmt.Sprintf("its detail cannot be decoded (%T)", err)
}

// BatchError says that some events of a JSON array failed. All of them come again.
//
// It wraps none of their errors, so that what one of them asks for, to drop its event say, is not done with all: errors.As finds
// the BatchError, and Errs has the rest.
type BatchError struct {
	// Errs has an error for each event, in their order: that of its handler, or the context's if there was no time left to call it.
	// It is nil for an event that was handled.
	Errs []error
}

// Error says how many failed and gives the first one's error.
func (e *BatchError) Error() string {
	failed := e.failed()
	if len(failed) == 0 {
		return fmt.Sprintf("eventbridge: none of %d events failed", len(e.Errs))
	}
	first := slices.IndexFunc(e.Errs, func(err error) bool { return err != nil })
	return fmt.Sprintf("eventbridge: %d of %d events failed, the first at index %d: %v", len(failed), len(e.Errs), first, failed[0])
}

// Is reports whether target is found in the error of an event, and for [ErrPermanent] whether it is found in that of each event
// that failed: as long as a retry mends one of them, it is worth it.
func (e *BatchError) Is(target error) bool {
	is := func(err error) bool { return errors.Is(err, target) }
	failed := e.failed()
	if target == ErrPermanent {
		return len(failed) > 0 && !slices.ContainsFunc(failed, func(err error) bool { return !is(err) })
	}
	return slices.ContainsFunc(failed, is)
}

// failed returns the errors of the events that failed.
func (e *BatchError) failed() []error {
	failed := []error{}
	for _, err := range e.Errs {
		if err != nil {
			failed = append(failed, err)
		}
	}
	return failed
}

// NoRouteError says that a [Router] has no handler for an event. No retry mends it: the rule that sent the event matches too
// much, or a handler is missing. [Otherwise] is the place to say what becomes of such events.
type NoRouteError struct {
	// Source and DetailType are those of the event.
	Source, DetailType string
}

// Error names the source and the detail-type.
func (e *NoRouteError) Error() string {
	return fmt.Sprintf("eventbridge: there is no handler for source %s and detail-type %s: check the event pattern of the rule, or add a handler with On or Otherwise",
		wire.Quote(e.Source), wire.Quote(e.DetailType))
}

// Is reports whether target is [ErrNoRoute] or [ErrPermanent].
func (e *NoRouteError) Is(target error) bool { return target == ErrNoRoute || target == ErrPermanent }

// RouterError says why [NewRouter] has made no router.
type RouterError struct {
	// Option is the index of the option that is wrong, or their number for what is wrong with all of them.
	Option int
	// Reason is what is wrong.
	Reason string
}

// Error names the option and the reason.
func (e *RouterError) Error() string {
	return fmt.Sprintf("eventbridge: NewRouter: option %d: %s", e.Option, e.Reason)
}

// Is reports whether target is [ErrRouter].
func (e *RouterError) Is(target error) bool { return target == ErrRouter }

// UnwrapError says that [Unwrap] found something else than an event.
type UnwrapError struct {
	// Found names what came, such as "an S3 event notification". It has nothing of the content.
	Found string
	// Path is what it was in, from the outside.
	Path []string
}

// Error names what came.
func (e *UnwrapError) Error() string {
	where := ""
	for i := len(e.Path) - 1; i >= 0; i-- {
		where += " in " + phraseFor(e.Path[i])
	}
	return fmt.Sprintf("eventbridge: there is no event of EventBridge, but %s%s", e.Found, where)
}

// Is reports whether target is [ErrUnwrap] or [ErrPermanent].
func (e *UnwrapError) Is(target error) bool { return target == ErrUnwrap || target == ErrPermanent }
