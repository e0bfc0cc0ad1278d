package sqsbatchtest

import (
	"fmt"
	"time"

	"github.com/lambdapatterns/lambdapatterns/internal/uuid"
)

// sent is what the service answers to a message that it took in, or that it already had.
type sent struct {
	id       string
	sequence string // FIFO queues only
}

// Send puts a message into the queue and returns its message id. On a FIFO queue a message whose deduplication id was
// used in the last five minutes is not put in again; the first one's id is returned.
func (q *Queue) Send(m Message) (messageID string, err error) {
	o := &outgoing{
		body: m.Body, attributes: m.Attributes, group: m.GroupID, dedup: m.DeduplicationID, trace: m.TraceHeader,
	}
	if m.Delay != 0 {
		seconds, err := wholeSeconds("Message.Delay", m.Delay)
		if err != nil {
			return "", err
		}
		o.delay = &seconds
	}
	s, err := q.send(o)
	return s.id, err
}

func (q *Queue) send(o *outgoing) (answer sent, err error) {
	err = q.locked(func(now time.Time) error {
		if err := q.checkMessage(o); err != nil {
			return err
		}
		var key deduplicationKey
		id := o.dedup
		if q.fifo {
			key, id = q.deduplicationKey(o)
			if first, ok := q.dedup.recall(key, now); ok {
				answer = first
				return nil
			}
		}
		delay := q.seconds("DelaySeconds")
		if o.delay != nil && !q.fifo {
			delay = time.Duration(*o.delay) * time.Second
		}
		m := &message{
			id:         uuid.New(),
			body:       o.body,
			attributes: cloneAttributes(o.attributes),
			trace:      o.trace,
			group:      o.group,
			dedup:      id,
			sent:       now,
			enqueued:   now,
			visibleAt:  now.Add(delay),
			delayed:    delay > 0,
			arrival:    q.sqs.arrival(),
		}
		answer.id = m.id
		if q.fifo {
			m.sequence = sequenceNumber(m.arrival)
			answer.sequence = m.sequence
			q.dedup.remember(key, answer, now)
		}
		q.add(m, now)
		return nil
	})
	return answer, err
}

// sequenceNumber writes the number of an arrival as the service's sequence numbers look: 20 digits, growing, with gaps.
func sequenceNumber(arrival uint64) string {
	const base, step = 18_000_000_000_000_000_000, 256
	return fmt.Sprintf("%020d", base+step*arrival)
}
