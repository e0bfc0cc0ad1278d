package sqsbatch

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// Settler does what takes an Amazon SQS client: it changes the visibility of messages and sends copies of them to the
// dead-letter queue. Package sqsbatch/sqsqueue has one. It must be safe for concurrent use.
//
// Settle returns one error, or nil, for each settlement, in the same order. nil means that the service confirmed it. A slice
// of another length confirms nothing beyond its end; a longer one, a panic, or a call that has not returned in time confirms
// nothing at all. What is not confirmed is not done: the message is reported as failed and comes again.
//
// Settle is called once a batch, after the handlers have ended, with all that the batch asks for. ctx ends a quarter of the
// reserve before the invocation's deadline, and the response goes out then even if Settle ignores it. It is called besides
// for a message of a FIFO queue that goes to the dead-letter queue while later messages of its group wait to be started,
// with that one settlement; ctx then ends with the handlers' time. It must not change the messages or keep the slice.
type Settler interface {
	Settle(ctx context.Context, settlements []Settlement) []error
}

// Settlement is what is to be done with one message.
type Settlement struct {
	Message *events.SQSMessage // the message as it came; it is the batch's: do not change it
	Action  Action             // ChangeVisibility or SendToDeadLetter
	Delay   time.Duration      // of ChangeVisibility: whole seconds, from 0 to 11 hours and 40 minutes
	Err     error              // why: what the handler returned, or its panic
}

// WithSettler lets handlers use [RetryAfter] and [DeadLetter], and [WithBackoff] work. It panics when settler is nil.
func WithSettler(settler Settler) Option {
	if settler == nil {
		panic("sqsbatch: WithSettler needs a Settler, got nil")
	}
	return option(func(s *settings) { s.settler = settler })
}

// confirm calls the Settler and returns one error or nil for each settlement. It survives a panic and a Goexit in it, and
// returns when ctx ends, at the latest.
func confirm(ctx context.Context, settler Settler, settlements []Settlement) []error {
	answers := make(chan []error, 1)
	go func() {
		answer := allUnsettled(len(settlements), errNotSettled)
		defer func() {
			if r := recover(); r != nil {
				answer = allUnsettled(len(settlements), fmt.Errorf("%w: it panicked: %v", errNotSettled, r))
			}
			answers <- answer
		}()
		given := settler.Settle(ctx, settlements)
		if len(given) <= len(settlements) {
			for i, err := range given {
				answer[i] = readable(err)
			}
		}
	}()
	select {
	case answer := <-answers:
		return answer
	case <-ctx.Done():
	}
	select {
	case answer := <-answers: // both are ready: take the word that is there
		return answer
	default:
		return allUnsettled(len(settlements), fmt.Errorf("%w: %w", errNotSettled, context.Cause(ctx)))
	}
}

func allUnsettled(n int, err error) []error {
	errs := make([]error, n)
	for i := range errs {
		errs[i] = err
	}
	return errs
}
