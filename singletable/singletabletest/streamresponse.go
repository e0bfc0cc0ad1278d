package singletabletest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
)

// ErrInvalidResponse is what a StreamBatch has as its Err, as a *ResponseError, for a response that makes the whole
// batch come again. Compare with errors.Is.
var ErrInvalidResponse = errors.New("singletabletest: invalid partial batch response")

// ResponseError says why a partial batch response was refused.
type ResponseError struct {
	// Reason says what is wrong, and with which entry of batchItemFailures.
	Reason string
}

// Error gives the reason.
func (e *ResponseError) Error() string { return ErrInvalidResponse.Error() + ": " + e.Reason }

// Is reports whether target is ErrInvalidResponse.
func (e *ResponseError) Is(target error) bool { return target == ErrInvalidResponse }

// firstFailure returns how many of the first records a function's response says were handled: those before the lowest
// sequence number that it names, or all.
//
// The rules are those of "Configuring partial batch response with DynamoDB and Lambda" in the AWS Lambda Developer Guide.
// No response, null, an object without batchItemFailures, and a batchItemFailures that is null or empty say that
// everything succeeded. An itemIdentifier that is missing, null, empty, not a string, or of no record of this batch makes
// the whole batch come again, with a *ResponseError; so does what the guide does not speak of: invalid JSON, something
// other than an object, a batchItemFailures that is not a list, and an entry that is not an object.
func firstFailure(records []events.DynamoDBEventRecord, response []byte) (handled int, err error) {
	if len(bytes.TrimSpace(response)) == 0 {
		return len(records), nil
	}
	if !json.Valid(response) {
		return 0, &ResponseError{"it is not JSON"}
	}
	// Maps, because keys count as they are spelt: encoding/json matches a struct's fields in any case.
	var object map[string]json.RawMessage
	if err := json.Unmarshal(response, &object); err != nil {
		return 0, &ResponseError{"it is not a JSON object"}
	}
	var entries []map[string]json.RawMessage
	if list, ok := object["batchItemFailures"]; ok {
		if err := json.Unmarshal(list, &entries); err != nil {
			return 0, &ResponseError{"batchItemFailures is not a list of objects"}
		}
	}
	handled = len(records)
	for i, entry := range entries {
		var id *string
		value, ok := entry["itemIdentifier"]
		switch {
		case !ok:
			return 0, &ResponseError{fmt.Sprintf("batchItemFailures[%d] has no key itemIdentifier", i)}
		case json.Unmarshal(value, &id) != nil:
			return 0, &ResponseError{fmt.Sprintf("batchItemFailures[%d]: itemIdentifier is not a string", i)}
		case id == nil || *id == "":
			return 0, &ResponseError{fmt.Sprintf("batchItemFailures[%d]: itemIdentifier is null or empty", i)}
		}
		at := 0
		for at < len(records) && records[at].Change.SequenceNumber != *id {
			at++
		}
		if at == len(records) {
			return 0, &ResponseError{fmt.Sprintf("batchItemFailures[%d]: itemIdentifier %q is no sequence number of this batch", i, *id)}
		}
		handled = min(handled, at)
	}
	return handled, nil
}
