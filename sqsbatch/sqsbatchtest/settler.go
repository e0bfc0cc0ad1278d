package sqsbatchtest

import (
	"context"
	"errors"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// Settler is the sqsbatch.Settler of a queue in memory, so that tests of handlers that use RetryAfter, DeadLetter or
// WithBackoff need no client:
//
//	sqsbatch.Handle(handler, sqsbatch.WithSettler(&sqsbatchtest.Settler{Queue: orders}))
//
// RetryAfter changes the message's visibility. DeadLetter sends a copy with the body, the message attributes, the trace
// header and the group to the dead-letter queue; on a FIFO queue its deduplication id is the message's id, so that a copy
// sent again within five minutes is not put in twice. The message itself is left to the response.
//
// The fields are not to be changed once it is in use. It is safe for concurrent use.
type Settler struct {
	// Queue is where the messages come from. Required.
	Queue *Queue
	// DeadLetterQueue takes the copies. Defaults to the target of the Queue's RedrivePolicy.
	DeadLetterQueue *Queue
	// Fault, when set, is asked before each settlement. When it returns an error the settlement is not done, and the error
	// is its answer. It must be safe for concurrent use.
	Fault func(context.Context, sqsbatch.Settlement) error
}

var errNoDeadLetterQueue = errors.New("sqsbatchtest: there is no dead-letter queue: set the Settler's DeadLetterQueue, " +
	"or the queue's RedrivePolicy")

var errForeignMessage = errors.New("sqsbatchtest: the message is not of the Settler's queue")

var errBehind = errors.New("sqsbatchtest: an earlier copy of the group could not be sent")

var errNoQueue = errors.New("sqsbatchtest: Settler.Queue is not set")

// Settle does the settlements one after the other. What ctx's end leaves is answered with its cause. Refusals of the queue
// are *Error, such as that of a visibility which has run out meanwhile, or *FailedError.
func (s *Settler) Settle(ctx context.Context, settlements []sqsbatch.Settlement) []error {
	answers := make([]error, len(settlements))
	blocked := map[string]bool{} // groups of a FIFO queue
	for i, one := range settlements {
		copied := one.Action == sqsbatch.SendToDeadLetter && isFIFO(one.Message.EventSourceARN)
		if copied && blocked[groupOf(*one.Message)] {
			answers[i] = errBehind
			continue
		}
		answers[i] = s.settle(ctx, one)
		if copied && answers[i] != nil {
			blocked[groupOf(*one.Message)] = true
		}
	}
	return answers
}

func (s *Settler) settle(ctx context.Context, one sqsbatch.Settlement) error {
	if s.Queue == nil {
		return errNoQueue
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if one.Message.EventSourceARN != s.Queue.arn {
		return errForeignMessage
	}
	if s.Fault != nil {
		if err := s.Fault(ctx, one); err != nil {
			return err
		}
	}
	switch one.Action {
	case sqsbatch.ChangeVisibility:
		return s.Queue.ChangeVisibility(ctx, []string{one.Message.ReceiptHandle}, one.Delay)
	case sqsbatch.SendToDeadLetter:
		return s.deadLetter(one)
	}
	return errors.New("sqsbatchtest: a Settler does not know the action " + one.Action.String())
}

func (s *Settler) deadLetter(one sqsbatch.Settlement) error {
	target := s.DeadLetterQueue
	if target == nil {
		target = s.Queue.redriveTarget()
	}
	if target == nil {
		return errNoDeadLetterQueue
	}
	m := one.Message
	dead := Message{
		Body: m.Body, Attributes: m.MessageAttributes, GroupID: groupOf(*m), TraceHeader: m.Attributes["AWSTraceHeader"],
	}
	if target.fifo {
		dead.DeduplicationID = m.MessageId
	}
	_, err := target.Send(dead)
	return err
}

// redriveTarget returns the queue's dead-letter queue, or nil.
func (q *Queue) redriveTarget() *Queue {
	q.sqs.mu.Lock()
	defer q.sqs.mu.Unlock()
	if q.redrive == nil {
		return nil
	}
	return q.sqs.byARN(q.redrive.Target)
}
