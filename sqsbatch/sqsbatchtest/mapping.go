package sqsbatchtest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// Source is the queue that a Mapping polls: a *Queue, or an adapter over a client of a real one.
type Source interface {
	// ARN returns the queue's ARN. One that ends in ".fifo" makes the mapping keep the rules of FIFO queues.
	ARN() string
	// Receive returns up to max messages, 1 to 10, with all their attributes. It waits up to wait, at most 20 seconds,
	// for the first of them; a source that knows only whole seconds rounds up.
	Receive(ctx context.Context, max int, wait time.Duration) ([]events.SQSMessage, error)
	// Delete deletes up to 10 messages. With a *FailedError the others have been deleted; with any other error none.
	Delete(ctx context.Context, receiptHandles []string) error
}

// Mapping polls a queue and invokes a function with batches of its messages, as Lambda's event source mapping does. It
// deletes what succeeded and does nothing about the rest: what failed comes back when its visibility time-out runs out.
//
// The fields are not to be changed while Run runs. Several Mappings may poll one queue.
type Mapping struct {
	// Queue is polled. Required.
	Queue Source
	// Invoke runs the function: payload is the event, the result is what the function returned. It is called by up to
	// MaximumConcurrency goroutines at once. An error is a failed invocation, and what was returned with it is ignored;
	// an error that wraps ErrThrottled says that the function did not run. Required.
	//
	// The Invoke of what sqsbatch.Handle and eventbridge.Handle return fits, and any function that is safe for concurrent
	// use and returns bytes of its own. The Invoke of aws-lambda-go's lambda.NewHandler of a plain function does not: in
	// version 1.55 what one call returns is overwritten by another that runs at the same time, so that a batch is
	// answered with another one's response. Decode and encode with encoding/json instead, as the package example does. That of
	// lambda.NewHandler(tracing.HandleRaw(handler)) fits again: each of its responses is a reader of its own.
	Invoke func(ctx context.Context, payload []byte) ([]byte, error)
	// BatchSize is the most messages in a batch: 1 to 10, and with a BatchWindow up to 10,000 on a standard queue.
	// Defaults to 10.
	BatchSize int
	// BatchWindow is how long the mapping gathers messages, counted from the first: whole seconds up to 300. It cannot
	// be set on a FIFO queue. Defaults to none: a batch is what one receive returns.
	BatchWindow time.Duration
	// ReportBatchItemFailures makes the mapping read the function's response, by the rules of Failures. Without it the
	// response is ignored, and what the function reports as failed is deleted with the rest.
	ReportBatchItemFailures bool
	// MaximumConcurrency is the most invocations at once, 2 to 1,000. Defaults to 5, with which Lambda begins; Lambda
	// would go on to 1,250 while messages are waiting.
	MaximumConcurrency int
	// Timeout is the function's time-out: Invoke's context has it as its deadline, as in Lambda. An Invoke that has not
	// returned before it is killed: the batch comes back with ErrTimedOut. Defaults to none.
	Timeout time.Duration
	// Crash, when set, is asked before each invocation whether the function's process is killed in the middle of it, as by
	// the kernel for lack of memory, and how long after its begin. Then the batch comes back with ErrCrashed, unless Invoke
	// has returned before. It is called by up to MaximumConcurrency goroutines at once. Defaults to none.
	Crash func(messages []events.SQSMessage) (after time.Duration, crash bool)
	// Observe is told of each batch when it is over, one call at a time, from the invocation's goroutine.
	Observe func(Batch)
}

// ErrThrottled is wrapped by an error of Invoke when the function could not be started. Lambda tries such a batch again
// until its visibility time-out has run out; here it is not tried again but left to that time-out. Either way the
// receive counts, and a throttled function can send messages to the dead-letter queue that it never saw.
var ErrThrottled = errors.New("sqsbatchtest: the function was throttled")

// ErrStopped is the Err of a batch whose function was not invoked because the mapping's context had ended.
var ErrStopped = errors.New("sqsbatchtest: the mapping was stopped before the function was invoked")

// ErrTimedOut is the Err of a batch whose function had not returned before the mapping's Timeout.
var ErrTimedOut = errors.New("sqsbatchtest: the function timed out")

// ErrCrashed is the Err of a batch in whose midst Crash had the function's process killed, and the cause with which Invoke's
// context ends then.
var ErrCrashed = errors.New("sqsbatchtest: the function's process was killed")

// ErrGroupFailed is the Err of messages of a FIFO queue that were received together with a failed message of their
// group, and were left out of the next batch so that they stay behind it.
var ErrGroupFailed = errors.New("sqsbatchtest: an earlier message of the group failed")

// Limits of Lambda ("Lambda parameters for Amazon SQS event source mappings", "Lambda quotas").
const (
	maxBatchSize       = 10_000
	maxWindow          = 300 * time.Second
	maxPayloadBytes    = 6 << 20
	defaultBatchSize   = 10
	defaultConcurrency = 5
)

// validate reports the settings that Lambda would refuse. It returns the mapping with its defaults.
func (m Mapping) validate() (Mapping, error) {
	var errs []error
	refused := func(message string) { errs = append(errs, errors.New("sqsbatchtest: Mapping."+message)) }
	if m.Invoke == nil {
		refused("Invoke is not set")
	}
	if m.Queue == nil {
		refused("Queue is not set")
	} else if isFIFO(m.Queue.ARN()) {
		if m.BatchSize > maxBatchEntries {
			refused("BatchSize must be from 1 to 10 on a FIFO queue")
		}
		if m.BatchWindow != 0 {
			refused("BatchWindow cannot be set on a FIFO queue")
		}
	}
	if m.BatchSize == 0 {
		m.BatchSize = defaultBatchSize
	}
	if m.BatchSize < 1 || m.BatchSize > maxBatchSize {
		refused("BatchSize must be from 1 to 10,000")
	} else if m.BatchSize > maxBatchEntries && m.BatchWindow == 0 {
		refused("BatchWindow must be at least 1 s with a BatchSize above 10")
	}
	if m.BatchWindow < 0 || m.BatchWindow > maxWindow || m.BatchWindow%time.Second != 0 {
		refused("BatchWindow must be whole seconds from 0 to 300")
	}
	if m.Timeout < 0 {
		refused("Timeout must not be negative")
	}
	if m.MaximumConcurrency == 0 {
		m.MaximumConcurrency = defaultConcurrency
	} else if m.MaximumConcurrency < 2 || m.MaximumConcurrency > 1000 {
		refused("MaximumConcurrency must be from 2 to 1,000")
	}
	return m, errors.Join(errs...)
}

func isFIFO(arn string) bool { return strings.HasSuffix(arn, fifoSuffix) }

// Run polls until ctx ends, waits for the invocations that are under way, with their deletes and reports, and returns
// nil. Invocations do not see ctx end. It returns an error at once for settings that Lambda would refuse, all of them
// named, and ends with the error of a receive that failed.
//
// A goroutine cannot be killed from outside. The context of a killed Invoke ends, what it returns later is ignored, and Run
// does not wait for it; what else it does is done. A Settler does nothing more once its context has ended.
func (m *Mapping) Run(ctx context.Context) error {
	settings, err := m.validate()
	if err != nil {
		return err
	}
	run := &run{Mapping: settings, fifo: isFIFO(settings.Queue.ARN()), busy: map[string]chan struct{}{}}
	slots := make(chan struct{}, settings.MaximumConcurrency)
	var invocations sync.WaitGroup
	defer invocations.Wait()
	defer run.abandon()
	for {
		// A slot comes first: messages that wait for one would use up their visibility time-out.
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		batches, err := run.gather(ctx)
		if len(batches) > 0 {
			invocations.Go(func() {
				defer func() { <-slots }()
				run.process(ctx, batches)
			})
		} else {
			<-slots
		}
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
