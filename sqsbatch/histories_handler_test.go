package sqsbatch_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// kind is how a call ends.
type kind int

const (
	kindNil kind = iota
	kindPlain
	kindDown
	kindPanic
	kindExit
	kindRetry
	kindDrop
	kindDead
)

// plan is what a call does.
type plan struct {
	sleep  time.Duration
	ignore bool // the end of its context
	kind   kind
	delay  time.Duration
	err    error
}

// plan draws what the call for message n at its receive does.
func (h *history) plan(n, receive int) (p plan) {
	r := h.chance(n, receive, aboutCall)
	if r.IntN(2) == 0 {
		p.sleep = time.Duration(r.IntN(300_000)) * time.Microsecond
	}
	if r.Float64() < h.ok {
		return p
	}
	long := time.Second + time.Duration(r.IntN(25_000_000))*time.Microsecond
	if r.Float64() < h.ignore {
		p.sleep, p.ignore = long, true
		if r.IntN(2) == 0 {
			p.kind, p.err = kindPlain, errPlain
		}
		return p
	}
	p.delay = time.Duration(r.IntN(120)) * time.Second
	if h.brake > 0 && r.IntN(2) == 0 {
		p.kind, p.err = kindDown, fmt.Errorf("dependency: %w", errDown)
		return p
	}
	switch r.IntN(10) {
	case 0:
		p.sleep = long
	case 1:
		p.kind = kindPanic
	case 2:
		p.kind = kindExit
	case 3:
		p.kind, p.err = kindRetry, sqsbatch.RetryAfter(errPlain, p.delay)
	case 4:
		p.kind, p.err = kindRetry, errors.Join(sqsbatch.Drop(errPlain), sqsbatch.RetryAfter(nil, p.delay-time.Millisecond))
		p.delay = max(p.delay, 0)
	case 5:
		p.kind, p.err = kindDrop, sqsbatch.Drop(errPlain)
	case 6:
		p.kind, p.err = kindDead, fmt.Errorf("wrapped: %w", sqsbatch.DeadLetter(errPlain))
	case 7:
		p.kind, p.err = kindDead, sqsbatch.DeadLetter(nil)
	case 8:
		p.kind, p.err = kindDown, fmt.Errorf("dependency: %w", errDown)
	default:
		p.kind, p.err = kindPlain, errPlain
	}
	return p
}

// wait sleeps as the plan says. When the context ends first, the plan's end becomes a plain failure.
func (p *plan) wait(ctx context.Context) {
	if p.ignore || p.sleep == 0 {
		time.Sleep(p.sleep)
		return
	}
	timer := time.NewTimer(p.sleep)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		p.kind, p.err = kindPlain, ctx.Err()
	}
}

// handle is the handler of single messages.
func (h *history) handle(ctx context.Context, i item) error {
	inv := ctx.Value(invocationKey{}).(*invocation)
	h.mu.Lock()
	m, ok := sqsbatch.MessageFromContext(ctx)
	n, receive := h.of(&m)
	if !ok || n != i.N {
		h.faultf("the call for message %d has the context of message %d", i.N, n)
	}
	if deadline, ok := ctx.Deadline(); h.mapping.Timeout > 0 && (!ok || deadline.After(inv.cutoff)) {
		h.faultf("message %d: the context ends at %v, the reserve begins at %v", n, deadline, inv.cutoff)
	}
	c := h.start(inv, false, n)[0]
	h.mu.Unlock()
	p := h.plan(n, receive)
	p.wait(ctx)
	h.mu.Lock()
	h.end(inv, n, c, p.kind, p.delay)
	h.mu.Unlock()
	switch p.kind {
	case kindPanic:
		panic(errPlain)
	case kindExit:
		runtime.Goexit()
	}
	return p.err
}

// handleBatch is the handler of whole batches.
func (h *history) handleBatch(ctx context.Context, messages []sqsbatch.Message[item]) []error {
	inv := ctx.Value(invocationKey{}).(*invocation)
	var numbers []int
	for _, m := range messages {
		numbers = append(numbers, m.Value.N)
	}
	h.mu.Lock()
	calls := h.start(inv, false, numbers...)
	first, firstReceive := h.of(messages[0].SQSMessage)
	h.mu.Unlock()
	r := h.chance(first, firstReceive, aboutBatch)
	var errs []error
	var plans []plan
	var whole plan
	for _, m := range messages {
		h.mu.Lock()
		n, receive := h.of(m.SQSMessage)
		h.mu.Unlock()
		p := h.plan(n, receive)
		if p.kind == kindPanic || p.kind == kindExit {
			p.kind, p.err = kindPlain, errPlain
		}
		if p.sleep > whole.sleep {
			whole.sleep, whole.ignore = p.sleep, p.ignore
		}
		plans, errs = append(plans, p), append(errs, p.err)
	}
	whole.wait(ctx)
	how := r.IntN(12)
	switch {
	case whole.err != nil: // the context has ended
		how = 0
	case how == 1:
		errs = append(errs, nil)
	}
	h.mu.Lock()
	inv.tooManyResults = len(errs) > len(messages)
	if how == 0 {
		errs = errs[:r.IntN(len(errs))]
	}
	for i, p := range plans {
		switch {
		case how == 2:
			p.kind = kindPanic
		case how == 3:
			p.kind = kindExit
		case i >= len(errs):
			p.kind = kindPlain
		}
		h.end(inv, numbers[i], calls[i], p.kind, p.delay)
	}
	h.mu.Unlock()
	switch how {
	case 2:
		panic("batch")
	case 3:
		runtime.Goexit()
	}
	return errs
}

// undecoded is the function of WithUndecodable.
func (h *history) undecoded(ctx context.Context, m events.SQSMessage, reason *sqsbatch.DecodeError) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	inv := ctx.Value(invocationKey{}).(*invocation)
	n, receive := h.of(&m)
	p := plan{}
	switch h.chance(n, receive, aboutDecoding).IntN(6) {
	case 0:
		p.kind, p.err = kindPlain, reason
	case 1:
		p.kind, p.err = kindDrop, sqsbatch.Drop(reason)
	case 2:
		p.kind, p.err = kindDead, sqsbatch.DeadLetter(errPlain)
	case 3:
		p.kind = kindPanic
	}
	c := h.start(inv, true, n)[0]
	h.end(inv, n, c, p.kind, p.delay)
	if p.kind == kindPanic {
		panic(reason)
	}
	return p.err
}

// start notes that a call for messages begins, and what must not be so then. Call it with the lock held, as end.
func (h *history) start(inv *invocation, undecoded bool, numbers ...int) (calls []*handled) {
	h.moment++
	inv.live++
	h.live++
	for _, n := range numbers {
		h.logf("%d starts", n)
		c := &handled{start: time.Now(), undecoded: undecoded}
		calls = append(calls, c)
		if inv.calls[n] != nil || !slices.Contains(inv.numbers, n) {
			h.faultf("message %d was handled twice in batch %v, or is not of it", n, inv.numbers)
		}
		inv.calls[n] = c
		h.starts[n] = h.moment
		if !inv.cutoff.IsZero() && !c.start.Before(inv.cutoff) {
			h.faultf("message %d was started in the reserve", n)
		}
		inv.liveInGroup[h.group[n]]++
		for earlier := range n {
			_, done := h.dones[earlier]
			switch {
			case !h.fifo || done || h.group[earlier] != h.group[n] || h.whole && slices.Contains(numbers, earlier):
			case slices.Contains(inv.numbers, earlier) && h.whole && undecoded: // all are decoded before one is handled
			case slices.Contains(inv.numbers, earlier):
				h.faultf("message %d was started while %d, before it in its group and in batch %v, was not done", n, earlier, inv.numbers)
			default:
				h.overtakes = append(h.overtakes, overtake{earlier, n, h.moment})
			}
		}
		if bound := h.groupConcurrency; bound > 0 && h.messageTimeout == 0 && !h.fifo && h.group[n] != "" && inv.liveInGroup[h.group[n]] > bound {
			h.faultf("%d messages of group %s were handled at once", inv.liveInGroup[h.group[n]], h.group[n])
		}
	}
	if !h.whole && h.messageTimeout == 0 && inv.live > h.concurrency {
		h.faultf("%d messages of a batch were handled at once", inv.live)
	}
	if h.processConcurrency > 0 && h.messageTimeout == 0 && h.ignore == 0 && h.crash == 0 && h.undecodable == 0 && h.live > h.processConcurrency {
		h.faultf("%d calls ran at once in the process", h.live)
	}
	return calls
}

// end notes how a message's call ended.
func (h *history) end(inv *invocation, n int, c *handled, k kind, delay time.Duration) {
	h.logf("%d ends as %d", n, k)
	c.ended, c.end, c.kind, c.delay = true, time.Now(), k, delay
	inv.liveInGroup[h.group[n]]--
	last := true // of the call
	for _, other := range inv.calls {
		last = last && (other.ended || !h.whole)
	}
	if last {
		inv.live--
		h.live--
	}
	if (!h.whole || c.undecoded) && (k == kindNil || k == kindDrop) && h.inTime(inv, c) >= 0 {
		h.done(n)
	}
}

// limit is until when a call's result counts; zero: always.
func (h *history) limit(inv *invocation, c *handled) time.Time {
	limit := inv.cutoff
	if h.messageTimeout > 0 && !c.undecoded {
		if own := c.start.Add(h.messageTimeout); limit.IsZero() || own.Before(limit) {
			limit = own
		}
	}
	if limit.IsZero() {
		return limit
	}
	return limit.Add(h.reserve / 2)
}

// inTime tells whether a call's result came in time (1), at the last moment (0) or too late (-1).
func (h *history) inTime(inv *invocation, c *handled) int {
	limit := h.limit(inv, c)
	switch {
	case !c.ended:
		return -1
	case limit.IsZero():
		return 1
	}
	return limit.Compare(c.end)
}
