package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// course is what became of a batch, put together from what was observed. Times count from the invocation's begin.
type course struct {
	pace
	concurrency int
	contextsEnd time.Duration // the deadline of the handlers' contexts
	response    time.Duration
	rows        []row // in the batch's order
}

// row is one message of the batch.
type row struct {
	number      int
	name        string
	called      bool
	begin, end  time.Duration // of the handler call, until it returned or was given up
	returned    time.Duration // of a call that was given up; 0 where it had not returned when the run ended
	outcome     string        // as the function reports it
	reason      string        // why, in the handler's words
	delay       time.Duration // that it asked for
	failed      bool          // the response names it
	deleted     bool
	dead        bool          // the dead-letter queue has a copy
	again       time.Duration // when it came again
	lastOutcome string        // of that second receive
}

// course puts the course together. The error names everything that is missing or contradicts itself.
func (o *observed) course() (*course, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.problems) > 0 {
		return nil, errors.Join(o.problems...)
	}
	if len(o.invocations) == 0 || len(o.order) != len(o.sent) {
		return nil, fmt.Errorf("the first batch has %d messages of %d", len(o.order), len(o.sent))
	}
	first, ok := o.report(o.order[0], 1)
	if !ok {
		return nil, errors.New("the function has not reported on its first batch")
	}
	begun := first.Deadline.Add(-o.timeout)
	c := &course{
		pace: o.pace, concurrency: o.concurrency, response: o.invocations[0].at.Sub(begun), contextsEnd: o.told[0].Deadline.Sub(begun),
	}
	var response struct {
		BatchItemFailures []struct{ ItemIdentifier string }
	}
	if err := json.Unmarshal(o.invocations[0].body, &response); err != nil {
		return nil, fmt.Errorf("the response: %w", err)
	}
	failed := map[string]bool{}
	for _, f := range response.BatchItemFailures {
		failed[f.ItemIdentifier] = true
	}
	var errs []error
	for i, id := range o.order {
		r := row{number: i + 1, name: nameOf(o.sent[id]), failed: failed[id], dead: slices.Contains(o.dead, id)}
		if err := o.fill(&r, id, begun); err != nil {
			errs = append(errs, fmt.Errorf("message %d: %w", r.number, err))
		}
		c.rows = append(c.rows, r)
	}
	return c, errors.Join(errs...)
}

// fill tells a message's own course.
func (o *observed) fill(r *row, id string, begun time.Time) error {
	report, ok := o.report(id, 1)
	if !ok {
		return errors.New("there is no report on its first receive")
	}
	for _, m := range report.Report.Messages {
		if m.ID != id {
			continue
		}
		r.outcome = m.Outcome
		r.delay = m.Delay * time.Second
		if r.reason, _, _ = strings.Cut(m.Error, "\n"); strings.HasPrefix(r.reason, "sqsbatch: ") { // the outcome says it
			r.reason = ""
		}
		begin, began := o.when("begin", id)
		end, ended := o.when("end", id)
		r.called = began && begin.Before(o.invocations[0].at) // and not only when it had come again
		switch {
		case !r.called:
		case m.Outcome == "timed_out": // given up, and its call went on
			r.begin = begin.Sub(begun)
			r.end = r.begin + time.Duration(m.Duration*float64(time.Millisecond))
			if ended {
				r.returned = end.Sub(begun)
			}
		case !ended:
			return errors.New("its call has not ended")
		default:
			r.begin, r.end = begin.Sub(begun), end.Sub(begun)
		}
	}
	batch, ok := o.batchOf(id, "1")
	if !ok {
		return errors.New("the event source mapping knows nothing of it")
	}
	r.deleted = slices.Contains(batch.Deleted, id)
	if r.deleted == r.failed || slices.Contains(batch.Returned, id) != r.failed {
		return fmt.Errorf("the response names it: %t, it was deleted: %t", r.failed, r.deleted)
	}
	if r.deleted {
		return nil
	}
	second, ok := o.report(id, 2)
	if !ok {
		return errors.New("it was not deleted and has not come again")
	}
	r.again = second.Deadline.Add(-o.timeout).Sub(begun)
	for _, m := range second.Report.Messages {
		if m.ID == id {
			r.lastOutcome = m.Outcome
		}
	}
	if last, ok := o.batchOf(id, "2"); !ok || !slices.Contains(last.Deleted, id) {
		return errors.New("it was not deleted when it had come again")
	}
	return nil
}

// report returns the report of the batch in which a message was received for the n-th time.
func (o *observed) report(id string, n int) (event, bool) {
	for _, e := range o.told {
		for _, m := range e.Report.Messages {
			if m.ID == id && m.Receives == n {
				return e, true
			}
		}
	}
	return event{}, false
}

// when returns the time of the first event of a kind for a message.
func (o *observed) when(kind, id string) (time.Time, bool) {
	for _, e := range o.told {
		if e.Event == kind && e.Message == id {
			return e.At, true
		}
	}
	return time.Time{}, false
}

// batchOf returns the batch in which a message was received for the n-th time.
func (o *observed) batchOf(id, n string) (sqsbatchtest.Batch, bool) {
	for _, b := range o.batches {
		for _, m := range b.Messages {
			if m.MessageId == id && m.Attributes["ApproximateReceiveCount"] == n {
				return b, true
			}
		}
	}
	return sqsbatchtest.Batch{}, false
}

// nameOf is the order's id, or a body that is no order.
func nameOf(body string) string {
	var order struct{ ID string }
	if json.Unmarshal([]byte(body), &order) != nil {
		return body
	}
	return order.ID
}
