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

// The namespaces in front of the codes.
const (
	modelledErrors   = "com.amazonaws.dynamodb.v20120810#"
	frameworkErrors  = "com.amazon.coral.service#"
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
	}
	return json.Marshal(struct {
		Type    string               `json:"__type"`
		Message string               `json:"message"`
		Item    mapValue             `json:"Item,omitempty"`
		Reasons []cancellationReason `json:"CancellationReasons,omitempty"`
	}{namespace + e.code, e.message, e.item, e.reasons})
}

func (e *apiError) status() int {
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
