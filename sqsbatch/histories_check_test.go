package sqsbatch_test

import (
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// checkEnd holds the end of an invocation against what its handlers did. It is called with the lock held, when the mapping
// has deleted what it deletes: results that come later can no longer be an excuse.
func (h *history) checkEnd(inv *invocation) {
	b := inv.outcome
	for _, m := range b.Messages {
		if slices.Contains(b.Deleted, m.MessageId) {
			n, _ := h.of(&m)
			h.deleted[n]++
			h.checkDeletion(inv, n)
		}
	}
	if errors.Is(b.Err, sqsbatchtest.ErrCrashed) {
		if len(b.Deleted) > 0 {
			h.faultf("batch %v: messages of a killed function were deleted", inv.numbers)
		}
		return
	}
	if inv.report == nil {
		h.faultf("batch %v was not reported: %v", inv.numbers, b.Err)
		return
	}
	r := inv.report
	var failed []string
	if len(r.Messages) != len(inv.records) || r.QueueARN != h.queue.ARN() {
		h.faultf("batch %v has a report of %d messages of %s", inv.numbers, len(r.Messages), r.QueueARN)
		return
	}
	for i, m := range r.Messages {
		if m.ID != inv.records[i].MessageId {
			h.faultf("batch %v: the report's message %d is another one", inv.numbers, i)
		}
		if !m.Outcome.Done() {
			failed = append(failed, m.ID)
		}
		h.checkOutcome(inv, i)
	}
	var whole *sqsbatch.BatchError
	switch {
	case b.Err == nil:
		listed, err := sqsbatchtest.Failures(inv.records, b.Response)
		if err != nil || !slices.Equal(listed, failed) {
			h.faultf("batch %v: the response %s lists other messages than the report: %v, %v", inv.numbers, b.Response, failed, err)
		}
	case !errors.As(b.Err, &whole):
		h.faultf("batch %v ended with %v", inv.numbers, b.Err)
	case inv.tooManyResults && len(failed) == len(r.Messages):
	case !h.errorOnFullFailure || len(failed) < len(r.Messages) || r.Count(sqsbatch.Delayed) > 0 || !slices.ContainsFunc(r.Messages, func(m sqsbatch.MessageReport) bool { return m.Outcome.Attempted() }):
		h.faultf("batch %v ended with %v", inv.numbers, b.Err)
	}
}

// checkDeletion finds the reason for which message n was deleted.
func (h *history) checkDeletion(inv *invocation, n int) {
	c, w := inv.calls[n], inv.words[n]
	switch {
	case c == nil:
		h.faultf("message %d was deleted and never handled in batch %v", n, inv.numbers)
	case h.inTime(inv, c) < 0:
		h.faultf("message %d was deleted by a result that came too late, or has not come", n)
	case c.kind == kindNil, c.kind == kindDrop:
	case c.kind == kindDead && w != nil && w.copied && w.confirmed && (w.deadline.IsZero() || !w.at.After(w.deadline)):
	default:
		h.faultf("message %d was deleted, its call ended as %d", n, c.kind)
	}
}

// checkOutcome holds what the report says of a message against what its call did.
func (h *history) checkOutcome(inv *invocation, i int) {
	n, m := inv.numbers[i], inv.report.Messages[i]
	c := inv.calls[n]
	blocked := false // by an earlier message of the group
	if h.fifo {
		for j := range i {
			blocked = blocked || h.group[inv.numbers[j]] == h.group[n] && !inv.report.Messages[j].Outcome.Done()
		}
	}
	if _, receive := h.of(&inv.records[i]); m.ReceiveCount != receive || m.GroupID != h.group[n] || m.LastReceive != (h.maxReceives > 0 && receive >= h.maxReceives) {
		h.faultf("message %d: the report says %+v", n, m)
	}
	settled := m.Outcome.Done() || m.Outcome == sqsbatch.Delayed
	if (m.Err == nil) != (m.Outcome == sqsbatch.Succeeded) || m.SettleErr != nil && settled {
		h.faultf("message %d: %v with the error %v and the settlement error %v", n, m.Outcome, m.Err, m.SettleErr)
	}
	if blocked && c != nil && !h.whole {
		h.faultf("message %d was handled behind a failure in its group", n)
	}
	var may []sqsbatch.Outcome
	switch {
	case c == nil:
		may = h.unhandled(inv, blocked)
	case inv.tooManyResults && inv.outcome.Err != nil:
		may = append(may, sqsbatch.Failed)
		if c.undecoded {
			may = append(may, sqsbatch.DecodeFailed, sqsbatch.Panicked)
		}
	default:
		if h.inTime(inv, c) <= 0 {
			may = append(may, sqsbatch.TimedOut)
		}
		if h.inTime(inv, c) >= 0 {
			may = append(may, h.outcomes(c, inv.words[n])...)
		}
		if h.whole && blocked {
			may = slices.DeleteFunc(may, func(o sqsbatch.Outcome) bool { return o == sqsbatch.Succeeded || o == sqsbatch.Dropped })
			may = append(may, sqsbatch.Failed)
		}
	}
	if !slices.Contains(may, m.Outcome) {
		h.faultf("message %d in batch %v is %v, want one of %v (%v, %v)", n, inv.numbers, m.Outcome, may, m.Err, m.SettleErr)
	}
}

// unhandled returns what can have become of a message that no call got.
func (h *history) unhandled(inv *invocation, blocked bool) (may []sqsbatch.Outcome) {
	if h.undecodable > 0 && !h.setAside {
		may = append(may, sqsbatch.DecodeFailed)
	}
	if blocked {
		may = append(may, sqsbatch.SkippedFIFO)
	}
	if !inv.cutoff.IsZero() && !inv.responded.Before(inv.cutoff) {
		may = append(may, sqsbatch.SkippedDeadline)
	}
	failures := 0
	for _, c := range inv.calls {
		if c.kind == kindDown {
			failures++
		}
	}
	if h.brake > 0 && failures >= h.brake {
		may = append(may, sqsbatch.SkippedBrake)
	}
	return may
}

// outcomes returns what a call that ended in time makes of its message.
func (h *history) outcomes(c *handled, w *word) []sqsbatch.Outcome {
	failed := sqsbatch.Failed
	if c.undecoded {
		failed = sqsbatch.DecodeFailed
	}
	switch c.kind {
	case kindNil:
		if c.undecoded {
			return []sqsbatch.Outcome{sqsbatch.SetAside}
		}
		return []sqsbatch.Outcome{sqsbatch.Succeeded}
	case kindPanic, kindExit:
		return []sqsbatch.Outcome{sqsbatch.Panicked}
	case kindDrop:
		return []sqsbatch.Outcome{sqsbatch.Dropped}
	case kindDead:
		switch {
		case w == nil || !w.confirmed:
			return []sqsbatch.Outcome{failed}
		case w.deadline.IsZero() || w.at.Before(w.deadline):
			return []sqsbatch.Outcome{sqsbatch.DeadLettered}
		case w.at.Equal(w.deadline):
			return []sqsbatch.Outcome{failed, sqsbatch.DeadLettered}
		}
	case kindRetry:
		switch {
		case w == nil || !w.confirmed:
			return []sqsbatch.Outcome{failed}
		case w.deadline.IsZero() || w.at.Before(w.deadline):
			return []sqsbatch.Outcome{sqsbatch.Delayed}
		case w.at.Equal(w.deadline):
			return []sqsbatch.Outcome{failed, sqsbatch.Delayed}
		}
	}
	return []sqsbatch.Outcome{failed}
}

// check holds the whole history against what must be true when it is over.
func (h *history) check() {
	for n := range h.messages {
		if h.deleted[n]+h.left[n]+h.redriven[n]+h.copied[n] == 0 {
			h.faultf("message %d is lost", n)
		}
		if h.copied[n] > h.copies[n] {
			h.faultf("message %d was copied to the dead-letter queue %d times, and %d times asked for", n, h.copied[n], h.copies[n])
		}
		if h.left[n] > 0 && h.redriven[n] > 0 {
			h.faultf("message %d is in both queues", n)
		}
	}
	for _, o := range h.overtakes {
		if h.starts[o.earlier] > o.moment || h.redriven[o.earlier] == 0 {
			h.faultf("message %d was started before %d of its group was done", o.later, o.earlier)
		}
	}
	for _, inv := range h.invocations {
		if inv.outcome == nil {
			h.faultf("the mapping did not tell what became of batch %v", inv.numbers)
		}
	}
}

// coverage counts what happened in many histories, so that it shows when something never happens.
type coverage struct {
	outcomes [sqsbatch.TestEvent + 1]atomic.Int64

	crashes, again, redriven, copied, batchErrors, refused, lost, left atomic.Int64
}

func (s *coverage) add(h *history) {
	for n := range h.messages {
		s.again.Add(int64(max(h.deleted[n]-1, 0)))
		s.redriven.Add(int64(h.redriven[n]))
		s.copied.Add(int64(h.copied[n]))
		s.left.Add(int64(h.left[n]))
	}
	for _, inv := range h.invocations {
		if inv.outcome != nil && errors.Is(inv.outcome.Err, sqsbatchtest.ErrCrashed) {
			s.crashes.Add(1)
		} else if inv.outcome != nil && inv.outcome.Err != nil {
			s.batchErrors.Add(1)
		}
		if inv.report == nil {
			continue
		}
		for i, m := range inv.report.Messages {
			s.outcomes[m.Outcome].Add(1)
			if m.SettleErr != nil {
				s.refused.Add(1)
			}
			if w := inv.words[inv.numbers[i]]; w != nil && w.copied && !m.Outcome.Done() {
				s.lost.Add(1)
			}
		}
	}
}

func (s *coverage) check(t *testing.T, n int) {
	counts := map[string]int64{
		"functions killed": s.crashes.Load(), "messages handled and deleted again": s.again.Load(), "messages moved to the dead-letter queue": s.redriven.Load(),
		"messages copied there": s.copied.Load(), "failed batches": s.batchErrors.Load(), "settlements refused": s.refused.Load(),
		"confirmations lost": s.lost.Load(), "messages left": s.left.Load(),
	}
	for o := range sqsbatch.TestEvent {
		counts[o.String()] = s.outcomes[o].Load()
	}
	for what, count := range counts {
		if count < int64(n/100) {
			t.Errorf("%s: %d in %d histories: the test would not see a fault there", what, count, n)
		}
	}
	t.Logf("%d histories: %v", n, counts)
}
