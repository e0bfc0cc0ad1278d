package changes

import (
	"context"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// batch is one invocation's records on their way. Its goroutines may outlive the invocation when a handler ignores its
// context; nothing that they write after close reaches the results.
//
// Workers take records in the batch's order. So when a record fails, all before it have been taken, and none after it needs to
// be started: a worker whose record failed just ends.
type batch struct {
	records []events.DynamoDBEventRecord
	process func(context.Context, *events.DynamoDBEventRecord) (Outcome, error)
	turns   []turn // the order of each item's records; nil when records are handled one by one

	ctx       context.Context // the handlers' context: ends at cutoff
	cutoff    time.Time       // zero when the invocation has no deadline
	next      atomic.Int64    // the next record to take
	live      atomic.Int64    // workers that have not ended
	done      chan struct{}   // closed when the last worker ends
	mu        sync.Mutex      // guards what follows
	closed    bool
	failed    int // the first record that failed, or len(records)
	results   []result
	startedAt []time.Time // zero: not started
}

// result is what became of one record. The zero value is a failure: a record nobody got to.
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

	b.failed = len(b.records)
	b.results = make([]result, len(b.records))
	b.startedAt = make([]time.Time, len(b.records))
	b.done = make(chan struct{})
	workers := min(concurrency, len(b.records))
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
		switch {
		case r.outcome != SkippedDeadline:
		case !b.startedAt[i].IsZero():
			*r = result{TimedOut, reason, time.Since(b.startedAt[i])}
		case i > b.failed:
			*r = result{outcome: SkippedFailure, err: ErrBlocked}
		default:
			r.err = reason
		}
	}
	return b.results
}

func (b *batch) work() {
	defer func() {
		if b.live.Add(-1) == 0 {
			close(b.done)
		}
	}()
	for {
		i := int(b.next.Add(1)) - 1
		if i >= len(b.records) || !b.handle(i) {
			return
		}
	}
}

// handle handles record i and reports whether records after it may be handled.
func (b *batch) handle(i int) (ok bool) {
	if b.turns != nil {
		defer b.turns[i].end()
		b.turns[i].wait(b.ctx)
	}
	start := time.Now()
	if !b.begin(i, start) {
		return false
	}
	outcome, err := Panicked, error(nil)
	defer func() {
		if outcome == Panicked {
			// Neither a return nor a recovered value: the handler called runtime.Goexit, unless recover says otherwise.
			err = &PanicError{Value: recover(), Stack: debug.Stack()}
		}
		ok = b.settle(i, outcome, err, time.Since(start))
	}()
	outcome, err = b.process(b.ctx, &b.records[i])
	return ok
}

// begin marks record i as started, or refuses when the time for that is over or a record before it failed.
func (b *batch) begin(i int, now time.Time) bool {
	if b.ctx.Err() != nil || !b.cutoff.IsZero() && !now.Before(b.cutoff) {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || i > b.failed {
		return false
	}
	b.startedAt[i] = now
	return true
}

// settle records what became of record i. A result that comes after the response went out is discarded.
func (b *batch) settle(i int, outcome Outcome, err error, d time.Duration) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	b.results[i] = result{outcome, err, d}
	if !outcome.handled() {
		b.failed = min(b.failed, i)
		return false
	}
	return true
}
