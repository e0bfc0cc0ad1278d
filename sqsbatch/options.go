package sqsbatch

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope"
)

// Option changes how a batch is handled. The package's With functions make them. An Option may be given to several handlers,
// which share nothing by it but the functions and the [Settler] that are in it. Of two that set the same thing the later
// counts; those of [WithDecoding], [WithMiddleware] and [WithObserver] add up.
type Option interface{ apply(*settings) }

type option func(*settings)

func (o option) apply(s *settings) { o(s) }

// perMessage makes an option that needs a handler of single messages.
func perMessage(name string, o option) Option {
	return option(func(s *settings) {
		o(s)
		s.perMessage = append(s.perMessage, name)
	})
}

func needAtLeast1(name string, n int) {
	if n < 1 {
		panic(fmt.Sprintf("sqsbatch: %s(%d): need at least 1", name, n))
	}
}

// settings is what the options say. It is the same for all invocations.
type settings struct {
	concurrency      int
	groupConcurrency int           // 0: no bound
	slots            chan struct{} // one place for each call that may run in the process; nil: no bound
	reserve          time.Duration
	messageTimeout   time.Duration // 0: none

	settler     Settler
	backoffBase time.Duration // 0: no back-off
	backoffMax  time.Duration
	brake       int // 0: no brake
	isDown      func(error) bool

	steps       []envelope.Step
	codec       func([]byte, any) error
	undecodable func(context.Context, events.SQSMessage, *DecodeError) error
	middleware  []middleware

	observers       []func(context.Context, Report)
	maxReceiveCount int // 0: not known
	errorOnFailure  bool

	perMessage []string // the options given that need a handler of single messages
}

func newSettings(opts []Option) *settings {
	s := &settings{concurrency: 10, reserve: 500 * time.Millisecond}
	for _, o := range opts {
		if o == nil {
			panic("sqsbatch: Handle got an option that is nil")
		}
		o.apply(s)
	}
	if s.backoffBase > 0 && s.settler == nil {
		panic("sqsbatch: WithBackoff changes the visibility of messages: give Handle a Settler too, with WithSettler")
	}
	return s
}

// WithConcurrency bounds how many handler calls of one batch run at once: messages of a standard queue, message groups of a
// FIFO queue. 1 handles a standard queue's batch in its order, and a FIFO queue's one group after another. Defaults to 10. It
// panics when n is less than 1.
//
// The bound is for one invocation. Where AWS_LAMBDA_MAX_CONCURRENCY lets a process run several invocations at once, each has
// its own; [WithProcessConcurrency] bounds them together.
func WithConcurrency(n int) Option {
	needAtLeast1("WithConcurrency", n)
	return perMessage("WithConcurrency", func(s *settings) { s.concurrency = n })
}

// WithGroupConcurrency bounds how many messages of one MessageGroupId a batch of a standard queue handles at once, so that
// one tenant of a fair queue cannot have all of the batch's concurrency. Messages without a group are not bound. A FIFO
// queue's groups have one message at a time in any case. Without this option there is no bound. It panics when n is less
// than 1.
func WithGroupConcurrency(n int) Option {
	needAtLeast1("WithGroupConcurrency", n)
	return perMessage("WithGroupConcurrency", func(s *settings) { s.groupConcurrency = n })
}

// WithProcessConcurrency bounds how many calls of the handler run at once in the whole process, over all the invocations
// that AWS_LAMBDA_MAX_CONCURRENCY lets it run concurrently. A message waits for its turn until the reserve begins, then it is
// [SkippedDeadline]. A call whose message was given up, because it ignored the end of its context, no longer counts. The bound
// belongs to what one Handle or HandleBatch returned. Without this option there is none. It panics when n is less than 1.
func WithProcessConcurrency(n int) Option {
	needAtLeast1("WithProcessConcurrency", n)
	return option(func(s *settings) { s.slots = make(chan struct{}, n) })
}

// WithReserve sets how long before the invocation's deadline handling ends: no message is started in the reserve, the
// contexts of running handlers end where it begins, and the response goes out in its first half, or its third quarter when
// a [Settler] has work. Defaults to 500 ms. It panics when d is not positive, because the deadline itself is when Lambda
// kills the process.
//
// A batch whose remaining time is shorter than the reserve comes back whole and unhandled, at the cost of a receive for each
// message, so keep the reserve well below the function's time-out.
func WithReserve(d time.Duration) Option {
	if d <= 0 {
		panic(fmt.Sprintf("sqsbatch: WithReserve(%v): need a positive duration", d))
	}
	return option(func(s *settings) { s.reserve = d })
}

// WithMessageTimeout ends the context of each handler call after d, with the cause [ErrMessageTimeout], or when the reserve
// begins if that is earlier. What the call returns in the next half of the reserve counts as always. If it has not returned
// by then, its message is [TimedOut], its late result is discarded, and another takes its place: a call that ignores its
// context goes on beside the others, on top of the bounds on concurrency. Without this option a call may take all the time
// there is. It panics when d is not positive.
func WithMessageTimeout(d time.Duration) Option {
	if d <= 0 {
		panic(fmt.Sprintf("sqsbatch: WithMessageTimeout(%v): need a positive duration", d))
	}
	return perMessage("WithMessageTimeout", func(s *settings) { s.messageTimeout = min(d, forever) })
}

// forever is longer than any invocation, and leaves room for the reserve and what has passed in sums of both.
const forever time.Duration = math.MaxInt64 / 3

// WithBackoff makes plain failures come again after a random delay ("full jitter") of at most base, doubled for each receive
// before this one, and at most max, instead of after the queue's visibility time-out. It needs [WithSettler]. Plain failures
// are errors that steer nothing, panics, and bodies that cannot be decoded. Messages that were not started keep the queue's
// time-out, also those of a FIFO group behind a failure, which comes again before them. So do messages that timed out: their calls
// may still run.
//
// It panics when base is not positive, max is less than base, or max is more than 11 hours and 40 minutes; Handle panics when
// it is given no Settler.
func WithBackoff(base, max time.Duration) Option {
	if base <= 0 || max < base || max > maxDelay {
		panic(fmt.Sprintf("sqsbatch: WithBackoff(%v, %v): need 0 < base <= max <= %v", base, max, maxDelay))
	}
	return option(func(s *settings) { s.backoffBase, s.backoffMax = base, max })
}

// WithMaxReceiveCount tells the maxReceiveCount of the queue's redrive policy, which no message holds. Messages that are
// received for the n-th time or more are marked in the [Report] as on their LastReceive: if they are not done now, Amazon
// SQS moves them to the dead-letter queue. It changes nothing else. It panics when n is not from 1 to 1,000.
func WithMaxReceiveCount(n int) Option {
	if n < 1 || n > 1000 {
		panic(fmt.Sprintf("sqsbatch: WithMaxReceiveCount(%d): need 1 to 1000", n))
	}
	return option(func(s *settings) { s.maxReceiveCount = n })
}

// WithErrorOnFullFailure makes the invocation fail with a [*BatchError] when every message that was attempted failed.
// Messages that were only skipped, the rest of a FIFO group or what the time was too short for, are not attempted: a FIFO
// batch whose first message fails has failed in full. One that is [Delayed] has not failed.
//
// It changes nothing about the messages: a response that lists all ids makes the same ones come again. It changes the
// function's metrics: a partial batch response, even of all messages, is no error in Lambda's Errors metric. Without this
// option the answer is the response.
func WithErrorOnFullFailure() Option {
	return option(func(s *settings) { s.errorOnFailure = true })
}

// WithObserver calls observe with the report of each batch, after the last message is settled and before the response goes
// out. It is called once a batch, concurrently where invocations are concurrent, and not for a batch that failed with a
// [*BatchError] before any message was handled. The time that it takes comes out of the reserve. A panic in it is the
// invocation's: the whole batch comes again. Several observers are called one after another, in the order given. It panics
// when observe is nil.
func WithObserver(observe func(context.Context, Report)) Option {
	if observe == nil {
		panic("sqsbatch: WithObserver needs a function, got nil")
	}
	return option(func(s *settings) { s.observers = append(s.observers, observe) })
}
