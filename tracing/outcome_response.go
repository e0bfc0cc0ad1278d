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

	// all says that all messages come again, and behind which records of a stream do, from the first that is named, with their
	// number. They are known when the invocation ends.
	all    bool
	behind map[string]struct{}
	number int
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

// failures returns how many records of the event come again, or -1 if no response has told. Call it with the lock held, after
// complete.
func (b *batch) failures() int {
	switch a := &b.answer; {
	case !a.given || b.at == nil:
		return -1
	case a.all:
		return b.size
	case a.stream:
		return a.number
	default:
		return len(a.failed)
	}
}

// complete finds out what else comes again than what the response names: of a stream, all from the first that is named. A response
// that names what is no message of the batch, an empty id for instance, returns all of them (AWS Lambda Developer Guide,
// "Implementing partial batch responses"). Call it with the lock held.
func (b *batch) complete() {
	a := &b.answer
	if len(a.failed) == 0 || b.at == nil {
		return
	}
	found := make(map[string]struct{}, len(a.failed))
	for i := range b.size {
		id := describe(b.at(i)).id
		if _, ok := a.failed[id]; ok && id != "" {
			found[id] = struct{}{}
		}
		if a.stream && len(found) > 0 {
			if a.behind == nil {
				a.number = b.size - i
				a.behind = make(map[string]struct{}, a.number)
			}
			a.behind[id] = struct{}{}
		}
	}
	// Of a stream, the service goes back to the first that it knows, and takes a response without one for a failure of the batch.
	a.all = len(found) == 0 || !a.stream && len(found) < len(a.failed)
}

// comesAgain tells whether a message does by the response.
func (a *answer) comesAgain(id string) bool {
	_, named := a.failed[id]
	_, behind := a.behind[id]
	return a.all || named || behind
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
	case o.err == nil && (err != nil || a.comesAgain(id)):
		return "", nil // it was handled, and comes again with the others
	case o.err == nil:
		return outcomeSucceeded, nil
	case a.given && err == nil && !a.comesAgain(id):
		return outcomeDropped, o.err
	}
	return outcomeFailed, o.err
}
