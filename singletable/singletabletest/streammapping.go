package singletabletest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// StreamMapping reads a stream and invokes a function with batches of its records, as Lambda's event source mapping does
// with the starting position TRIM_HORIZON. Each shard has one batch under way at a time, in the shard's order: a batch
// that fails comes again, and nothing after it is read, until it succeeds or is given up.
//
// It keeps its place in each shard, so that a Run or Drain goes on where the one before it ended; a new mapping begins
// at the oldest record. The fields are not to be changed while one of them runs, and one runs at a time. Several
// mappings may read one stream.
type StreamMapping struct {
	// Stream is read. Required.
	Stream *Stream
	// Invoke runs the function: payload is the event, the result is what the function returned. It is called by one
	// goroutine for each shard. An error is a failed invocation, and what was returned with it is ignored; an error that
	// wraps ErrThrottled says that the function did not run. Required.
	//
	// The Invoke of what changes.Handle returns fits, and any function that is safe for concurrent use and returns bytes of
	// its own. The Invoke of aws-lambda-go's lambda.NewHandler of a plain function fits a stream of one shard alone: in
	// version 1.55 what one call returns is overwritten by another that runs at the same time. That of
	// lambda.NewHandler(tracing.HandleRaw(handler)) fits any: each of its responses is a reader of its own.
	Invoke func(ctx context.Context, payload []byte) ([]byte, error)
	// BatchSize is the most records in a batch, 1 to 10,000. Defaults to 100. A batch is also no more than 6 MB.
	BatchSize int
	// ReportBatchItemFailures makes the mapping read the function's response: the record with the lowest sequence number
	// that it names and all after it come again. Without it the response is ignored, and what the function reports as
	// failed is passed over with the rest.
	ReportBatchItemFailures bool
	// BisectBatchOnFunctionError cuts a batch in two when its invocation fails, and goes on with the halves. That uses
	// up none of the retries; a batch of one record does. A response that names records is no failed invocation: it cuts
	// the batch before the first that it names.
	BisectBatchOnFunctionError bool
	// MaximumRetryAttempts is how often a batch comes again before it is given up, 0 to 10,000. Defaults to no limit but
	// the age of its records. Batches that begin further on, because a response said so, have attempts of their own.
	MaximumRetryAttempts *int
	// MaximumRecordAge is how old a record may be to be handed to the function, 1 minute to 7 days. Older ones are given
	// up. Defaults to the 24 hours for which the stream keeps them.
	MaximumRecordAge time.Duration
	// Timeout is the function's time-out: Invoke's context has it as its deadline, as in Lambda, but an Invoke that
	// ignores it is not killed. Defaults to none.
	Timeout time.Duration
	// OnFailure is the destination of what is given up. It gets what a queue would: JSON that says which records of
	// which shard they were and why, without the records. Defaults to none. Calls come one at a time.
	OnFailure func(message []byte)
	// Observe is told of each invocation when it is over, one call at a time, from the shard's goroutine.
	Observe func(StreamBatch)

	running atomic.Bool
	mu      sync.Mutex // one call of OnFailure and Observe at a time
	readers []*shardReader
}

// StreamBatch is one batch of a StreamMapping and what became of it.
type StreamBatch struct {
	// Shard is the id of the shard.
	Shard string
	// Records are the records, in the order in which the function got them.
	Records []events.DynamoDBEventRecord
	// Invoked says whether the function ran.
	Invoked bool
	// Response is what the function returned, when it ran and returned no error.
	Response []byte
	// Done is how many of the first records are taken for handled.
	Done int
	// GaveUp says that the rest is given up. Otherwise it comes again.
	GaveUp bool
	// Err is why the whole batch has failed: the function's error, a *ResponseError, ErrThrottled, or ErrRecordAge.
	Err error
}

// ErrThrottled is wrapped by an error of StreamMapping.Invoke when the function could not be started. The batch comes
// again, which counts as no retry.
var ErrThrottled = errors.New("singletabletest: the function was throttled")

// ErrRecordAge is the Err of records that are given up because they have become too old.
var ErrRecordAge = errors.New("singletabletest: the records are too old")

// ErrRunning is what Run and Drain return while the mapping runs already.
var ErrRunning = errors.New("singletabletest: the stream mapping runs already")

// Limits of Lambda ("Lambda parameters for Amazon DynamoDB event source mappings", "Lambda quotas").
const (
	maxStreamBatch     = 10_000
	defaultStreamBatch = 100
	maxRetryAttempts   = 10_000
	maxPayload         = 6 << 20
	minRecordAge       = time.Minute
	maxRecordAge       = 7 * 24 * time.Hour

	pollInterval = time.Second / 4 // four times a second, as the base rate is
	firstPause   = 10 * time.Millisecond
	maxPause     = time.Minute
)

// check reports the settings that Lambda would refuse.
func (m *StreamMapping) check() error {
	var errs []error
	refuse := func(wrong bool, message string) {
		if wrong {
			errs = append(errs, errors.New("singletabletest: StreamMapping."+message))
		}
	}
	refuse(m.Invoke == nil, "Invoke is not set")
	refuse(m.Stream == nil, "Stream is not set")
	refuse(m.BatchSize < 0 || m.BatchSize > maxStreamBatch, "BatchSize must be from 1 to 10,000")
	retries := m.MaximumRetryAttempts
	refuse(retries != nil && (*retries < 0 || *retries > maxRetryAttempts), "MaximumRetryAttempts must be from 0 to 10,000")
	age := m.MaximumRecordAge
	refuse(age != 0 && (age < minRecordAge || age > maxRecordAge), "MaximumRecordAge must be from 1 minute to 7 days")
	refuse(m.Timeout < 0, "Timeout must not be negative")
	return errors.Join(errs...)
}

// Run reads until ctx ends, waits for the invocations that are under way, and returns nil. Invocations do not see ctx
// end. It returns an error at once for settings that Lambda would refuse, all of them named.
func (m *StreamMapping) Run(ctx context.Context) error {
	return m.each(func(r *shardReader) {
		for r.drain(ctx) && wait(ctx, pollInterval) {
		}
	})
}

// Drain reads until every record of the stream was handled or given up, also of those that are written meanwhile, and
// returns nil. It returns why ctx ended when that comes before, and an error at once for settings that Lambda would
// refuse.
func (m *StreamMapping) Drain(ctx context.Context) error {
	var stopped atomic.Bool
	err := m.each(func(r *shardReader) {
		if !r.drain(ctx) {
			stopped.Store(true)
		}
	})
	if stopped.Load() {
		return context.Cause(ctx)
	}
	return err
}

// each reads all shards at once.
func (m *StreamMapping) each(read func(*shardReader)) error {
	if err := m.check(); err != nil {
		return err
	}
	if !m.running.CompareAndSwap(false, true) {
		return ErrRunning
	}
	defer m.running.Store(false)
	if m.readers == nil {
		for i := range m.Stream.shards {
			m.readers = append(m.readers, &shardReader{StreamMapping: m, shard: i})
		}
	}
	var shards sync.WaitGroup
	for _, r := range m.readers {
		shards.Go(func() { read(r) })
	}
	shards.Wait()
	return nil
}

// wait reports whether d has passed before ctx ended.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
