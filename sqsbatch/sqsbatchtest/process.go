package sqsbatchtest

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// Batch is what became of one batch. Deleted and Returned together hold every message's id.
type Batch struct {
	// Messages are the messages, in the order in which the function got them.
	Messages []events.SQSMessage
	// Invoked says whether the function ran.
	Invoked bool
	// Response is what the function returned, when it ran and returned no error.
	Response []byte
	// Deleted are the ids of the messages that were deleted from the queue.
	Deleted []string
	// Returned are the ids of the messages that come back when their visibility time-out has run out: those that the
	// function reported, those that could not be deleted, or the whole batch, and then Err says why.
	Returned []string
	// Err is why the whole batch comes back: the function's error, a *ResponseError, ErrTimedOut, ErrCrashed, ErrThrottled,
	// ErrStopped or ErrGroupFailed.
	Err error
	// DeleteErr is why messages that succeeded could not be deleted.
	DeleteErr error
}

// with returns the batch's messages that have one of the ids.
func (b *Batch) with(ids []string) []events.SQSMessage { return b.filter(ids, true) }

// without returns the others.
func (b *Batch) without(ids []string) []events.SQSMessage { return b.filter(ids, false) }

func (b *Batch) filter(ids []string, among bool) []events.SQSMessage {
	set := map[string]bool{}
	for _, id := range ids {
		set[id] = true
	}
	return slices.DeleteFunc(slices.Clone(b.Messages), func(m events.SQSMessage) bool { return set[m.MessageId] != among })
}

// process invokes the function with each batch in turn. On a FIFO queue no other invocation has a message of these
// groups meanwhile, and a group with a failure is left out of the batches that follow.
func (r *run) process(ctx context.Context, batches []batch) {
	if r.fifo {
		release, err := r.lock(ctx, batches)
		if err != nil {
			for _, b := range batches {
				r.report(r.comeBack(b, err))
			}
			return
		}
		defer release()
	}
	failed := map[string]bool{} // groups
	for _, b := range batches {
		if r.fifo {
			var blocked batch
			b, blocked = b.split(failed)
			if len(blocked.messages) > 0 {
				r.report(r.comeBack(blocked, ErrGroupFailed))
			}
			if len(b.messages) == 0 {
				continue
			}
		}
		outcome := r.invoke(ctx, b)
		for _, m := range outcome.with(outcome.Returned) {
			failed[groupOf(m)] = true
		}
		r.report(outcome)
	}
}

// invoke runs the function with one batch and settles the messages.
func (r *run) invoke(ctx context.Context, b batch) Batch {
	if ctx.Err() != nil {
		return r.comeBack(b, ErrStopped)
	}
	ctx = context.WithoutCancel(ctx)
	response, err := r.call(ctx, b)
	if err != nil {
		outcome := r.comeBack(b, err)
		outcome.Invoked = !errors.Is(err, ErrThrottled)
		return outcome
	}
	var failed []string
	if r.ReportBatchItemFailures {
		failed, err = Failures(b.messages, response)
	}
	if err != nil {
		outcome := r.comeBack(b, err)
		outcome.Invoked, outcome.Response = true, response
		return outcome
	}
	outcome := Batch{Messages: b.messages, Invoked: true, Response: response, Returned: failed}
	r.delete(ctx, &outcome)
	return outcome
}

// delete deletes the messages that are not to return, ten at a time.
func (r *run) delete(ctx context.Context, outcome *Batch) {
	var errs []error
	for messages := range slices.Chunk(outcome.without(outcome.Returned), maxBatchEntries) {
		handles := make([]string, 0, maxBatchEntries)
		for _, m := range messages {
			handles = append(handles, m.ReceiptHandle)
		}
		err := r.Queue.Delete(ctx, handles)
		if err != nil {
			errs = append(errs, err)
		}
		var some *FailedError
		partly := errors.As(err, &some)
		for _, m := range messages {
			if err == nil || partly && some.Failed[m.ReceiptHandle] == nil {
				outcome.Deleted = append(outcome.Deleted, m.MessageId)
			} else {
				outcome.Returned = append(outcome.Returned, m.MessageId)
			}
		}
	}
	outcome.DeleteErr = errors.Join(errs...)
}

// comeBack is the outcome of a batch that comes back as a whole.
func (r *run) comeBack(b batch, err error) Batch {
	outcome := Batch{Messages: b.messages, Err: err}
	for _, m := range b.messages {
		outcome.Returned = append(outcome.Returned, m.MessageId)
	}
	return outcome
}

func (r *run) report(outcome Batch) {
	if r.Observe == nil {
		return
	}
	r.observing.Lock()
	defer r.observing.Unlock()
	r.Observe(outcome)
}

// lock waits until no invocation has a message of the batches' groups, and keeps others from having one until release
// is called. The queue sees to that too, but not once a visibility time-out is over while the function still runs.
func (r *run) lock(ctx context.Context, batches []batch) (release func(), err error) {
	var groups []string
	for _, b := range batches {
		for _, m := range b.messages {
			groups = append(groups, groupOf(m))
		}
	}
	done := make(chan struct{})
	for {
		r.groups.Lock()
		var held chan struct{}
		for _, g := range groups {
			if c := r.busy[g]; c != nil {
				held = c
			}
		}
		if held == nil {
			for _, g := range groups {
				r.busy[g] = done
			}
		}
		r.groups.Unlock()
		if held == nil {
			break
		}
		select {
		case <-held:
		case <-ctx.Done():
			return nil, ErrStopped
		}
	}
	return func() {
		r.groups.Lock()
		for _, g := range groups {
			delete(r.busy, g)
		}
		r.groups.Unlock()
		close(done)
	}, nil
}

// split takes the messages of some groups out of a batch.
func (b batch) split(groups map[string]bool) (kept, taken batch) {
	for i, m := range b.messages {
		if groups[groupOf(m)] {
			taken.messages = append(taken.messages, m)
		} else {
			kept.messages = append(kept.messages, m)
			kept.texts = append(kept.texts, b.texts[i])
		}
	}
	return kept, taken
}

func groupOf(m events.SQSMessage) string { return m.Attributes["MessageGroupId"] }

// regionOf returns the region that an ARN names.
func regionOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return parts[3]
}
