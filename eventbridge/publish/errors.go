package publish

import (
	"errors"
	"fmt"
)

var (
	// ErrOption is what errors.Is finds in every [*OptionError].
	ErrOption = errors.New("publish: publisher cannot be made")

	// ErrInvalid is what errors.Is finds in every [*InvalidError].
	ErrInvalid = errors.New("publish: events that cannot be sent")

	// ErrPublish is what errors.Is finds in every [*PublishError].
	ErrPublish = errors.New("publish: events not published")
)

// OptionError says why [New] has made no publisher.
type OptionError struct {
	// Option is the function that made the option that is wrong, "WithBus" say; "client" if it is the client, and "nil" for an
	// option that is nil.
	Option string
	// Reason is what is wrong.
	Reason string
}

// Error names the option and the reason.
func (e *OptionError) Error() string {
	return fmt.Sprintf("publish: New: option %s: %s", e.Option, e.Reason)
}

// Is reports whether target is [ErrOption].
func (e *OptionError) Is(target error) bool { return target == ErrOption }

// InvalidError refuses all entries of a [Publisher.Publish], because some of them cannot be sent. None was. It is not worth a
// retry.
type InvalidError struct {
	// Len is how many entries there were.
	Len int
	// Entries are those that cannot be sent, in their order.
	Entries []InvalidEntry
}

// InvalidEntry is an entry that cannot be sent.
type InvalidEntry struct {
	// Index is its place among the entries.
	Index int
	// Reason is what is wrong with it. It has nothing of its detail.
	Reason string
	// Err is the error of encoding/json for a detail that cannot be encoded, and nil for other reasons.
	Err error
}

// Error says how many are wrong, and the first one's reason.
func (e *InvalidError) Error() string {
	if len(e.Entries) == 0 {
		return fmt.Sprintf("publish: none of %d events is invalid", e.Len)
	}
	first := e.Entries[0]
	return fmt.Sprintf("publish: nothing was sent: %d of %d events cannot be, the first at index %d: %s", len(e.Entries), e.Len, first.Index, first.Reason)
}

// Is reports whether target is [ErrInvalid].
func (e *InvalidError) Is(target error) bool { return target == ErrInvalid }

// Unwrap returns the errors of the entries that have one.
func (e *InvalidError) Unwrap() []error {
	var errs []error
	for _, entry := range e.Entries {
		if entry.Err != nil {
			errs = append(errs, entry.Err)
		}
	}
	return errs
}

// PublishError says which events were not published. The others were.
type PublishError struct {
	// EventIDs are the ids of the events that were published, by the index of their entry; empty for those that were not.
	EventIDs []string
	// Failures are the events that were not published, in their order.
	Failures []Failure
}

// Failure is an event that was not published.
type Failure struct {
	// Index is the place of its entry among the entries.
	Index int
	// Source and DetailType are those that it was or would have been sent with.
	Source, DetailType string
	// Code is the ErrorCode with which the service refused it, the call that it was in, or the one before that ended the
	// sending. It is empty when there was no such answer.
	Code string
	// Message is what the service said beside the code. Unlike the text of the error it may quote the event.
	Message string
	// Err is the error of the last call that it was in, or that ended the sending before; the end of the context is in it if
	// that came first. It is nil when the service refused this event alone. Its text may quote the event.
	Err error
	// Attempts is how many times it was sent, not counting the SDK's own attempts within a call. 0 says that it never was.
	Attempts int
	// MayBePublished says that the answer to a call that had it was lost, or was that the service had failed: sending it again
	// may publish it twice.
	MayBePublished bool
}

// Error says how many are left, and why the first one is.
func (e *PublishError) Error() string {
	if len(e.Failures) == 0 {
		return fmt.Sprintf("publish: all of %d events were published", len(e.EventIDs))
	}
	return fmt.Sprintf("publish: %d of %d events were not published, the first %s", len(e.Failures), len(e.EventIDs), e.Failures[0].text())
}

// Is reports whether target is [ErrPublish].
func (e *PublishError) Is(target error) bool { return target == ErrPublish }

// Unwrap returns the errors of the events that have one.
func (e *PublishError) Unwrap() []error {
	var errs []error
	for _, f := range e.Failures {
		if f.Err != nil {
			errs = append(errs, f.Err)
		}
	}
	return errs
}

func (f Failure) text() string {
	why := f.Code
	if why == "" && f.Err != nil {
		why = f.Err.Error() // of no answer of the service, which could quote the event
	}
	return fmt.Sprintf("at index %d, source %q and detail-type %q: %s (attempts: %d)", f.Index, f.Source, f.DetailType, why, f.Attempts)
}
