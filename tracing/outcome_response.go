package tracing

import (
	"errors"

	"github.com/aws/aws-lambda-go/events"
)

// answer is what a partial batch response says. The batch's lock guards it.
type answer struct {
	given  bool
	stream bool                // what it names comes again with all after it
	failed map[string]struct{} // the ids that it names
	spoilt bool                // it names what is no message, so that all come again; known when the invocation ends
}

var (
	errNamed      = errors.New("tracing: the response names the message as failed")
	errPanicked   = errors.New("tracing: the handler panicked or called runtime.Goexit")
	errUnfinished = errors.New("tracing: the handler had not returned when the invocation ended")
)

// responded takes note of a partial batch response. Other responses say nothing about messages.
func (inv *invocation) responded(response any) {
	var ids []string
	stream := false
	switch r := response.(type) {
	case events.SQSEventResponse:
		ids = named(r.BatchItemFailures, func(f events.SQSBatchItemFailure) string { return f.ItemIdentifier })
	case *events.SQSEventResponse:
		if r != nil {
			inv.responded(*r)
		}
		return
	case events.KinesisEventResponse:
		stream, ids = true, named(r.BatchItemFailures, kinesisFailure)
	case events.KinesisTimeWindowEventResponse:
		stream, ids = true, named(r.BatchItemFailures, kinesisFailure)
	case events.DynamoDBEventResponse:
		stream, ids = true, named(r.BatchItemFailures, dynamoDBFailure)
	case events.DynamoDBTimeWindowEventResponse:
		stream, ids = true, named(r.BatchItemFailures, dynamoDBFailure)
	default:
		return
	}
	inv.batch.mu.Lock()
	defer inv.batch.mu.Unlock()
	a := &inv.batch.answer
	a.given, a.stream = true, stream
	if len(ids) > 0 {
		a.failed = make(map[string]struct{}, len(ids))
	}
	for _, id := range ids {
		a.failed[id] = struct{}{}
	}
}

func kinesisFailure(f events.KinesisBatchItemFailure) string   { return f.ItemIdentifier }
func dynamoDBFailure(f events.DynamoDBBatchItemFailure) string { return f.ItemIdentifier }

func named[F any](failures []F, id func(F) string) []string {
	ids := make([]string, 0, len(failures))
	for _, f := range failures {
		ids = append(ids, id(f))
	}
	return ids
}

// failures returns how many records of the event come again, or -1 if no response has told. Of a stream, all from the first
// that is named do. Call it with the lock held.
func (b *batch) failures() int {
	if !b.answer.given || b.at == nil {
		return -1
	}
	if len(b.answer.failed) == 0 {
		return 0
	}
	if b.answer.spoilt {
		return b.size
	}
	if !b.answer.stream {
		return len(b.answer.failed)
	}
	for i := range b.size {
		if _, ok := b.answer.failed[describe(b.at(i)).id]; ok {
			return b.size - i
		}
	}
	return b.size // the service takes a name that it does not know for a failure of the batch
}

// spoils tells whether the response of a queue's batch names what is no message of it, an empty id for instance: then Lambda takes
// the whole batch for failed (AWS Lambda Developer Guide, "Implementing partial batch responses"). Call it with the lock held.
func (b *batch) spoils() bool {
	if b.answer.stream || len(b.answer.failed) == 0 || b.at == nil {
		return false
	}
	known := make(map[string]struct{}, len(b.answer.failed))
	for i := range b.size {
		id := describe(b.at(i)).id
		if _, ok := b.answer.failed[id]; ok && id != "" {
			known[id] = struct{}{}
		}
	}
	return len(known) < len(b.answer.failed)
}

// judge finds out what became of a message without a report. err is the invocation's. Call it with the lock held.
func (a *answer) judge(id string, o *openSpan, err error) (outcome string, why error) {
	_, isNamed := a.failed[id]
	switch {
	case o.end.IsZero():
		return outcomeTimedOut, errUnfinished
	case o.panicked:
		return outcomePanicked, errPanicked
	case isNamed && o.err == nil:
		return outcomeFailed, errNamed
	case o.err == nil && (err != nil || a.spoilt):
		return "", nil // it was handled, and comes again with the others
	case o.err == nil:
		return outcomeSucceeded, nil
	case a.given && err == nil && !isNamed && !a.spoilt && !(a.stream && len(a.failed) > 0):
		return outcomeDropped, o.err
	}
	return outcomeFailed, o.err
}
