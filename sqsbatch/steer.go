package sqsbatch

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Action is what is to be done with a message beyond letting it succeed or come again.
type Action uint8

// The actions. NoAction is the zero value: what the response says is all.
const (
	NoAction         Action = iota
	ChangeVisibility        // it comes again after a delay: RetryAfter, or WithBackoff
	SendToDeadLetter        // a copy goes to the dead-letter queue, then the message is deleted: DeadLetter
	Delete                  // it is deleted as if it had succeeded: Drop. It takes no Settler
)

var actionNames = [...]string{"none", "change_visibility", "send_to_dead_letter", "delete"}

// String returns the action's name in snake case, as it stands in logs.
func (a Action) String() string {
	if int(a) < len(actionNames) {
		return actionNames[a]
	}
	return "action_" + strconv.Itoa(int(a))
}

// MarshalText makes the name stand in JSON too.
func (a Action) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// later is an error of some other package that says when to try again. It steers as RetryAfter does.
type later interface {
	error
	RetryAfter() time.Duration
}

// SteerError is what [RetryAfter], [Drop] and [DeadLetter] return. A handler steers by returning it or an error that wraps
// it; tests of a handler find it with errors.As.
type SteerError struct {
	Action Action        // what was asked for
	Delay  time.Duration // of ChangeVisibility
	Err    error         // the reason; nil when none was given

	later bool // it stands for a later
}

// Error returns the reason's text, or what was asked for when there is none. It does not say what became of the message: the
// [Report] does.
func (e *SteerError) Error() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	switch e.Action {
	case ChangeVisibility:
		return fmt.Sprintf("sqsbatch: the handler asked for the message to come again after %v", e.Delay)
	case SendToDeadLetter:
		return "sqsbatch: the handler asked for the message to go to the dead-letter queue"
	case Delete:
		return "sqsbatch: the handler asked for the message to be dropped"
	}
	return "sqsbatch: the handler asked for nothing and gave no reason"
}

// Unwrap returns the reason.
func (e *SteerError) Unwrap() error { return e.Err }

// maxDelay is the longest delay that a message can be given. Amazon SQS keeps a message invisible for 12 hours at most, from
// the moment it was received (Amazon SQS Developer Guide, "Amazon SQS visibility timeout"); the 20 minutes less are the
// longest batching window and the longest invocation.
const maxDelay = 12*time.Hour - 20*time.Minute

// RetryAfter makes the message come again after d instead of the queue's visibility time-out. It needs a [Settler]. Once that
// has confirmed the delay the message is [Delayed] in the report, and no failure: [WithErrorOnFullFailure] and [WithBrake] do
// not count it. Without a Settler, or when the change fails, the message is [Failed] and comes again after the queue's
// time-out, and the report says why. d is rounded up to whole seconds. Less than 0 is 0, and more than 11 hours and 40 minutes
// is that: Amazon SQS allows 12 hours from the receive.
//
// Each receive counts towards the queue's maxReceiveCount, this one too. In a FIFO queue the rest of the message's group
// fails with it and keeps the queue's time-out: after a shorter delay the message comes again alone, after a longer one the rest
// waits for it.
//
// An error with a method RetryAfter() time.Duration, which other packages have for what is only too early, such as the
// InProgressError of package singletable/idempotency, steers in the same way; without a Settler it is a plain failure.
//
// The result is never nil, not even when err is: a message that a handler wanted again is not deleted.
func RetryAfter(err error, d time.Duration) error {
	return &SteerError{Action: ChangeVisibility, Delay: wholeSeconds(d), Err: err}
}

// Drop makes the message be deleted although its handler failed: nobody needs it any more. It is [Dropped] in the report.
// In a FIFO queue its group goes on. The result is never nil, not even when err is.
func Drop(err error) error { return &SteerError{Action: Delete, Err: err} }

// DeadLetter makes a copy of the message go to the dead-letter queue now, not after its last receive, and then be deleted. It
// needs a [Settler]. Until that has confirmed the copy the message counts as failed, so without a Settler, or when sending
// fails, it comes again. Nobody can tell when the function starts whether handlers will return DeadLetter: a Settler of package
// sqsbatch/sqsqueue whose Config has no DeadLetterQueue fails each such message when it comes, with ErrNoDeadLetterQueue in
// the report and in the metric SettlementFailed. In a FIFO queue its group goes on after the copy is confirmed.
//
// The result is never nil, not even when err is: a message that a handler did not want to succeed is not deleted for good.
func DeadLetter(err error) error { return &SteerError{Action: SendToDeadLetter, Err: err} }

// wholeSeconds is the delay as the service can take it.
func wholeSeconds(d time.Duration) time.Duration {
	if d > maxDelay {
		return maxDelay
	}
	return (max(d, 0) + time.Second - 1).Truncate(time.Second)
}

// steering finds what err asks for, nil when it is a plain failure. Down one chain of errors the outermost steers. Where a
// chain parts (errors.Join, two %w) the one counts that keeps the message most surely: RetryAfter, then DeadLetter, then Drop.
// What is inside of a DecodeError does not steer: it is the decoder's, and WithUndecodable decides.
func steering(err error) *SteerError {
	for err != nil {
		switch s := err.(type) {
		case *SteerError:
			return s
		case *DecodeError:
			return nil
		case later:
			return steerLater(s)
		}
		switch e := err.(type) {
		case interface{ Unwrap() []error }:
			var found *SteerError
			for _, branch := range e.Unwrap() {
				if s := steering(branch); s != nil && (found == nil || s.Action < found.Action) {
					found = s
				}
			}
			return found
		default:
			var s *SteerError
			if as, ok := err.(interface{ As(any) bool }); ok && as.As(&s) {
				return s
			}
			err = errors.Unwrap(err)
		}
	}
	return nil
}

func steerLater(err later) *SteerError {
	return &SteerError{Action: ChangeVisibility, Delay: err.RetryAfter(), Err: err, later: true}
}
