package sqsbatchtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
)

// ErrInvalidResponse is what Failures returns, as a *ResponseError, for a response that makes the whole batch come
// back. Compare with errors.Is.
var ErrInvalidResponse = errors.New("sqsbatchtest: invalid partial batch response")

// ResponseError says why a partial batch response was refused.
type ResponseError struct {
	// Reason says what is wrong, and with which entry of batchItemFailures.
	Reason string
}

// Error gives the reason.
func (e *ResponseError) Error() string { return ErrInvalidResponse.Error() + ": " + e.Reason }

// Is reports whether target is ErrInvalidResponse.
func (e *ResponseError) Is(target error) bool { return target == ErrInvalidResponse }

// Failures returns what Lambda makes of a function's response when ReportBatchItemFailures is on: the ids of the
// messages that failed, in the order of the batch and each once. The rest of the batch is deleted.
//
// The rules are those of "Implementing partial batch responses" in the AWS Lambda Developer Guide. No response, null,
// an object without batchItemFailures, and a batchItemFailures that is null or empty say that everything succeeded.
// The error is a *ResponseError, and every message of the batch counts as failed, for: invalid JSON; an entry without
// the key itemIdentifier, spelt exactly so; an itemIdentifier that is null, empty, not a string, or not the id of a
// message of this batch. A response that is JSON but not an object, a batchItemFailures that is not a list and an entry
// that is not an object are not in the guide; they count as invalid.
func Failures(batch []events.SQSMessage, response []byte) (failed []string, err error) {
	if len(bytes.TrimSpace(response)) == 0 {
		return nil, nil
	}
	var raw json.RawMessage
	if err := json.Unmarshal(response, &raw); err != nil {
		return nil, &ResponseError{"it is not JSON"}
	}
	// Maps, because keys count as they are spelt: encoding/json matches a struct's fields in any case.
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil {
		return nil, &ResponseError{"it is not a JSON object"}
	}
	var entries []json.RawMessage
	if list, ok := object["batchItemFailures"]; ok {
		if err := json.Unmarshal(list, &entries); err != nil {
			return nil, &ResponseError{"batchItemFailures is not a list"}
		}
	}
	inBatch := map[string]bool{}
	for _, m := range batch {
		inBatch[m.MessageId] = true
	}
	reported := map[string]bool{}
	for i, entry := range entries {
		id, reason := identifier(entry)
		if reason == "" && !inBatch[id] {
			reason = fmt.Sprintf("itemIdentifier %q is not the id of a message of this batch", id)
		}
		if reason != "" {
			return nil, &ResponseError{fmt.Sprintf("batchItemFailures[%d]: %s", i, reason)}
		}
		reported[id] = true
	}
	for _, m := range batch {
		if reported[m.MessageId] {
			failed = append(failed, m.MessageId)
			delete(reported, m.MessageId)
		}
	}
	return failed, nil
}

// identifier returns the message id of an entry, or what is wrong with the entry.
func identifier(entry json.RawMessage) (id, reason string) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(entry, &object); err != nil || object == nil {
		return "", "it is not an object"
	}
	value, ok := object["itemIdentifier"]
	if !ok {
		return "", "it has no key itemIdentifier"
	}
	var text *string
	if err := json.Unmarshal(value, &text); err != nil {
		return "", "itemIdentifier is not a string"
	}
	if text == nil || *text == "" {
		return "", "itemIdentifier is null or empty"
	}
	return *text, ""
}
