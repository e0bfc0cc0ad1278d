package changes

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// checkBatch refuses what no partial response could answer: an event that holds no records, which an event source mapping
// never sends and any event of another service looks like, and a record without a sequence number.
func checkBatch(records []events.DynamoDBEventRecord) error {
	if len(records) == 0 {
		return &BatchError{Reason: "the event has no DynamoDB stream records. " +
			"Is the function invoked by an event source mapping of a table's stream, without a tumbling window?"}
	}
	for i := range records {
		if records[i].Change.SequenceNumber == "" {
			return &BatchError{Reason: fmt.Sprintf(
				"record %d of %d has no SequenceNumber, so it could not be reported as failed; nothing was handled. "+
					"Is the function invoked by an event source mapping of a DynamoDB stream?", i+1, len(records))}
		}
	}
	return nil
}

// firstFailed returns the lowest sequence number of the records that were not handled, or "" when all were. The records of a
// batch are in order, but a response that is right does not depend on that.
func firstFailed(records []events.DynamoDBEventRecord, results []result) string {
	first := ""
	for i := range results {
		if results[i].outcome.handled() {
			continue
		}
		if n := records[i].Change.SequenceNumber; first == "" || compareSequence(n, first) < 0 {
			first = n
		}
	}
	return first
}

// compareSequence compares sequence numbers, which are decimal and of more digits than an integer type holds.
func compareSequence(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

// respond names the first record that was not handled. The list is never nil.
func respond(first string) events.DynamoDBEventResponse {
	failures := []events.DynamoDBBatchItemFailure{}
	if first != "" {
		failures = append(failures, events.DynamoDBBatchItemFailure{ItemIdentifier: first})
	}
	return events.DynamoDBEventResponse{BatchItemFailures: failures}
}
