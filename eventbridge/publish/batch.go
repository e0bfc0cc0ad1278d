package publish

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

// reserve is how long before its deadline Publish returns. Lambda's deadline is the moment at which the process is stopped.
const reserve = 100 * time.Millisecond

// batch is the work of one Publish.
type batch struct {
	publisher *Publisher
	events    []event
}

// event is an entry and what has become of it.
type event struct {
	request  types.PutEventsRequestEntry
	size     int
	id       string // of the event that was published
	attempts int
	lost     bool // an answer, so that it may be published
	code     string
	message  string
	err      error
}

// send sends all events, in their order, until none are left to be sent.
func (b *batch) send(ctx context.Context) error {
	ctx, cancel := early(ctx)
	defer cancel()
	left := make([]int, len(b.events))
	for i := range left {
		left[i] = i
	}
	var pauses pauses
	for len(left) > 0 {
		if ctx.Err() != nil {
			b.abandon(left, ended(ctx))
			break
		}
		n := b.fit(left)
		failed, end := b.call(ctx, left[:n])
		if end != nil {
			b.abandon(left[n:], end)
			break
		}
		left = append(b.again(failed), left[n:]...)
		if len(failed) == 0 {
			pauses.reset()
			continue
		}
		if len(left) == 0 {
			break
		}
		if err := pauses.wait(ctx); err != nil {
			b.abandon(left, err)
			break
		}
	}
	return b.result()
}

// early ends a context a little before its deadline, so that there is time to say what is left.
func early(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadlineCause(ctx, deadline.Add(-min(reserve, time.Until(deadline)/10)), errNoTime)
}

// fit is how many of the events fit into a call; one always does.
func (b *batch) fit(left []int) int {
	size := 0
	for n, i := range left {
		if size += b.events[i].size; n == maxEntries || size > b.publisher.maxSize {
			return n
		}
	}
	return len(left)
}

// call sends events once. It returns those that failed and may succeed the next time, or why nothing should be sent any more.
func (b *batch) call(ctx context.Context, chunk []int) (failed []int, end error) {
	in := &eventbridge.PutEventsInput{
		EndpointId: optional(b.publisher.endpoint),
		Entries:    make([]types.PutEventsRequestEntry, len(chunk)),
	}
	for n, i := range chunk {
		in.Entries[n] = b.events[i].request
		b.events[i].attempts++
	}
	out, err := b.publisher.client.PutEvents(ctx, in)
	if err == nil {
		err = contradiction(out, len(chunk))
	}
	if err != nil {
		if ctx.Err() != nil && !errors.Is(err, context.Cause(ctx)) {
			err = fmt.Errorf("%w; then %w", err, ended(ctx))
		}
		b.fail(chunk, err)
		if ctx.Err() != nil || !passes(err) {
			return nil, err
		}
		return chunk, nil
	}
	for n, i := range chunk {
		e, r := &b.events[i], out.Entries[n]
		if e.id = aws.ToString(r.EventId); e.id != "" {
			continue
		}
		e.code, e.message, e.err = aws.ToString(r.ErrorCode), aws.ToString(r.ErrorMessage), nil
		if isPassing(e.code) {
			failed = append(failed, i)
			e.lost = e.lost || !isThrottling(e.code)
		}
	}
	return failed, nil
}

// again leaves out the events that have had all their attempts.
func (b *batch) again(failed []int) []int {
	var again []int
	for _, i := range failed {
		if b.events[i].attempts < b.publisher.maxAttempts {
			again = append(again, i)
		}
	}
	return again
}

// fail notes the error of a call that had these events.
func (b *batch) fail(chunk []int, err error) {
	for _, i := range chunk {
		e := &b.events[i]
		e.code, e.message, e.err = codeOf(err), "", err
		e.lost = e.lost || mayHaveWorked(err)
	}
}

// abandon notes why events are not sent, or not again.
func (b *batch) abandon(left []int, why error) {
	for _, i := range left {
		e := &b.events[i]
		switch {
		case e.err != nil:
			e.err = fmt.Errorf("%w; then %w", e.err, why)
		case e.attempts > 0:
			e.err = why // beside the code that the service gave
		default:
			e.code, e.err = codeOf(why), why
		}
	}
}

// result is nil if all events were published.
func (b *batch) result() error {
	e := &PublishError{EventIDs: make([]string, len(b.events))}
	for i := range b.events {
		ev := &b.events[i]
		if e.EventIDs[i] = ev.id; ev.id != "" {
			continue
		}
		e.Failures = append(e.Failures, Failure{
			Index: i, Source: *ev.request.Source, DetailType: *ev.request.DetailType,
			Code: ev.code, Message: ev.message, Err: ev.err,
			Attempts: ev.attempts, MayBePublished: ev.lost,
		})
	}
	if len(e.Failures) == 0 {
		return nil
	}
	return e
}

// contradiction refuses an answer that does not say of each entry what became of it.
func contradiction(out *eventbridge.PutEventsOutput, n int) error {
	if out == nil || len(out.Entries) != n {
		return errAnswer
	}
	failed := 0
	for _, r := range out.Entries {
		id, code := aws.ToString(r.EventId), aws.ToString(r.ErrorCode)
		if (id == "") == (code == "") {
			return errAnswer
		}
		if code != "" {
			failed++
		}
	}
	if failed != int(out.FailedEntryCount) {
		return errAnswer
	}
	return nil
}
