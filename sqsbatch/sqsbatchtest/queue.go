package sqsbatchtest

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"
)

const fifoSuffix = ".fifo"

// Queue is one queue of an SQS. SQS.CreateQueue makes it; its methods do what the API calls of the same names do.
// It is safe for concurrent use.
type Queue struct {
	sqs  *SQS
	name string
	arn  string
	fifo bool

	// The rest is guarded by sqs.mu.
	created, modified, purged time.Time

	attributes QueueAttributes
	redrive    *redrivePolicy
	allow      *redriveAllowPolicy

	messages map[string]*message
	waiting  arrangement
	dedup    deduplication
	twice    twice
	added    uint64        // messages taken in so far
	inFlight int           // no more messages than this are in flight
	expiry   time.Time     // no message's retention ends before this; zero when that is not known
	changed  chan struct{} // closed when a receive that waits should look again; nil when none waits
	gone     bool
}

// arrangement keeps a queue's messages in the order in which they are received, and knows which can be received now.
// The standard queue and the FIFO queue differ in nothing else.
type arrangement interface {
	// put takes a message in, or takes note that its visibility has changed.
	put(m *message, now time.Time)
	remove(m *message)
	// receivable goes through the messages that one receive may return, in order. The loop's body may put and remove
	// the message that it was given; what it puts back is not seen again in the same loop.
	receivable(now time.Time) iter.Seq[*message]
	// next is when the next hidden message appears, if there is one.
	next(now time.Time) (time.Time, bool)
}

func newQueue(s *SQS, name string, now time.Time) *Queue {
	q := &Queue{sqs: s, name: name, arn: s.arn(name), fifo: strings.HasSuffix(name, fifoSuffix), created: now}
	q.attributes = QueueAttributes{}
	for name, a := range settable {
		if a.initial != "" && (q.fifo || !a.fifo) {
			q.attributes[name] = a.initial
		}
	}
	q.clear()
	return q
}

// Name returns the queue's name.
func (q *Queue) Name() string { return q.name }

// ARN returns the queue's Amazon Resource Name.
func (q *Queue) ARN() string { return q.arn }

// URL returns the queue's URL at an endpoint, for example the URL of an httptest.Server whose handler is the SQS.
func (q *Queue) URL(endpoint string) string {
	return strings.TrimSuffix(endpoint, "/") + "/" + account + "/" + q.name
}

// Attributes returns all of the queue's attributes, as GetQueueAttributes does.
func (q *Queue) Attributes() QueueAttributes {
	q.sqs.mu.Lock()
	defer q.sqs.mu.Unlock()
	return q.allAttributes(time.Now())
}

// SetAttributes changes attributes, all of the given ones or none. An empty RedrivePolicy removes the policy.
func (q *Queue) SetAttributes(attributes QueueAttributes) error {
	return q.locked(func(now time.Time) error {
		if _, ok := attributes["FifoQueue"]; ok && q.fifo {
			return refuse("InvalidAttributeValue",
				"Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.")
		}
		return q.setAttributes(attributes, now)
	})
}

// Counts says how many messages a queue holds, by what a receive would make of them. They are exact here; AWS's are
// approximate.
type Counts struct {
	Visible  int // could be received now, or once the messages of their group before them are gone
	InFlight int // received, neither deleted nor visible again
	Delayed  int // sent with a delay that is not over
}

// Counts returns how many messages the queue holds now.
func (q *Queue) Counts() Counts {
	q.sqs.mu.Lock()
	defer q.sqs.mu.Unlock()
	return q.count(time.Now())
}

// Purge deletes all messages, those in flight too. A second purge within a minute is refused.
func (q *Queue) Purge() error {
	return q.locked(func(now time.Time) error {
		if !q.purged.IsZero() && now.Sub(q.purged) < reuseAfter {
			return refuse("PurgeQueueInProgress", "Only one PurgeQueue operation on %s is allowed every 60 seconds.", q.name)
		}
		q.purged = now
		q.clear()
		q.wake()
		return nil
	})
}

// locked runs do with the lock held, unless the queue has been deleted.
func (q *Queue) locked(do func(now time.Time) error) error {
	q.sqs.mu.Lock()
	defer q.sqs.mu.Unlock()
	if q.gone {
		return ErrQueueDoesNotExist
	}
	return do(time.Now())
}

// differs refuses attributes that are not the queue's own. The caller holds the lock.
func (q *Queue) differs(attributes QueueAttributes) error {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		value := attributes[name]
		if name == "RedrivePolicy" {
			if policy, err := parseRedrive(value); err == nil && policy != nil {
				value = policy.String() // as it is kept
			}
		}
		if q.attributes[name] != value {
			return refuse("QueueNameExists",
				"A queue already exists with the same name and a different value for attribute %s", name)
		}
	}
	return nil
}

// clear drops all messages. The caller holds the lock.
func (q *Queue) clear() {
	q.messages = map[string]*message{}
	q.expiry, q.inFlight = time.Time{}, 0
	if q.fifo {
		q.waiting = &groups{byID: map[string]*group{}}
	} else {
		q.waiting = &standard{}
	}
}

// count counts the messages. The caller holds the lock.
func (q *Queue) count(now time.Time) (c Counts) {
	q.expire(now)
	for _, m := range q.messages {
		switch {
		case !m.visibleAt.After(now):
			c.Visible++
		case m.delayed:
			c.Delayed++
		default:
			c.InFlight++
		}
	}
	return c
}

// add takes a message in. The caller holds the lock.
func (q *Queue) add(m *message, now time.Time) {
	q.messages[m.id] = m
	q.added++
	m.number, m.survived = q.added, false
	q.waiting.put(m, now)
	if end := m.enqueued.Add(q.seconds("MessageRetentionPeriod")); end.Before(q.expiry) {
		q.expiry = end
	}
	q.wake()
}

// remove takes a message out. The caller holds the lock.
func (q *Queue) remove(m *message) {
	delete(q.messages, m.id)
	q.waiting.remove(m)
	q.wake()
}

// expire drops the messages that are older than the retention period. It looks at all of them, but only when the
// oldest can have expired since it last looked. The caller holds the lock.
func (q *Queue) expire(now time.Time) {
	if len(q.messages) == 0 || now.Before(q.expiry) {
		return
	}
	retention := q.seconds("MessageRetentionPeriod")
	q.expiry = now.Add(retention)
	for _, m := range q.messages {
		end := m.enqueued.Add(retention)
		if !end.After(now) {
			q.remove(m)
		} else if end.Before(q.expiry) {
			q.expiry = end
		}
	}
}

// wake makes the receives that wait look again. The caller holds the lock.
func (q *Queue) wake() {
	if q.changed != nil {
		close(q.changed)
		q.changed = nil
	}
}

// wholeSeconds returns d in seconds: the service knows no shorter unit.
func wholeSeconds(name string, d time.Duration) (int, error) {
	if d%time.Second != 0 {
		return 0, refuse(invalidParameter, "%s must be a whole number of seconds.", name)
	}
	return int(d / time.Second), nil
}

// joinFailures makes one error of those of several receipt handles.
func joinFailures(failed map[string]error) error {
	if len(failed) == 0 {
		return nil
	}
	return &FailedError{Failed: failed}
}

// FailedError is returned by calls for several messages when the call failed for some of them and worked for the rest.
type FailedError struct {
	// Failed holds the errors by receipt handle.
	Failed map[string]error
}

// Error says how many messages failed, and gives their errors.
func (e *FailedError) Error() string {
	return fmt.Sprintf("sqsbatchtest: %d messages failed: %v", len(e.Failed), errors.Join(e.Unwrap()...))
}

// Unwrap returns the errors of the messages that failed, in the order of their receipt handles.
func (e *FailedError) Unwrap() []error {
	errs := make([]error, 0, len(e.Failed))
	for _, handle := range slices.Sorted(maps.Keys(e.Failed)) {
		errs = append(errs, e.Failed[handle])
	}
	return errs
}
