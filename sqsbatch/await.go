package sqsbatch

import (
	"context"
	"math"
	"runtime"
	"time"
)

// await waits until no worker has anything to do, at the latest half of the reserve after the cutoff or ctx's end. Meanwhile
// it gives up on messages whose time is over.
func (b *batch) await(ctx context.Context) {
	// The worker goes first. A batch that it handles without waiting for anything needs no timer and no channel; otherwise this
	// goroutine is the next to run, as soon as the worker waits, a processor is idle or the scheduler takes the worker's away.
	runtime.Gosched()
	done := b.waits()
	if done == nil {
		return
	}
	var timer *time.Timer
	var fired <-chan time.Time
	ends := ctx.Done()
	last := time.Duration(math.MaxInt64) // when to wait no longer, from the cutoff on
	for {
		due := min(last, b.cutoff)
		if last < math.MaxInt64 {
			due = last
		}
		if b.messageTimeout > 0 {
			due = min(due, b.nextOverdue())
		}
		switch {
		case due == math.MaxInt64:
		case timer == nil:
			timer = time.NewTimer(due - b.now())
			defer timer.Stop()
			fired = timer.C
		default:
			timer.Reset(due - b.now())
		}
		select {
		case <-done:
			return
		case <-ends:
			ends, last = nil, min(last, b.now()+b.reserve/2)
		case <-fired:
		}
		now := b.now()
		if now >= b.cutoff {
			last = min(last, b.cutoff+b.reserve/2)
		}
		if now >= last {
			return
		}
		if b.messageTimeout > 0 {
			b.giveUp(now)
		}
	}
}

// nextOverdue returns when the next message is to be given up, unless it ends before.
func (b *batch) nextOverdue() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	next := b.now() + b.messageTimeout + b.reserve/2 // for what is started from now on
	for _, w := range b.workers {
		if w.current >= 0 && !w.givenUp {
			next = min(next, b.overdue(&b.calls[w.current]))
		}
	}
	return next
}

// overdue returns when a message is given up.
func (b *batch) overdue(c *call) time.Duration { return c.started + b.messageTimeout + b.reserve/2 }

// giveUp fails the messages whose handlers ignored the end of their time, and starts a worker in the place of theirs.
func (b *batch) giveUp(now time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	lost := 0
	for _, w := range b.workers {
		if w.current < 0 || w.givenUp || b.overdue(&b.calls[w.current]) > now {
			continue
		}
		b.settle(w.current, &verdict{outcome: TimedOut, err: ErrMessageTimeout}, now-b.calls[w.current].started)
		b.schedule.release(w.unit)
		w.yieldSlot()
		w.givenUp = true
		lost++
	}
	if lost == 0 {
		return
	}
	b.live -= lost
	if w := b.another(); w != nil {
		go w.work()
	}
	b.checkOver(now)
}
