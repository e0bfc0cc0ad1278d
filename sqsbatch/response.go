package sqsbatch

import (
	"fmt"

	"github.com/aws/aws-lambda-go/events"
)

// checkBatch refuses what no partial response could answer: an event that holds no messages, which an event source mapping
// never sends and any event of another service looks like, and a message without an id.
func checkBatch(records []events.SQSMessage) error {
	if len(records) == 0 {
		return &BatchError{Reason: "the event has no SQS messages. Is the function invoked by an SQS event source mapping?"}
	}
	for i := range records {
		if records[i].MessageId == "" {
			return &BatchError{Reason: fmt.Sprintf(
				"message %d of %d has no messageId, so it could not be reported as failed; nothing was handled. "+
					"Is the function invoked by an SQS event source mapping?", i+1, len(records))}
		}
	}
	return nil
}

// respond lists the messages that are not done, in the batch's order, each id once, never as a nil slice, which would encode
// as null and delete the batch.
func respond(calls []call) events.SQSEventResponse {
	failed := 0
	for i := range calls {
		if !calls[i].done() {
			failed++
		}
	}
	failures := make([]events.SQSBatchItemFailure, 0, failed)
	if failed == 0 {
		return events.SQSEventResponse{BatchItemFailures: failures}
	}
	listed := make(map[string]struct{}, failed)
	for i := range calls {
		if calls[i].done() {
			continue
		}
		id := calls[i].id
		if _, again := listed[id]; again {
			continue // one message delivered twice in a batch is reported once
		}
		listed[id] = struct{}{}
		failures = append(failures, events.SQSBatchItemFailure{ItemIdentifier: id})
	}
	return events.SQSEventResponse{BatchItemFailures: failures}
}

// fullFailure returns the error of a batch of which every attempted message failed, nil when one is done or delayed as planned,
// or none was attempted.
func fullFailure(calls []call) error {
	attempted := 0
	for i := range calls {
		if calls[i].done() || calls[i].outcome == Delayed {
			return nil
		}
		if calls[i].outcome.Attempted() {
			attempted++
		}
	}
	if attempted == 0 {
		return nil
	}
	return &BatchError{Reason: fmt.Sprintf("all of the messages that were attempted failed, %d of %d in the batch; "+
		"the whole batch comes again", attempted, len(calls))}
}
