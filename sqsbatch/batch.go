package sqsbatch

import (
	"context"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// batch is one invocation's messages on their way. Its goroutines may outlive the invocation when a handler ignores its
// context; nothing that they write after close reaches the results.
type batch struct {
	records  []events.SQSMessage
	process  func(context.Context, *events.SQSMessage) error
	schedule schedule

	ctx       context.Context // the handlers' context: ends at cutoff
	cutoff    time.Time       // zero when the invocation has no deadline
	contexts  []messageContext
	next      atomic.Int64  // the next unit of the schedule to take
	live      atomic.Int64  // workers that have not ended
	done      chan struct{} // closed when the last worker ends
	mu        sync.Mutex    // guards what follows
	closed    bool
	results   []result
	startedAt []time.Time // zero: not started
}

// result is what became of one message. The zero value is a failure: a message nobody got to.
type result struct {
	outcome  Outcome
	err      error
	duration time.Duration
}

// run handles the batch and returns a result for each record. It returns when all are settled, at the latest half of the
// reserve before ctx's deadline.
func (b *batch) run(ctx context.Context, concurrency int, reserve time.Duration) []result {
	var cancel context.CancelFunc
	if deadline, ok := ctx.Deadline(); ok {
		b.cutoff = deadline.Add(-reserve)
		b.ctx, cancel = context.WithDeadlineCause(ctx, b.cutoff, ErrDeadline)
	} else {
		b.ctx, cancel = context.WithCancel(ctx)
	}
	defer cancel()

	b.results = make([]result, len(b.records))
	b.startedAt = make([]time.Time, len(b.records))
	b.contexts = make([]messageContext, len(b.records))
	b.done = make(chan struct{})
	workers := min(concurrency, b.schedule.units)
	if workers == 0 {
		return nil
	}
	b.live.Store(int64(workers))
	for range workers {
		go b.work()
	}
	select {
	case <-b.done:
	case <-b.ctx.Done():
		grace := time.NewTimer(reserve / 2)
		defer grace.Stop()
		select {
		case <-b.done:
		case <-grace.C:
		}
	}
	return b.close()
}

// close settles what is still open and keeps late results out.
func (b *batch) close() []result {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	reason := ErrDeadline
	if b.ctx.Err() != nil && (b.cutoff.IsZero() || time.Now().Before(b.cutoff)) {
		reason = context.Cause(b.ctx) // the invocation was cancelled
	}
	for i := range b.results {
		r := &b.results[i]
		if r.outcome != SkippedDeadline {
			continue
		}
		r.err = reason
		if !b.startedAt[i].IsZero() {
			r.outcome, r.duration = TimedOut, time.Since(b.startedAt[i])
		}
	}
	return b.results
}

// work takes units until none is left. When a handler ends the goroutine by runtime.Goexit, another worker takes its place.
func (b *batch) work() {
	returned := false
	defer func() {
		if !returned {
			go b.work()
			return
		}
		if b.live.Add(-1) == 0 {
			close(b.done)
		}
	}()
	for {
		unit := int(b.next.Add(1)) - 1
		if unit >= b.schedule.units {
			break
		}
		for i := b.schedule.start(unit); i >= 0 && b.handle(i); i = b.schedule.after(i) {
		}
	}
	returned = true
}

// handle handles message i and reports whether the messages after it in its unit may be handled.
func (b *batch) handle(i int) (ok bool) {
	start := time.Now()
	if !b.begin(i, start) {
		return false
	}
	c := &b.contexts[i]
	c.Context, c.message = b.ctx, &b.records[i]

	outcome, err := Panicked, error(nil)
	defer func() {
		if outcome == Panicked {
			// Neither a return nor a recovered value: the handler called runtime.Goexit, unless recover says otherwise.
			err = &PanicError{Value: recover(), Stack: debug.Stack()}
		}
		ok = b.settle(i, outcome, err, time.Since(start))
	}()
	err = b.process(c, c.message)
	outcome = Succeeded
	if err != nil {
		outcome = Failed
	}
	return ok
}

// begin marks message i as started, or refuses when the time for that is over.
func (b *batch) begin(i int, now time.Time) bool {
	if b.ctx.Err() != nil || !b.cutoff.IsZero() && !now.Before(b.cutoff) {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	b.startedAt[i] = now
	return true
}

// settle records what became of message i. A failure takes the rest of its unit, the later messages of its FIFO group,
// with it. A result that comes after the response went out is discarded.
func (b *batch) settle(i int, outcome Outcome, err error, d time.Duration) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	b.results[i] = result{outcome, err, d}
	if outcome == Succeeded {
		return true
	}
	for j := b.schedule.after(i); j >= 0; j = b.schedule.after(j) {
		b.results[j] = result{outcome: SkippedFIFO, err: ErrGroupBlocked}
	}
	return false
}
