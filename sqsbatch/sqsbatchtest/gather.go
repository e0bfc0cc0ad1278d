package sqsbatchtest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// run is a Mapping at work.
type run struct {
	Mapping // with its defaults
	fifo    bool

	// received are messages that did not fit into the last batch. Only the goroutine of Run uses it.
	received []encoded

	observing sync.Mutex

	groups sync.Mutex
	busy   map[string]chan struct{} // by message group: closed when the group's invocation is over
}

// encoded is a message with its text in the event.
type encoded struct {
	message events.SQSMessage
	text    []byte
}

// batch is what goes into one invocation.
type batch struct {
	messages []events.SQSMessage
	texts    [][]byte
	bytes    int
}

// add puts a message into the batch unless the payload would exceed Lambda's limit. A batch takes its first message
// whatever its size.
func (b *batch) add(e encoded) bool {
	if len(b.messages) > 0 && eventSize(len(b.texts)+1, b.bytes+len(e.text)) > maxPayloadBytes {
		return false
	}
	b.messages = append(b.messages, e.message)
	b.texts = append(b.texts, e.text)
	b.bytes += len(e.text)
	return true
}

// gather waits for messages and returns them as the batches that one goroutine invokes one after the other: one batch
// on a standard queue, and on a FIFO queue all that one receive returned. It may return both batches and an error.
func (r *run) gather(ctx context.Context) ([]batch, error) {
	var b batch
	end := time.Now().Add(r.BatchWindow) // of the window, which messages left over from the last batch open at once
	for {
		for len(r.received) > 0 && len(b.messages) < r.BatchSize && b.add(r.received[0]) {
			r.received = r.received[1:]
		}
		full := len(b.messages) == r.BatchSize || len(r.received) > 0
		wait := maxWaitSeconds * time.Second
		if len(b.messages) > 0 {
			wait = min(wait, time.Until(end))
		}
		if full || len(b.messages) > 0 && (r.BatchWindow == 0 || wait <= 0) {
			break
		}
		messages, err := r.Queue.Receive(ctx, min(r.BatchSize-len(b.messages), maxBatchEntries), wait)
		if err == nil {
			err = r.take(messages)
		}
		if err == nil && len(messages) == 0 {
			err = ctx.Err()
		}
		if err != nil && len(b.messages) == 0 {
			return nil, err
		} else if err != nil {
			return []batch{b}, err
		}
		if len(b.messages) == 0 {
			end = time.Now().Add(r.BatchWindow)
		}
	}
	batches := []batch{b}
	for r.fifo && len(r.received) > 0 {
		var next batch
		for len(r.received) > 0 && next.add(r.received[0]) {
			r.received = r.received[1:]
		}
		batches = append(batches, next)
	}
	return batches, nil
}

// take encodes received messages. The three values that say where a message comes from are the mapping's own.
func (r *run) take(messages []events.SQSMessage) error {
	for _, m := range messages {
		m.EventSource, m.EventSourceARN, m.AWSRegion = eventSource, r.Queue.ARN(), regionOf(r.Queue.ARN())
		text, err := encodeRecord(m)
		if err != nil {
			return fmt.Errorf("sqsbatchtest: message %s cannot be written into an event: %w", m.MessageId, err)
		}
		r.received = append(r.received, encoded{m, text})
	}
	return nil
}

// abandon reports the messages that were received and will not be invoked with, because Run ends.
func (r *run) abandon() {
	if len(r.received) == 0 {
		return
	}
	var b batch
	for _, e := range r.received {
		b.messages = append(b.messages, e.message)
	}
	r.received = nil
	r.report(r.comeBack(b, ErrStopped))
}
