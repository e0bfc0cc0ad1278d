package singletabletest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// The codes of the errors that this engine answers with, as "Error handling with DynamoDB" lists them.
const (
	codeValidation            = "ValidationException"
	codeConditionFailed       = "ConditionalCheckFailedException"
	codeResourceNotFound      = "ResourceNotFoundException"
	codeResourceInUse         = "ResourceInUseException"
	codeTransactionCanceled   = "TransactionCanceledException"
	codeIdempotentMismatch    = "IdempotentParameterMismatchException"
	codeUnknownOperation      = "UnknownOperationException"
	codeSerialization         = "SerializationException"
	codeRequestEntityTooLarge = "RequestEntityTooLargeException"
)

// The codes of those that only faults bring about.
const (
	codeThroughputExceeded    = "ProvisionedThroughputExceededException"
	codeThrottling            = "ThrottlingException"
	codeRequestLimit          = "RequestLimitExceeded"
	codeTransactionConflict   = "TransactionConflictException"
	codeTransactionInProgress = "TransactionInProgressException"
	codeReplicatedConflict    = "ReplicatedWriteConflictException"
	codeInternal              = "InternalServerError"
)

// The namespaces in front of the codes.
const (
	modelledErrors   = "com.amazonaws.dynamodb.v20120810#"
	frameworkErrors  = "com.amazon.coral.service#"
	throttlingErrors = "com.amazon.coral.availability#"
	validationErrors = "com.amazon.coral.validate#"
)

const messageConditionFailed = "The conditional request failed"

var (
	errNoSuchTable     = &apiError{code: codeResourceNotFound, message: "Cannot do operations on a non-existent table"}
	errConditionFailed = &apiError{code: codeConditionFailed, message: messageConditionFailed}
)

// apiError is a refusal in the form in which the service sends it.
type apiError struct {
	code    string
	message string
	item    mapValue             // the item that a condition refused, where the request asked for it
	reasons []cancellationReason // of a cancelled transaction, one for each of its actions
	cancels bool                 // in a transaction it is a reason to cancel, and not a refusal of the request

	throttling []throttlingReason // of a throttled request
	httpStatus int                // 0 is the usual one of the code
}

type cancellationReason struct {
	Code    string   `json:"Code"`
	Message string   `json:"Message,omitempty"`
	Item    mapValue `json:"Item,omitempty"`
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

func (e *apiError) MarshalJSON() ([]byte, error) {
	namespace := modelledErrors
	switch e.code {
	case codeValidation:
		namespace = validationErrors
	case codeUnknownOperation, codeSerialization, codeRequestEntityTooLarge:
		namespace = frameworkErrors
	case codeThrottling:
		namespace = throttlingErrors
	}
	answer := struct {
		Type       string               `json:"__type"`
		Message    string               `json:"message"`
		Item       mapValue             `json:"Item,omitempty"`
		Reasons    []cancellationReason `json:"CancellationReasons,omitempty"`
		Throttling []throttlingReason   `json:"ThrottlingReasons,omitempty"`
		Throttled  []throttlingReason   `json:"throttlingReasons,omitempty"` // so a ThrottlingException spells it
	}{Type: namespace + e.code, Message: e.message, Item: e.item, Reasons: e.reasons}
	if e.code == codeThrottling {
		answer.Throttled = e.throttling
	} else {
		answer.Throttling = e.throttling
	}
	return json.Marshal(answer)
}

func (e *apiError) status() int {
	if e.httpStatus != 0 {
		return e.httpStatus
	}
	if e.code == codeRequestEntityTooLarge {
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusBadRequest
}

// validation is a request that breaks a rule.
func validation(format string, args ...any) error {
	return &apiError{code: codeValidation, message: fmt.Sprintf(format, args...)}
}

// invalidParameter is a value that breaks a rule, worded as DynamoDB does.
func invalidParameter(format string, args ...any) error {
	return validation("One or more parameter values were invalid: "+format, args...)
}

// schemaMismatch is a value that does not suit the keys of the table or its indexes.
func schemaMismatch(format string, args ...any) error {
	return &apiError{code: codeValidation, message: fmt.Sprintf(format, args...), cancels: true}
}

// isReason says whether an error of an action cancels its transaction.
func isReason(err error) bool {
	e, ok := errors.AsType[*apiError](err)
	return ok && e.cancels
}

// message returns an error's text without its code, to be quoted in another.
func message(err error) string {
	if e, ok := errors.AsType[*apiError](err); ok {
		return e.message
	}
	return err.Error()
}
