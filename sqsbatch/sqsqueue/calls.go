package sqsqueue

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

const (
	maxEntries    = 10 // in a batch call ("Amazon SQS batch actions")
	maxConcurrent = 10 // calls at once: as many connections as the SDK's transport keeps open to a host
	maxAttempts   = 8  // of an entry, on top of those that the SDK's client makes itself
	firstPause    = 50 * time.Millisecond
	longestPause  = 2 * time.Second
	longestMargin = 50 * time.Millisecond // before a deadline
)

// early ends a little before ctx's deadline. Whoever called Settle stops listening then, and what was confirmed would be done
// again because something else was not.
func early(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	left := time.Until(deadline)
	return context.WithDeadlineCause(ctx, deadline.Add(-min(left/10, longestMargin)), sqsbatch.ErrDeadline)
}

// calls are the batch calls of one Settle.
type calls struct {
	sync.WaitGroup
	room chan struct{}
}

func newCalls() *calls { return &calls{room: make(chan struct{}, maxConcurrent)} }

// start runs do for the entries beside the others when there is room. If ctx ends before, they fail. A panic in the client fails
// what is not confirmed: on this goroutine it would end the process.
func (c *calls) start(ctx context.Context, entries []*entry, do func()) {
	select {
	case c.room <- struct{}{}:
		c.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					for _, e := range entries {
						if *e.err != nil {
							*e.err = e.fail(fmt.Errorf("the client panicked: %v", r))
						}
					}
				}
				<-c.room
			}()
			do()
		})
	case <-ctx.Done():
		for _, e := range entries {
			*e.err = e.fail(context.Cause(ctx))
		}
	}
}

// batchCall makes one call for up to ten entries. It returns what Amazon SQS said of each, by the entries' places, or the
// error of the whole call.
type batchCall func(ctx context.Context, entries []*entry) (answer, error)

// answer is the part of a batch call's output that all of them share. An id that is in neither list is not confirmed, and one
// that is in both is not either.
type answer struct {
	successful []*string
	failed     []types.BatchResultErrorEntry
}

// deliver makes call for the entries until each of them is confirmed or refused for good, ctx ends or maxAttempts are made.
func deliver(ctx context.Context, entries []*entry, call batchCall) {
	for attempt := 0; ; attempt++ {
		alone := attempt > 0 && refusedTogether(entries)
		var again []*entry
		for len(entries) > 0 {
			n := len(entries)
			if alone {
				n = 1
			}
			again = append(again, try(ctx, entries[:n], call)...)
			entries = entries[n:]
		}
		if len(again) == 0 || attempt+1 == maxAttempts || !pause(ctx, attempt) {
			return
		}
		entries = again
	}
}

// try makes one call and returns the entries for which another may help.
func try(ctx context.Context, entries []*entry, call batchCall) (again []*entry) {
	if ctx.Err() != nil {
		return nil // what they have failed with stays
	}
	said, err := call(ctx, entries)
	if err != nil {
		together := len(entries) > 1 && ofOne(err)
		for _, e := range entries {
			failed := e.fail(err)
			failed.together = together
			*e.err = failed
			if together || retryable(err) || ofOne(err) && e.lighten() {
				again = append(again, e)
			}
		}
		return again
	}
	failures := map[string]*types.BatchResultErrorEntry{}
	for i := range said.failed {
		failures[aws.ToString(said.failed[i].Id)] = &said.failed[i]
	}
	confirmed := map[string]bool{}
	for _, id := range said.successful {
		confirmed[aws.ToString(id)] = true
	}
	for i, e := range entries {
		failure := failures[entryID(i)]
		switch {
		case failure != nil:
			failed := e.refused(failure)
			*e.err = failed
			if !failure.SenderFault || throttled(failed.Code) || e.lighten() {
				again = append(again, e)
			}
		case confirmed[entryID(i)]:
			*e.err = nil
		default:
			*e.err = e.fail(errUnconfirmed)
			again = append(again, e)
		}
	}
	return again
}

// refusedTogether tells whether a call for these entries was refused for what may lie in one of them.
func refusedTogether(entries []*entry) bool {
	for _, e := range entries {
		var failed *SettleError
		if errors.As(*e.err, &failed) && failed.together {
			return true
		}
	}
	return false
}

// ofOne tells whether the refusal of a whole call may be about one of its entries, or about how large they are together.
func ofOne(err error) bool {
	switch code(err) {
	case "BatchRequestTooLong", "InvalidParameterValue", "InvalidParameterValueException", "InvalidMessageContents":
		return true
	}
	return false
}

var transient = retry.IsErrorRetryables(retry.DefaultRetryables)

// retryable tells whether a call that failed as a whole, after what the SDK's client tried itself, is worth another.
func retryable(err error) bool { return transient.IsErrorRetryable(err).Bool() }

func throttled(code string) bool {
	_, ok := retry.DefaultThrottleErrorCodes[code]
	return ok
}

// pause waits a random time, up to one that doubles with each attempt ("full jitter", AWS Architecture Blog, "Exponential
// Backoff And Jitter"). It reports false when ctx ends first, and at once when it would.
func pause(ctx context.Context, attempt int) bool {
	d := rand.N(min(firstPause<<attempt, longestPause))
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= d {
		return false
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
