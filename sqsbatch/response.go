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

// respond lists the messages that did not succeed, in the batch's order, each id once, never as a nil slice, which would
// encode as null and delete the batch. When results and records do not match it fails the batch: an error takes all of it
// back, a wrong response could delete a message.
func respond(records []events.SQSMessage, results []result) (events.SQSEventResponse, error) {
	if len(results) != len(records) {
		return events.SQSEventResponse{}, &BatchError{
			Reason: fmt.Sprintf("%d results for %d messages; the whole batch comes again", len(results), len(records)),
		}
	}
	failed := 0
	for i := range results {
		if results[i].outcome != Succeeded {
			failed++
		}
	}
	failures := make([]events.SQSBatchItemFailure, 0, failed)
	if failed == 0 {
		return events.SQSEventResponse{BatchItemFailures: failures}, nil
	}
	listed := make(map[string]struct{}, failed)
	for i := range results {
		if results[i].outcome == Succeeded {
			continue
		}
		id := records[i].MessageId
		if _, again := listed[id]; again {
			continue // one message delivered twice in a batch is reported once
		}
		listed[id] = struct{}{}
		failures = append(failures, events.SQSBatchItemFailure{ItemIdentifier: id})
	}
	return events.SQSEventResponse{BatchItemFailures: failures}, nil
}
