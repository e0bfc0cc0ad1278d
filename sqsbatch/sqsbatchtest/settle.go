package sqsbatchtest

import (
	"context"
	"time"
)

// Delete deletes messages by their receipt handles, any number of them. It returns a *FailedError when some of them
// could not be deleted.
//
// A handle whose message is gone already is no error. On a standard queue neither is a handle that a later receive has
// replaced, but it deletes nothing; on a FIFO queue it has expired, and so has every handle once its message is
// visible again.
func (q *Queue) Delete(ctx context.Context, receiptHandles []string) error {
	return q.each(ctx, receiptHandles, q.delete)
}

// ChangeVisibility hides messages for another d from now on, whole seconds, 0 for visible at once. The time since the
// message was received and d are at most 12 hours in all. It returns a *FailedError when it failed for some of them.
func (q *Queue) ChangeVisibility(ctx context.Context, receiptHandles []string, d time.Duration) error {
	seconds, err := wholeSeconds("VisibilityTimeout", d)
	if err != nil {
		return err
	}
	return q.each(ctx, receiptHandles, func(handle string) error { return q.changeVisibility(handle, seconds) })
}

func (q *Queue) each(ctx context.Context, receiptHandles []string, do func(string) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	failed := map[string]error{}
	for _, handle := range receiptHandles {
		if err := do(handle); err != nil {
			failed[handle] = err
		}
	}
	return joinFailures(failed)
}

// maxReceipt is how long a receipt handle lives, and how long a message can stay hidden after it was received.
const maxReceipt = maxVisibilitySeconds * time.Second

var errVisibilityRange = refuse(invalidParameter, "The value for parameter VisibilityTimeout is invalid. Reason: "+
	"Must be between 0 and %d, if provided.", maxVisibilitySeconds)

func (q *Queue) delete(handle string) error {
	return q.locked(func(now time.Time) error {
		r, err := q.parseHandle(handle)
		if err != nil {
			return err
		}
		q.expire(now)
		m := q.messages[r.message]
		switch {
		case m == nil:
			return nil
		case now.Sub(r.at) >= maxReceipt:
			return errExpired
		case q.fifo && (m.receipt != r.number || !m.visibleAt.After(now)):
			return errExpired
		case m.receipt == r.number && q.survives(m):
			if q.fifo {
				return errDeleteLost
			}
		case m.receipt == r.number:
			q.remove(m)
		}
		return nil
	})
}

func (q *Queue) changeVisibility(handle string, seconds int) error {
	return q.locked(func(now time.Time) error {
		if seconds < 0 || seconds > maxVisibilitySeconds {
			return errVisibilityRange
		}
		r, err := q.parseHandle(handle)
		if err != nil {
			return err
		}
		q.expire(now)
		m := q.messages[r.message]
		d := time.Duration(seconds) * time.Second
		switch {
		case m == nil || m.receipt != r.number:
			return errNotAvailable
		case now.Sub(r.at) >= maxReceipt, q.fifo && !m.visibleAt.After(now):
			return errExpired
		case now.Sub(m.received)+d > maxReceipt:
			return refuse(invalidParameter, "Value %d for parameter VisibilityTimeout is invalid. Reason: Total "+
				"VisibilityTimeout for the message is beyond the limit [%d seconds].", seconds, maxVisibilitySeconds)
		}
		m.visibleAt = now.Add(d)
		q.waiting.put(m, now)
		q.wake()
		return nil
	})
}
