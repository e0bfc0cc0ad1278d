package tracingotlp

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

const (
	// batchSize is how many spans a request has at most, and how many start an early one.
	batchSize = 512

	defaultQueue = 2048

	firstPause = time.Second
	maxPause   = 30 * time.Second
)

// sender takes requests to a destination. The queue calls send for one request at a time.
type sender interface {
	// send returns how many spans the destination refused of a request that it took, or a failure.
	send(ctx context.Context, body []byte) (rejected int, message string, _ *failure)
	// maxBytes is the size of the largest request.
	maxBytes() int
	destination() string
	close() error
}

// failure is why a request did not arrive.
type failure struct {
	reason  string
	status  int
	message string
	err     error
	// temporary is true if the same request may do later, and not before after.
	temporary bool
	after     time.Duration
	// innocent is true if it says nothing about the destination: the caller's context ended for a reason of its own.
	innocent bool
}

// queue is the span processor: it holds ended spans until a flush. It has no goroutine of its own but for early requests, each
// of which ends with its context, so that nothing runs when Lambda freezes the process after a flush.
type queue struct {
	sender   sender
	capacity int
	timeout  time.Duration // of an early request

	sending  chan struct{} // holds one value while somebody sends
	requests requests      // theirs

	mu       sync.Mutex
	spans    []sdktrace.ReadOnlySpan
	head     int // index of the first span
	inFlight int
	early    context.CancelFunc // of the early request, nil if there is none
	closed   bool
	over     bool // Shutdown has returned: what comes back from an early request goes nowhere
	stats    Stats
	told     Stats // what errors have told
	problem  *failure
	failures int // one after another
	pause    time.Time
}

var _ sdktrace.SpanProcessor = (*queue)(nil)

func newQueue(s sender, capacity int, timeout time.Duration) *queue {
	return &queue{
		sender: s, capacity: capacity, timeout: timeout,
		sending:  make(chan struct{}, 1),
		requests: requests{maxBytes: s.maxBytes()},
	}
}

// OnStart does nothing.
func (q *queue) OnStart(context.Context, sdktrace.ReadWriteSpan) {}

// OnEnd queues a span that is sampled. It never blocks.
func (q *queue) OnEnd(s sdktrace.ReadOnlySpan) {
	if !s.SpanContext().IsSampled() {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	q.spans = append(q.spans, s)
	q.trim()
	if q.waiting() >= batchSize && q.early == nil && !time.Now().Before(q.pause) {
		ctx, cancel := context.WithTimeout(context.Background(), q.timeout)
		q.early = cancel
		go q.sendEarly(ctx, cancel)
	}
}

func (q *queue) waiting() int { return len(q.spans) - q.head }

// trim drops the oldest spans of a queue that is too long.
func (q *queue) trim() {
	for q.waiting() > q.capacity {
		q.spans[q.head] = nil
		q.head++
		q.stats.Dropped++
	}
	if q.head > q.capacity {
		q.spans = append(q.spans[:0], q.spans[q.head:]...)
		clear(q.spans[len(q.spans):cap(q.spans)])
		q.head = 0
	}
}

// take removes up to n spans.
func (q *queue) take(n int) []sdktrace.ReadOnlySpan {
	q.mu.Lock()
	defer q.mu.Unlock()
	n = min(n, q.waiting())
	batch := append(make([]sdktrace.ReadOnlySpan, 0, n), q.spans[q.head:q.head+n]...)
	clear(q.spans[q.head : q.head+n])
	if q.head += n; q.head == len(q.spans) {
		q.spans, q.head = q.spans[:0], 0
	}
	q.inFlight = n
	return batch
}

// putBack puts spans that were not sent before those that came since.
func (q *queue) putBack(kept []sdktrace.ReadOnlySpan) {
	if len(kept) == 0 {
		return
	}
	q.spans = append(kept, q.spans[q.head:]...)
	q.head = 0
	q.trim()
}

func (q *queue) sendEarly(ctx context.Context, cancel context.CancelFunc) {
	defer cancel()
	select {
	case q.sending <- struct{}{}:
		if !time.Now().Before(q.pausedUntil()) { // a flush may have been first, and failed
			q.drain(ctx, q.capacity, batchSize)
		}
		<-q.sending
	case <-ctx.Done():
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.early = nil
}

// ForceFlush sends what is queued. It returns at once if nothing is, and no later than ctx ends.
func (q *queue) ForceFlush(ctx context.Context) error { return q.flush(ctx, false) }

func (q *queue) flush(ctx context.Context, last bool) error {
	q.mu.Lock()
	n, idle := q.waiting(), q.inFlight == 0 && q.early == nil
	if last {
		q.pause = time.Time{}
	}
	q.mu.Unlock()
	if n == 0 && idle {
		return q.report(nil)
	}
	select {
	case q.sending <- struct{}{}:
	default:
		select {
		case q.sending <- struct{}{}:
		case <-ctx.Done():
			q.endEarly()
			return q.report(&failure{reason: "the context ended while an earlier request was under way", err: context.Cause(ctx)})
		}
	}
	defer func() { <-q.sending }()
	defer q.endEarly()
	if until := q.pausedUntil(); q.count() > 0 && time.Now().Before(until) {
		return q.report(&failure{reason: "earlier requests failed, and the next one goes in " + time.Until(until).Round(time.Millisecond).String()})
	}
	q.drain(ctx, q.count(), 1) // what ends meanwhile is for the next flush
	return q.report(nil)
}

// endEarly ends the early request that is under way, or that waits for the flush to return: nothing should be sent when the process
// is frozen.
func (q *queue) endEarly() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.early != nil {
		q.early()
	}
}

func (q *queue) pausedUntil() time.Time {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.pause
}

func (q *queue) count() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting()
}

// drain sends up to n spans while there are at least least. The caller holds sending.
func (q *queue) drain(ctx context.Context, n, least int) {
	for n > 0 && q.count() >= least {
		batch := q.take(min(n, batchSize))
		n -= len(batch)
		if !q.export(ctx, batch) {
			return
		}
	}
}

// export sends a batch, and returns false if it is of no use to go on.
func (q *queue) export(ctx context.Context, batch []sdktrace.ReadOnlySpan) bool {
	var (
		kept    []sdktrace.ReadOnlySpan
		stopped *failure
		result  Stats
		problem *failure
	)
	tooLarge := q.requests.encode(batch, func(body []byte, spans []sdktrace.ReadOnlySpan) {
		if stopped != nil {
			kept = append(kept, spans...)
			return
		}
		if ctx.Err() != nil {
			stopped = &failure{reason: "the context had ended", err: context.Cause(ctx), temporary: true, innocent: true}
			kept = append(kept, spans...)
			return
		}
		rejected, message, f := q.sender.send(ctx, body)
		switch {
		case f == nil:
			rejected = min(rejected, len(spans))
			result.Rejected += uint64(rejected)
			result.Exported += uint64(len(spans) - rejected)
			if rejected > 0 && problem == nil {
				problem = &failure{reason: "spans were refused", message: message}
			}
		case f.temporary:
			stopped = f
			kept = append(kept, spans...)
		default:
			result.Rejected += uint64(len(spans))
			if problem == nil {
				problem = f
			}
		}
	})
	if tooLarge > 0 {
		result.TooLarge += uint64(tooLarge)
		if problem == nil {
			problem = &failure{reason: "spans are larger than a request may be"}
		}
	}

	q.mu.Lock()
	defer q.mu.Unlock()
	q.inFlight = 0
	q.stats.add(result)
	q.putBack(kept)
	if q.over {
		q.drop()
	}
	switch {
	case stopped == nil:
		q.failures = 0
		if q.problem != nil && q.problem.temporary {
			q.problem = nil // an early request failed, and its spans have gone now
		}
	case !stopped.innocent:
		q.failures++
		// Wall time: the monotonic clock may stand still while the process is frozen.
		q.pause = time.Now().Round(0).Add(max(stopped.after, pauseAfter(q.failures)))
	}
	if q.problem == nil {
		q.problem = first(stopped, problem)
	}
	return stopped == nil
}

// pauseAfter keeps a destination that does not answer from costing every invocation its bound: it is 1 s after the first
// failure, doubles up to 30 s, and half of it is random.
func pauseAfter(failures int) time.Duration {
	d := min(firstPause<<min(failures-1, 10), maxPause)
	return d/2 + rand.N(d/2)
}

// report returns the error of a flush: f, or what went wrong since the last one.
func (q *queue) report(f *failure) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	f = first(q.problem, f)
	q.problem = nil
	lost := q.stats.lost() - q.told.lost()
	q.told = q.stats
	if f == nil && lost > 0 {
		f = &failure{reason: "the queue was full"}
	}
	if f == nil {
		return nil
	}
	return &ExportError{
		Destination: q.sender.destination(), Kept: q.waiting() + q.inFlight, Lost: int(lost),
		Status: f.status, Reason: f.reason, Message: f.message, Err: f.err,
	}
}

func first(all ...*failure) *failure {
	for _, f := range all {
		if f != nil {
			return f
		}
	}
	return nil
}

// drop gives up all spans that wait.
func (q *queue) drop() {
	q.stats.Dropped += uint64(q.waiting())
	q.spans, q.head = nil, 0
}

// Shutdown flushes for the last time and closes the destination. Spans that end later are not recorded.
func (q *queue) Shutdown(ctx context.Context) error {
	q.mu.Lock()
	again := q.closed
	q.closed = true
	q.mu.Unlock()
	if again {
		return nil
	}
	err := q.flush(ctx, true)
	q.mu.Lock()
	q.over = true
	q.drop()
	q.mu.Unlock()
	if e, ok := errors.AsType[*ExportError](err); ok {
		e.Lost += e.Kept
		e.Kept = 0
	}
	return errors.Join(err, q.sender.close())
}
