package sqsbatchtest

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// account is the AWS account that every queue here belongs to.
const account = "000000000000"

// reuseAfter is how long the name of a deleted queue is taken, and how long after one purge the next is refused.
const reuseAfter = time.Minute

// SQS is an in-memory Amazon SQS with any number of queues. It is an http.Handler that speaks the AWS JSON 1.0
// protocol, the HTTPClient of an SDK client ([SQS.Do]), and has a Go API for tests that need no client. The zero value is
// ready to use, and must not be copied after first use. It is safe for concurrent use, starts no goroutine, and needs no
// closing.
//
// Time is time.Now: in a bubble of testing/synctest visibility time-outs, delays and long polls take no real time.
type SQS struct {
	// Region is part of the queues' ARNs. Defaults to us-east-1. Set it before the first call.
	Region string

	// mu guards everything below, the queues and their messages included: a redrive changes two queues at once.
	mu       sync.Mutex
	queues   map[string]*Queue
	deleted  map[string]time.Time
	arrivals uint64
}

var queueName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// CreateQueue creates a queue, as the CreateQueue call does: up to 80 letters, digits, hyphens and underscores, and a
// name that ends in ".fifo" exactly when the attribute FifoQueue is "true". A queue that exists is returned as it is
// when the given attributes equal its own, and refused otherwise. The name of a deleted queue is free after a minute.
func (s *SQS) CreateQueue(name string, attributes QueueAttributes) (*Queue, error) {
	fifo := strings.HasSuffix(name, fifoSuffix)
	if !queueName.MatchString(strings.TrimSuffix(name, fifoSuffix)) || len(name) > 80 {
		return nil, refuse(invalidParameter, "QueueName can only include alphanumeric characters, hyphens and "+
			"underscores, 1 to 80 in length, and the suffix .fifo on a FIFO queue.")
	}
	if fifo && attributes["FifoQueue"] != "true" {
		return nil, refuse(invalidParameter, "The name of a queue ends in .fifo only with the attribute FifoQueue set to true.")
	}
	if !fifo && attributes["FifoQueue"] == "true" {
		return nil, refuse(invalidParameter, "The name of a FIFO queue must end in .fifo.")
	}
	if err := checkAttributes(attributes, fifo); err != nil {
		return nil, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if q, ok := s.queues[name]; ok {
		return q, q.differs(attributes)
	}
	if at, ok := s.deleted[name]; ok && now.Sub(at) < reuseAfter {
		return nil, refuse("QueueDeletedRecently",
			"You must wait 60 seconds after deleting a queue before you can create another with the same name.")
	}
	q := newQueue(s, name, now)
	if err := q.setAttributes(attributes, now); err != nil {
		return nil, err
	}
	if s.queues == nil {
		s.queues, s.deleted = map[string]*Queue{}, map[string]time.Time{}
	}
	s.queues[name] = q
	delete(s.deleted, name)
	return q, nil
}

// Queue returns the queue of that name, or an error that wraps ErrQueueDoesNotExist.
func (s *SQS) Queue(name string) (*Queue, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, ok := s.queues[name]
	if !ok {
		return nil, refuse("QueueDoesNotExist", "The specified queue does not exist: create %q first.", name)
	}
	return q, nil
}

// DeleteQueue deletes a queue and its messages. Receives that wait on it end with ErrQueueDoesNotExist.
func (s *SQS) DeleteQueue(name string) error {
	q, err := s.Queue(name)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if q.gone {
		return ErrQueueDoesNotExist
	}
	q.gone = true
	q.clear()
	q.wake()
	delete(s.queues, name)
	s.deleted[name] = time.Now()
	return nil
}

// list returns the names of the queues with the prefix, sorted, that come after a name.
func (s *SQS) list(prefix, after string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := slices.Sorted(maps.Keys(s.queues))
	return slices.DeleteFunc(names, func(name string) bool {
		return !strings.HasPrefix(name, prefix) || name <= after
	})
}

// byARN returns the queue, or nil. The caller holds the lock.
func (s *SQS) byARN(arn string) *Queue {
	name, ok := strings.CutPrefix(arn, s.arn(""))
	if !ok {
		return nil
	}
	return s.queues[name]
}

func (s *SQS) region() string { return cmp.Or(s.Region, "us-east-1") }

func (s *SQS) arn(name string) string {
	return "arn:aws:sqs:" + s.region() + ":" + account + ":" + name
}

// arrival numbers what arrives in any queue, in order. The caller holds the lock.
func (s *SQS) arrival() uint64 {
	s.arrivals++
	return s.arrivals
}
