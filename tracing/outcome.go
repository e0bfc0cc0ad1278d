package tracing

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// The outcomes of messages about which nobody tells one. They are called as in package sqsbatch.
const (
	outcomeSucceeded = "succeeded"
	outcomeFailed    = "failed"
	outcomeDropped   = "dropped" // the handler failed, and the response does not name the message
	outcomePanicked  = "panicked"
	outcomeTimedOut  = "timed_out"
)

// Outcomes ends the spans of an invocation's messages or records with what became of them. It is an observer for packages
// sqsbatch and singletable/changes, whose reports have the method Each, and for any other report that has one:
//
//	sqsbatch.WithObserver(tracing.Outcomes)
//
// Each calls its argument for each message with its id and outcome, whether it is done or comes again, and why it failed if
// it did. The id is what [Message] and [Record] know: the message id of SQS, the sequence number of a stream.
//
// The event's span gets an attribute for each outcome, lambdapatterns.outcomes. and its name, with the number of messages
// that had it. Messages without a span that are not done or failed, because they were never started or there is no [Message],
// are told in an event of that span for each outcome, with their number and the ids of the first 20.
//
// It does nothing when ctx comes from no [Handle].
func Outcomes[R interface {
	Each(tell func(id, outcome string, done bool, err error))
}](ctx context.Context, report R) {
	inv := invocationFrom(ctx)
	if inv == nil {
		return
	}
	span := inv.eventSpan(ctx)
	if !span.IsRecording() && !inv.waits() {
		return
	}
	var t tally
	report.Each(func(id, outcome string, done bool, err error) {
		unseen := !inv.settle(id, outcome, err) && (!done || err != nil)
		t.count(id, outcome, unseen)
	})
	t.tell(span)
}

// waits tells whether there is anything to be told an outcome, besides the event's span.
func (inv *invocation) waits() bool {
	inv.batch.mu.Lock()
	defer inv.batch.mu.Unlock()
	return len(inv.batch.open) > 0 || inv.measures()
}

// settle ends a message's span, and reports whether there was one.
func (inv *invocation) settle(id, outcome string, err error) bool {
	b := &inv.batch
	b.mu.Lock()
	o := b.open[id]
	if o == nil {
		src, closed := b.source, b.closed
		b.mu.Unlock()
		if !closed { // then it has been counted
			inv.observe(src, nil, outcome, err, 0)
		}
		return false
	}
	if o.next == nil {
		delete(b.open, id)
	} else {
		b.open[id] = o.next
	}
	end := o.close()
	b.mu.Unlock()
	inv.settings.finish(o.span, outcome, err, end)
	inv.observe(o.source, o.span, outcome, err, end.Sub(o.start))
	return true
}

// close marks a span as ended and returns the time for that. Call it with the batch's lock held.
func (o *openSpan) close() time.Time {
	o.ended = true
	if o.end.IsZero() {
		return time.Now()
	}
	return o.end
}

// closeMessages ends the spans about which no report told. err is the invocation's.
func (inv *invocation) closeMessages(err error) {
	b := &inv.batch
	b.mu.Lock()
	open, answer := b.open, &b.answer
	b.open, b.closed = nil, true
	b.complete()
	b.mu.Unlock()
	for id, o := range open {
		for ; o != nil; o = o.next {
			b.mu.Lock()
			outcome, why := answer.judge(id, o, err)
			end := o.close()
			b.mu.Unlock()
			inv.settings.finish(o.span, outcome, why, end)
			inv.observe(o.source, o.span, outcome, why, end.Sub(o.start))
		}
	}
}

// finish ends a message's span. An outcome that is empty is not known.
func (s *settings) finish(span trace.Span, outcome string, err error, end time.Time) {
	if !span.IsRecording() {
		span.End()
		return
	}
	if outcome != "" {
		span.SetAttributes(keyOutcome.String(outcome))
	}
	if err != nil {
		s.failMessage(span, err, outcome)
	}
	span.End(trace.WithTimestamp(end))
}

// eventSpan is where the outcomes are told.
func (inv *invocation) eventSpan(ctx context.Context) trace.Span {
	inv.batch.mu.Lock()
	defer inv.batch.mu.Unlock()
	if inv.batch.span != nil {
		return inv.batch.span
	}
	return trace.SpanFromContext(ctx)
}

// tally counts outcomes, in the order in which they come.
type tally struct{ list []outcomeCount }

type outcomeCount struct {
	outcome     string
	all, unseen int
	ids         []string // of the first that are unseen
}

// maxIDs is how many ids of unseen messages are told for an outcome.
const maxIDs = 20

func (t *tally) count(id, outcome string, unseen bool) {
	i := 0
	for i < len(t.list) && t.list[i].outcome != outcome {
		i++
	}
	if i == len(t.list) {
		t.list = append(t.list, outcomeCount{outcome: outcome})
	}
	c := &t.list[i]
	c.all++
	if !unseen {
		return
	}
	if c.unseen++; len(c.ids) < maxIDs {
		c.ids = append(c.ids, id)
	}
}

func (t *tally) tell(span trace.Span) {
	for _, c := range t.list {
		span.SetAttributes(attribute.Int(keyOutcomes+c.outcome, c.all))
		if c.unseen > 0 {
			span.AddEvent("messages "+c.outcome, trace.WithAttributes(keyOutcome.String(c.outcome),
				keyMessageCount.Int(c.unseen), keyMessageIDs.StringSlice(c.ids)))
		}
	}
}
