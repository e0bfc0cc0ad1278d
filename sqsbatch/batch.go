package sqsbatch

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// batch is one invocation's messages on their way. Its workers may outlive the invocation when a handler ignores its
// context; nothing that they find out after close reaches the calls' results.
//
// One worker begins, before the goroutine that awaits it goes on. Whenever a worker has taken a message and more are left, it
// makes another one ready, on a goroutine that the scheduler runs as soon as the first waits for something or a processor is
// idle. So a batch whose handler waits has as many workers as it may, and one whose handler only computes as many as there are
// processors, without a goroutine for each message, which would cost more than a small message does.
type batch struct {
	*settings
	process func(context.Context, *events.SQSMessage) error

	life   lifetime      // of the handlers' contexts: ends at cutoff
	lives  []lifetime    // of each message's own, where there is a time-out for messages
	begun  time.Time     // times below are durations since then
	cutoff time.Duration // math.MaxInt64 when the invocation has no deadline

	mu       sync.Mutex // guards what follows
	calls    []call
	schedule schedule
	one      worker     // the first of workers
	first    [1]*worker // their array while they are one
	workers  []*worker
	live     int           // workers that have neither ended nor been given up
	idle     int           // those of them that have no message yet: not yet running, or waiting for a slot
	ready    bool          // one of them is not yet running
	over     bool          // no worker has anything to do
	done     chan struct{} // made when somebody waits for that, and closed then
	down     int           // failures in a row that say that a dependency is down
	braked   bool
	closed   bool
}

// call is one message: its handler's context, and what became of it.
type call struct {
	message *events.SQSMessage
	id      string // the message's, as it came: a handler that takes a pointer can change the message
	life    *lifetime
	worker  *worker
	note    atomic.Pointer[note]

	state    callState
	started  time.Duration // since the batch's begin
	duration time.Duration
	verdict
}

type callState uint8

const (
	statePending callState = iota
	stateRunning
	stateSettled
)

func newBatch(s *settings, records []events.SQSMessage, process func(context.Context, *events.SQSMessage) error) *batch {
	b := &batch{
		settings: s, process: process, calls: make([]call, len(records)), schedule: scheduleOf(records, s.groupConcurrency),
	}
	b.workers = b.first[:0]
	for i := range b.calls {
		c := &b.calls[i]
		c.message, c.id, c.life = &records[i], records[i].MessageId, &b.life
	}
	return b
}

// waits returns a channel that is closed when no worker has anything to do, or nil when that is so already.
func (b *batch) waits() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over {
		return nil
	}
	b.done = make(chan struct{})
	return b.done
}

// run handles the batch. It returns when all messages are settled, at the latest half of the reserve before ctx's deadline.
func (b *batch) run(ctx context.Context, work func(*worker)) {
	b.begun, b.cutoff = time.Now(), math.MaxInt64
	b.life.parent, b.life.cause = ctx, ErrDeadline
	if deadline, ok := ctx.Deadline(); ok {
		b.life.until = deadline.Add(-b.reserve)
		b.cutoff = b.life.until.Sub(b.begun)
	}
	defer b.life.end()
	if b.messageTimeout > 0 {
		b.lives = make([]lifetime, len(b.calls))
	}
	if b.cutoff > 0 && ctx.Err() == nil {
		go work(b.another())
		b.await(ctx)
	}
	b.close(ctx)
}

// another makes a worker, for the caller to start, or returns nil when there is no room or no need for one. Call it with the
// lock held, or before any worker runs.
func (b *batch) another() *worker {
	if b.ready || b.live >= b.concurrency || b.schedule.left() == 0 {
		return nil
	}
	w := &b.one
	if len(b.workers) > 0 {
		w = new(worker)
	}
	w.batch, w.current, w.unit, w.fresh = b, -1, -1, true
	b.workers = append(b.workers, w)
	b.live++
	b.idle++
	b.ready = true
	return w
}

// checkOver ends the waiting when no worker has a message and none can get one. Call it with the lock held.
func (b *batch) checkOver(now time.Duration) {
	if b.live == b.idle && (b.live == 0 || b.schedule.left() == 0 || !b.open(now)) && !b.over {
		b.over = true
		if b.done != nil {
			close(b.done)
		}
	}
}

// close settles what is still open and keeps late results out.
func (b *batch) close(ctx context.Context) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	reason := ErrDeadline
	if ctx.Err() != nil && b.now() < b.cutoff {
		reason = context.Cause(ctx) // the invocation was cancelled
	}
	for _, w := range b.workers {
		if w.current >= 0 {
			w.yieldSlot()
		}
	}
	for i := range b.calls {
		c := &b.calls[i]
		switch {
		case c.state == stateRunning:
			c.verdict, c.duration = verdict{outcome: TimedOut, err: reason}, b.now()-c.started
		case c.state == statePending && b.braked:
			c.verdict = verdict{outcome: SkippedBrake, err: errBrake}
		case c.state == statePending:
			c.verdict = verdict{outcome: SkippedDeadline, err: reason}
		}
		c.state = stateSettled
	}
}

func (b *batch) now() time.Duration { return time.Since(b.begun) }

// open tells whether a message may be started now. Call it with the lock held.
func (b *batch) open(now time.Duration) bool {
	return !b.closed && !b.braked && now < b.cutoff && b.life.parent.Err() == nil
}

// settle records what became of message i and returns the next one of its unit, or -1. A failure takes the rest of its
// unit, the later messages of its FIFO group, with it. A message that still waits for the dead-letter queue takes nothing with it:
// it is the last of its unit, or no message is started any more. Call it with the lock held.
func (b *batch) settle(i int, v *verdict, d time.Duration) int {
	c := &b.calls[i]
	c.verdict, c.duration, c.state = *v, d, stateSettled
	next := b.schedule.after(i)
	if v.done() || v.waits(SendToDeadLetter) {
		return next
	}
	for j := next; j >= 0; j = b.schedule.after(j) {
		b.calls[j].verdict = verdict{outcome: SkippedFIFO, err: errGroupBlocked}
		b.calls[j].state = stateSettled
	}
	return -1
}
