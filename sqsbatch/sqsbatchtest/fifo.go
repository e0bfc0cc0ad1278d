package sqsbatchtest

import (
	"cmp"
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"time"
)

// groups arranges a FIFO queue by message group. The groups take turns; one that was served goes to the end.
//
// Within a group a message can be received when every message before it has been deleted, or is received by the same
// call: a message that is hidden, in flight or delayed, blocks those behind it and none before it. So a group whose
// first message became visible early (ChangeMessageVisibility) is served again up to the next one in flight, which is
// what Amazon SQS does.
type groups struct {
	byID  map[string]*group
	turns list.List // of *group
}

type group struct {
	messages list.List // of *message, in the order of sending
	turn     *list.Element
}

func (f *groups) put(m *message, _ time.Time) {
	if m.element != nil {
		return // its place in the group does not depend on its visibility
	}
	g := f.byID[m.group]
	if g == nil {
		g = &group{}
		g.turn = f.turns.PushBack(g)
		f.byID[m.group] = g
	}
	m.element = g.messages.PushBack(m)
}

func (f *groups) remove(m *message) {
	g := f.byID[m.group]
	g.messages.Remove(m.element)
	m.element = nil
	if g.messages.Len() == 0 {
		f.turns.Remove(g.turn)
		delete(f.byID, m.group)
	}
}

func (f *groups) receivable(now time.Time) iter.Seq[*message] {
	return func(yield func(*message) bool) {
		turn := f.turns.Front()
		for n := f.turns.Len(); n > 0 && turn != nil; n-- {
			g := turn.Value.(*group)
			turn = turn.Next()
			e := g.messages.Front()
			for n := g.messages.Len(); n > 0 && e != nil; n-- {
				m := e.Value.(*message)
				e = e.Next()
				if m.visibleAt.After(now) {
					break
				}
				f.turns.MoveToBack(g.turn)
				if !yield(m) {
					return
				}
			}
		}
	}
}

func (f *groups) next(now time.Time) (next time.Time, ok bool) {
	for _, g := range f.byID {
		first := g.messages.Front().Value.(*message).visibleAt
		if first.After(now) && (!ok || first.Before(next)) {
			next, ok = first, true
		}
	}
	return next, ok
}

// checkFIFOMessage refuses what only a FIFO queue refuses.
func (q *Queue) checkFIFOMessage(o *outgoing) error {
	if o.delay != nil && *o.delay > 0 {
		return refuse(invalidParameter, "Value %d for parameter DelaySeconds is invalid. Reason: The request include "+
			"parameter that is not valid for this queue type: set the queue's DelaySeconds instead.", *o.delay)
	}
	return q.checkIdentity(o)
}

// checkIdentity refuses a message without a group, or without anything to deduplicate it by. One of them refuses a
// whole batch, unlike every other fault of an entry.
func (q *Queue) checkIdentity(o *outgoing) error {
	if o.group == "" {
		return refuse(missingParameter, "The request must contain the parameter MessageGroupId.")
	}
	if o.dedup == "" && q.attributes["ContentBasedDeduplication"] != "true" {
		return refuse(invalidParameter, "The queue should either have ContentBasedDeduplication enabled or "+
			"MessageDeduplicationId provided explicitly")
	}
	return nil
}

// deduplicationWindow is how long a FIFO queue knows a deduplication id, counted from the first message that had it.
const deduplicationWindow = 5 * time.Minute

// deduplication remembers the messages that a FIFO queue has taken in lately. It outlives their deletion and a purge.
type deduplication struct {
	byKey map[deduplicationKey]remembered
	order []deduplicationKey // by age
}

type deduplicationKey struct{ group, id string }

type remembered struct {
	sent sent
	at   time.Time
}

// recall returns the answer to the first message with the key.
func (d *deduplication) recall(key deduplicationKey, now time.Time) (sent, bool) {
	for len(d.order) > 0 && now.Sub(d.byKey[d.order[0]].at) >= deduplicationWindow {
		delete(d.byKey, d.order[0])
		d.order = d.order[1:]
	}
	r, ok := d.byKey[key]
	return r.sent, ok
}

// remember keeps the answer. recall has just been called and found none.
func (d *deduplication) remember(key deduplicationKey, s sent, now time.Time) {
	if d.byKey == nil {
		d.byKey = map[deduplicationKey]remembered{}
	}
	d.byKey[key] = remembered{s, now}
	d.order = append(d.order, key)
}

// deduplicationKey returns what makes two messages the same, and the message's deduplication id: its own, or the
// SHA-256 of its body.
func (q *Queue) deduplicationKey(o *outgoing) (deduplicationKey, string) {
	sum := sha256.Sum256([]byte(o.body))
	id := cmp.Or(o.dedup, hex.EncodeToString(sum[:]))
	if q.attributes["DeduplicationScope"] == "messageGroup" {
		return deduplicationKey{o.group, id}, id
	}
	return deduplicationKey{"", id}, id
}
