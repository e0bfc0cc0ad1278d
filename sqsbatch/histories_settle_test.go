package sqsbatch_test

import (
	"context"
	"runtime"
	"slices"
	"time"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// Settle makes the history a Settler: it does on the queue what is asked for, or goes wrong in one of the ways in which a
// Settler can.
func (h *history) Settle(ctx context.Context, settlements []sqsbatch.Settlement) []error {
	inv := ctx.Value(invocationKey{}).(*invocation)
	h.mu.Lock()
	n, receive := h.of(settlements[0].Message)
	r := h.chance(n, receive, aboutSettling)
	how := -1
	if r.Float64() >= h.settles {
		how = r.IntN(8)
	}
	h.logf("settles %d and %d more, as %d", n, len(settlements)-1, how)
	for _, s := range settlements {
		h.checkSettlement(inv, s)
	}
	h.mu.Unlock()

	do, refused := slices.Clone(settlements), 0
	switch how {
	case 0: // some are refused
		refused = 1 + r.IntN(len(settlements))
		do = do[refused:]
	case 1:
		panic("before")
	case 2:
		runtime.Goexit()
	case 3: // it ignores its context
		time.Sleep(time.Duration(r.IntN(20_000_000)) * time.Microsecond)
	}
	answers := slices.Repeat([]error{errPlain}, refused)
	answers = append(answers, h.inner.Settle(ctx, do)...)
	done := slices.Clone(answers)
	switch how {
	case 4: // the confirmations are lost
		answers = slices.Repeat([]error{errPlain}, len(answers))
	case 5: // it does not say all
		answers = answers[:r.IntN(len(answers))]
	case 6: // it says too much
		answers = append(answers, nil)
	}
	h.mu.Lock()
	for i, s := range settlements {
		n, _ := h.of(s.Message)
		w := inv.words[n]
		w.at = time.Now()
		w.deadline, _ = ctx.Deadline()
		w.copied = done[i] == nil && s.Action == sqsbatch.SendToDeadLetter
		w.confirmed = how != 6 && how != 7 && i < len(answers) && answers[i] == nil
		if !w.copied {
			continue
		}
		h.copies[n]++
		inTime := w.deadline.IsZero() || !w.at.After(w.deadline)
		if w.confirmed && inTime && (!h.whole || inv.calls[n] != nil && inv.calls[n].undecoded) {
			h.done(n)
		}
	}
	h.mu.Unlock()
	if how == 7 { // all is done, and nobody hears of it
		panic("after")
	}
	return answers
}

// checkSettlement holds a settlement against what the handler asked for.
func (h *history) checkSettlement(inv *invocation, s sqsbatch.Settlement) {
	n, _ := h.of(s.Message)
	if inv.words[n] != nil {
		h.faultf("message %d was settled twice", n)
	}
	inv.words[n] = &word{action: s.Action}
	c := inv.calls[n]
	if c == nil {
		if s.Action != sqsbatch.ChangeVisibility || h.undecodable == 0 || h.backoff == 0 {
			h.faultf("message %d was settled (%v) and never handled", n, s.Action)
		}
		return
	}
	if h.inTime(inv, c) < 0 {
		h.faultf("message %d was settled (%v) by a result that came too late", n, s.Action)
	}
	plain := c.kind == kindPlain || c.kind == kindDown || c.kind == kindPanic || c.kind == kindExit
	switch {
	case s.Action == sqsbatch.SendToDeadLetter && c.kind == kindDead:
	case s.Action == sqsbatch.ChangeVisibility && c.kind == kindRetry && s.Delay == c.delay:
	case s.Action == sqsbatch.ChangeVisibility && plain && h.backoff > 0 && s.Delay <= 4*h.backoff && s.Delay%time.Second == 0:
	default:
		h.faultf("message %d was settled (%v after %v), but its call ended as %d (%v)", n, s.Action, s.Delay, c.kind, c.delay)
	}
}
