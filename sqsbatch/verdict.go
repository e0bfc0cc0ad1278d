package sqsbatch

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"time"
)

// verdict is what came of a message.
type verdict struct {
	outcome Outcome
	err     error
	asked   *asked // what is to be done with it besides; usually nil
}

// asked is what a message's handler, or the back-off, asks for.
type asked struct {
	action  Action
	delay   time.Duration
	backOff bool  // nobody asked for it but the back-off
	settled bool  // it was done or tried
	err     error // why it was not done
}

// waits tells whether the message is still to be settled by action.
func (v *verdict) waits(action Action) bool {
	return v.asked != nil && !v.asked.settled && v.asked.action == action
}

// isFailure tells whether the message's call failed, as far as that is known before the Settler is called: what leaves for the
// dead-letter queue, or is put off as planned, has not.
func (v *verdict) isFailure() bool {
	return !v.done() && !(v.asked != nil && v.asked.action == SendToDeadLetter) &&
		!(v.waits(ChangeVisibility) && !v.asked.backOff)
}

// done tells whether the message is deleted.
func (v *verdict) done() bool { return v.outcome.Done() }

// note is what decoding found out about a message for which no error is returned.
type note struct {
	outcome Outcome
	err     error
}

// judge makes a verdict of what the process of a message returned. A message that asks for the dead-letter queue, or
// for a delay, has failed until that is confirmed.
func (b *batch) judge(c *call, err error) verdict {
	if err == nil {
		v := verdict{outcome: Succeeded}
		if n := c.note.Load(); n != nil {
			return verdict{outcome: n.outcome, err: n.err}
		}
		return v
	}
	v := verdict{outcome: Failed, err: readable(err)}
	var undecodable *DecodeError
	if errors.As(err, &undecodable) {
		v.outcome = DecodeFailed
	}
	steer := steering(err)
	switch {
	case steer == nil || steer.Action == NoAction || steer.later && b.settler == nil:
		b.backOff(c, &v)
	case steer.Action == Delete:
		v.outcome, v.asked = Dropped, &asked{action: Delete, settled: true}
	default:
		v.asked = &asked{action: steer.Action, delay: wholeSeconds(steer.Delay)}
		if b.settler == nil {
			v.asked.settled, v.asked.err = true, errNoSettler
		}
	}
	return v
}

// backOff gives a plain failure its delay: any time up to the base doubled with each receive ("full jitter", AWS Architecture
// Blog, "Exponential Backoff And Jitter").
func (b *batch) backOff(c *call, v *verdict) {
	if b.backoffBase == 0 {
		return
	}
	top := b.backoffBase
	for range receiveCount(c.message.Attributes) - 1 {
		if top *= 2; top >= b.backoffMax {
			break
		}
	}
	v.asked = &asked{action: ChangeVisibility, delay: wholeSeconds(rand.N(min(top, b.backoffMax) + 1)), backOff: true}
}

// brakeOn counts failures in a row. Call it with the lock held.
func (b *batch) brakeOn(down bool) {
	if b.brake == 0 {
		return
	}
	if !down {
		b.down = 0
		return
	}
	if b.down++; b.down >= b.brake {
		b.braked = true
	}
}

// deadLetterNow has a message copied to the dead-letter queue before the next of its FIFO group is handled. When no message is
// started any more it is left to settleAll, and when nobody waits for the message any more to nobody. Its time is not that of the
// message's context: that has ended where the handler asks for this because it has.
func (b *batch) deadLetterNow(c *call, v *verdict) {
	b.mu.Lock()
	wanted := c.state == stateRunning && b.open(b.now())
	b.mu.Unlock()
	if !wanted {
		return
	}
	ctx := b.life.context()
	if b.messageTimeout > 0 {
		var cancel context.CancelFunc // a quarter of the reserve is left before the message is given up
		ctx, cancel = context.WithDeadlineCause(ctx, b.begun.Add(b.overdue(c)-b.reserve/4), ErrMessageTimeout)
		defer cancel()
	}
	v.asked.settled = true
	v.asked.err = confirm(ctx, b.settler, []Settlement{{Message: c.message, Action: SendToDeadLetter, Err: v.err}})[0]
	if v.asked.err == nil {
		v.outcome = DeadLettered
	}
}

// blockGroups fails what a HandleBatch handler, or the Settler, let go behind a failure in a FIFO group. Call it when the batch
// is closed. What the handling of messages one by one leaves needs no change.
func (b *batch) blockGroups() {
	for unit := 0; b.schedule.next != nil && unit < b.schedule.units; unit++ {
		blocked := false
		for i := b.schedule.first(unit); i >= 0; i = b.schedule.after(i) {
			v := &b.calls[i].verdict
			leaves := v.waits(SendToDeadLetter)
			switch {
			case blocked && (leaves || v.outcome == Succeeded || v.outcome == Dropped):
				*v = verdict{outcome: Failed, err: errors.Join(errGroupBlocked, v.err)}
			case !leaves && !v.done():
				blocked = true
			}
		}
	}
}

// settleAll does what the messages of a closed batch ask for.
func (b *batch) settleAll(ctx context.Context) {
	var settlements []Settlement
	var of []*call
	for i := range b.calls {
		if c := &b.calls[i]; c.asked != nil && !c.asked.settled {
			settlements = append(settlements, Settlement{c.message, c.asked.action, c.asked.delay, c.err})
			of = append(of, c)
		}
	}
	if len(settlements) == 0 {
		return
	}
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadlineCause(ctx, deadline.Add(-b.reserve/4), ErrDeadline)
		defer cancel()
	}
	for i, err := range confirm(ctx, b.settler, settlements) {
		c := of[i]
		c.asked.settled, c.asked.err = true, err
		switch {
		case err != nil || c.asked.backOff:
		case c.asked.action == SendToDeadLetter:
			c.outcome = DeadLettered
		default:
			c.outcome = Delayed
		}
	}
}

// receiveCount returns how often a message was received, this time included, or 0 when it does not tell.
func receiveCount(attributes map[string]string) int {
	n, err := strconv.Atoi(attributes["ApproximateReceiveCount"])
	if err != nil {
		return 0
	}
	return n
}
