package singletabletest

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"time"
)

// The conditions under which records are given up.
const (
	conditionRetries = "RetryAttemptsExhausted"
	conditionAge     = "RecordAgeExceeded"
)

const functionARN = "arn:aws:lambda:us-east-1:000000000000:function:function"

// discardedBatch is the message that a destination gets about records that are given up ("Retain discarded records for a
// DynamoDB event source in Lambda", AWS Lambda Developer Guide).
type discardedBatch struct {
	RequestContext  discardedRequest   `json:"requestContext"`
	ResponseContext *discardedResponse `json:"responseContext,omitempty"` // of the last invocation
	Version         string             `json:"version"`
	Timestamp       string             `json:"timestamp"`
	Batch           discardedRecords   `json:"DDBStreamBatchInfo"`
}

type discardedRequest struct {
	RequestID   string `json:"requestId"`
	FunctionARN string `json:"functionArn"`
	Condition   string `json:"condition"`
	Invocations int    `json:"approximateInvokeCount"`
}

type discardedResponse struct {
	StatusCode      int    `json:"statusCode"`
	ExecutedVersion string `json:"executedVersion"`
	FunctionError   string `json:"functionError,omitempty"`
}

type discardedRecords struct {
	Shard        string `json:"shardId"`
	First        string `json:"startSequenceNumber"`
	Last         string `json:"endSequenceNumber"`
	FirstArrival string `json:"approximateArrivalOfFirstRecord"`
	LastArrival  string `json:"approximateArrivalOfLastRecord"`
	Size         int    `json:"batchSize"`
	Stream       string `json:"streamArn"`
}

// discarded writes the message about what is left of a batch.
func (r *shardReader) discarded(b StreamBatch, invocations int, condition string) []byte {
	records := b.Records[b.Done:]
	first, last := records[0].Change, records[len(records)-1].Change
	arrival := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	d := discardedBatch{
		RequestContext: discardedRequest{requestID(), functionARN, condition, invocations},
		Version:        "1.0",
		Timestamp:      time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
		Batch: discardedRecords{
			Shard: b.Shard,
			First: first.SequenceNumber, Last: last.SequenceNumber,
			FirstArrival: arrival(first.ApproximateCreationDateTime.Time), LastArrival: arrival(last.ApproximateCreationDateTime.Time),
			Size: len(records), Stream: r.Stream.arn,
		},
	}
	if b.Invoked {
		d.ResponseContext = &discardedResponse{StatusCode: 200, ExecutedVersion: "$LATEST"}
		if b.Err != nil && !errors.Is(b.Err, ErrInvalidResponse) {
			d.ResponseContext.FunctionError = "Unhandled"
		}
	}
	message, err := json.Marshal(d)
	if err != nil {
		panic("singletabletest: " + err.Error()) // it is strings and numbers
	}
	return message
}

// requestID looks like that of an invocation.
func requestID() string {
	const hex = "0123456789abcdef"
	id := []byte("xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx")
	random := make([]byte, len(id))
	_, _ = rand.Read(random) // it never fails
	for i, c := range id {
		if c == 'x' {
			id[i] = hex[random[i]%16]
		}
	}
	return string(id)
}
