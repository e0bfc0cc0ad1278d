package singletabletest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"time"
)

// shardReader is a mapping's place in one shard.
type shardReader struct {
	*StreamMapping
	shard      int
	checkpoint int // the position of the first record that is not done with
}

// drain works on the shard until nothing is left in it. It reports whether ctx has let it.
func (r *shardReader) drain(ctx context.Context) bool {
	for {
		records, first := r.Stream.read(r.shard, r.checkpoint, cmp.Or(r.BatchSize, defaultStreamBatch))
		r.checkpoint = first
		if len(records) == 0 {
			return ctx.Err() == nil
		}
		b := streamBatch{StreamBatch: StreamBatch{Shard: r.Stream.shards[r.shard].id, Records: records}}
		if err := b.encode(); err != nil {
			panic("singletabletest: a record cannot be written as JSON: " + err.Error())
		}
		if !r.settle(ctx, b, 0) {
			return false
		}
	}
}

// settle works on a batch until each of its records is done or given up. It reports whether ctx has let it.
func (r *shardReader) settle(ctx context.Context, b streamBatch, failures int) bool {
	for pause := firstPause; ; pause = min(2*pause, maxPause) {
		if b = r.dropOld(b); len(b.Records) == 0 {
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		outcome := r.invoke(ctx, b.StreamBatch, b.payload())
		r.checkpoint += outcome.Done
		ended := outcome.Done == len(b.Records)
		halved := false
		switch {
		case ended || errors.Is(outcome.Err, ErrThrottled):
		case outcome.Done > 0:
			failures, pause = 0, firstPause
		case outcome.Err != nil && r.BisectBatchOnFunctionError && len(b.Records) > 1:
			halved = true
		default:
			failures++
			outcome.GaveUp = r.MaximumRetryAttempts != nil && failures > *r.MaximumRetryAttempts
		}
		if outcome.GaveUp {
			r.giveUp(outcome, failures, conditionRetries)
			return true
		}
		r.report(outcome)
		if ended {
			return true
		}
		b = b.from(outcome.Done)
		if !wait(ctx, pause) {
			return false
		}
		if halved {
			half := len(b.Records) / 2
			return r.settle(ctx, b.to(half), failures) && r.settle(ctx, b.from(half), failures)
		}
	}
}

// dropOld gives up the records at the beginning of a batch that have become too old.
func (r *shardReader) dropOld(b streamBatch) streamBatch {
	limit := cmp.Or(r.MaximumRecordAge, streamRetention)
	old := 0
	for old < len(b.Records) && time.Since(b.Records[old].Change.ApproximateCreationDateTime.Time) > limit {
		old++
	}
	if old > 0 {
		outcome := b.to(old).StreamBatch
		outcome.Err, outcome.GaveUp = ErrRecordAge, true
		r.giveUp(outcome, 0, conditionAge)
	}
	return b.from(old)
}

// invoke runs the function with a batch and reads what it says about it.
func (r *shardReader) invoke(ctx context.Context, outcome StreamBatch, payload []byte) StreamBatch {
	ctx = context.WithoutCancel(ctx)
	if r.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.Timeout)
		defer cancel()
	}
	response, err := r.Invoke(ctx, payload)
	if err != nil {
		outcome.Err, outcome.Invoked = err, !errors.Is(err, ErrThrottled)
		return outcome
	}
	outcome.Invoked, outcome.Response, outcome.Done = true, response, len(outcome.Records)
	if r.ReportBatchItemFailures {
		outcome.Done, outcome.Err = firstFailure(outcome.Records, response)
	}
	return outcome
}

// giveUp passes over what is left of a batch, and says so.
func (r *shardReader) giveUp(outcome StreamBatch, invocations int, condition string) {
	r.checkpoint += len(outcome.Records) - outcome.Done
	if r.OnFailure != nil {
		message := r.discarded(outcome, invocations, condition)
		r.mu.Lock()
		r.OnFailure(message)
		r.mu.Unlock()
	}
	r.report(outcome)
}

func (r *shardReader) report(outcome StreamBatch) {
	if r.Observe == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Observe(outcome)
}

// streamBatch is a batch with its records as JSON.
type streamBatch struct {
	StreamBatch
	texts []json.RawMessage
}

const eventFrame = `{"Records":[]}`

// encode writes the records, and leaves out those for which the event has no room.
func (b *streamBatch) encode() error {
	size := len(eventFrame)
	for i := range b.Records {
		text, err := json.Marshal(&b.Records[i])
		if err != nil {
			return err
		}
		if size += len(text) + 1; size > maxPayload && i > 0 {
			b.Records = b.Records[:i]
			return nil
		}
		b.texts = append(b.texts, text)
	}
	return nil
}

// payload is the event of the batch.
func (b *streamBatch) payload() []byte {
	event := []byte(eventFrame[:len(eventFrame)-2])
	for i, text := range b.texts {
		if i > 0 {
			event = append(event, ',')
		}
		event = append(event, text...)
	}
	return append(event, eventFrame[len(eventFrame)-2:]...)
}

func (b streamBatch) from(i int) streamBatch {
	b.Records, b.texts = b.Records[i:], b.texts[i:]
	return b
}

func (b streamBatch) to(i int) streamBatch {
	b.Records, b.texts = b.Records[:i:i], b.texts[:i:i]
	return b
}
