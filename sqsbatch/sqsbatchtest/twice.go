package sqsbatchtest

import (
	"math"
	"math/rand/v2"
)

// twice says which messages outlive their first delete.
type twice struct {
	share float64
	seed  uint64
}

// DeliverTwice makes the queue deliver a share of its messages, 0 to 1, once more although they were handled and deleted, so
// that tests see what "at least once" means. It holds for deletes from now on, and a share of 0 ends it. Which messages it
// meets is decided by seed and by the order in which the queue took them in, so that a run can be repeated. They come again
// when their visibility time-out has run out, and until then count as in flight.
//
// On a standard queue the first delete of such a message is confirmed, and the message stays ("Amazon SQS at-least-once
// delivery"). A FIFO queue forgets no delete: there the first one is refused, as when the network fails, with the Code
// "InternalFailure", and the message comes again before those behind it in its group that are still there.
func (q *Queue) DeliverTwice(share float64, seed uint64) error {
	if math.IsNaN(share) || share < 0 || share > 1 {
		return refuse(invalidParameter, "DeliverTwice takes a share from 0 to 1, got %v.", share)
	}
	q.sqs.mu.Lock()
	defer q.sqs.mu.Unlock()
	q.twice = twice{share, seed}
	return nil
}

var errDeleteLost = refuse(internalError, "The delete was lost: DeliverTwice chose the message.")

// survives tells whether the message outlives this delete, which it does once at most. The caller holds the lock.
func (q *Queue) survives(m *message) bool {
	if q.twice.share == 0 || m.survived {
		return false
	}
	m.survived = rand.New(rand.NewPCG(q.twice.seed, m.number)).Float64() < q.twice.share
	return m.survived
}
