package sqsbatchtest

import (
	"cmp"
	"context"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// Receive returns up to max messages, 1 to 10, and hides them for the queue's visibility time-out. With a wait of up to
// 20 seconds it polls long: it returns as soon as there is at least one message, or none once the wait is over. It
// returns ctx's error when ctx ends first. A message that has been received too often moves to the dead-letter queue
// instead of being returned.
func (q *Queue) Receive(ctx context.Context, max int, wait time.Duration) ([]events.SQSMessage, error) {
	return q.receive(ctx, max, &wait, nil)
}

// receive has the parameters of the API call; nil is the queue's own setting.
func (q *Queue) receive(ctx context.Context, max int, wait, visibility *time.Duration) ([]events.SQSMessage, error) {
	if max < 1 || max > maxBatchEntries {
		return nil, refuse(invalidParameter, "Value %d for parameter MaxNumberOfMessages is invalid. Reason: "+
			"Must be between 1 and %d, if provided.", max, maxBatchEntries)
	}
	if wait != nil && (*wait < 0 || *wait > maxWaitSeconds*time.Second) {
		return nil, refuse(invalidParameter, "The value for parameter WaitTimeSeconds is invalid. Reason: "+
			"Must be >= 0 and <= %d, if provided.", maxWaitSeconds)
	}
	if visibility != nil && (*visibility < 0 || *visibility > maxVisibilitySeconds*time.Second) {
		return nil, errVisibilityRange
	}
	var end time.Time
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var messages []events.SQSMessage
		var changed <-chan struct{}
		var pause time.Duration
		err := q.locked(func(now time.Time) (err error) {
			if end.IsZero() {
				end = now.Add(*cmp.Or(wait, new(q.seconds("ReceiveMessageWaitTimeSeconds"))))
			}
			messages, err = q.take(now, max, *cmp.Or(visibility, new(q.seconds("VisibilityTimeout"))))
			if len(messages) == 0 && err == nil && now.Before(end) {
				changed, pause = q.watch(now, end)
			}
			return err
		})
		if err != nil || changed == nil {
			return messages, err
		}
		timer := time.NewTimer(pause)
		select {
		case <-changed:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// watch returns a channel that is closed when the queue changes, and how long to wait for it: until the next message
// appears, or until end. The caller holds the lock.
func (q *Queue) watch(now, end time.Time) (<-chan struct{}, time.Duration) {
	if q.changed == nil {
		q.changed = make(chan struct{})
	}
	if next, ok := q.waiting.next(now); ok && next.Before(end) {
		end = next
	}
	if len(q.messages) > 0 && q.expiry.After(now) && q.expiry.Before(end) {
		end = q.expiry
	}
	return q.changed, end.Sub(now)
}

// take receives up to max messages. The caller holds the lock.
func (q *Queue) take(now time.Time, max int, visibility time.Duration) ([]events.SQSMessage, error) {
	q.expire(now)
	if q.inFlight >= maxInFlight {
		q.inFlight = q.count(now).InFlight
	}
	if q.inFlight >= maxInFlight {
		if q.fifo {
			return nil, nil
		}
		return nil, refuse("OverLimit", "Too many messages are in flight: at most %d. Delete what has been processed.", maxInFlight)
	}
	var messages []events.SQSMessage
	for m := range q.waiting.receivable(now) {
		if q.deadLetter(m, now) {
			continue
		}
		q.inFlight++
		m.receives++
		m.receipt = q.sqs.arrival()
		m.received = now
		if m.firstReceived.IsZero() {
			m.firstReceived = now
		}
		m.visibleAt, m.delayed = now.Add(visibility), false
		q.waiting.put(m, now)
		messages = append(messages, m.delivery(q, q.handle(receipt{m.id, m.receipt, now})))
		if len(messages) == max {
			break
		}
	}
	return messages, nil
}
