package sqsbatchtest

import (
	"errors"
	"fmt"
	"net/http"
)

// Error is a request that Amazon SQS refuses. Over HTTP it becomes the error response of the AWS JSON protocol, so
// that an SDK client sees the error type that the service would have sent.
type Error struct {
	// Code is the name of the error's shape in the API, such as "QueueDoesNotExist" or "InvalidParameterValueException".
	Code string
	// Message says which input is wrong and which values it may have. It never holds a body or an attribute's value.
	Message string
}

// Error gives the service's code and text.
func (e *Error) Error() string { return "sqsbatchtest: " + e.Code + ": " + e.Message }

// Is reports whether target is an *Error with the same Code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// ErrQueueDoesNotExist is what every call returns once its queue has been deleted; compare with errors.Is.
var ErrQueueDoesNotExist error = &Error{Code: "QueueDoesNotExist", Message: "The specified queue does not exist."}

func refuse(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Codes that several rules share. All but the last are not in the service's own model: AWS's framework sends them.
const (
	invalidParameter = "InvalidParameterValueException"
	missingParameter = "MissingRequiredParameterException"
	malformedRequest = "SerializationException"
	unknownOperation = "UnknownOperationException"
	tooLarge         = "RequestEntityTooLargeException"
	internalError    = "InternalFailure"
	unsupported      = "UnsupportedOperation"
)

// wireForm is how an error travels: its HTTP status, the namespace of __type and the code that the x-amzn-query-error
// header keeps for clients which still expect the names of the older query protocol.
type wireForm struct {
	status    int
	namespace string
	queryCode string
}

const (
	serviceNamespace   = "com.amazonaws.sqs#"
	frameworkNamespace = "com.amazon.coral.service#"
	queryNamespace     = "AWS.SimpleQueueService."
)

var wireForms = map[string]wireForm{
	invalidParameter:       {http.StatusBadRequest, frameworkNamespace, "InvalidParameterValue"},
	missingParameter:       {http.StatusBadRequest, frameworkNamespace, "MissingParameter"},
	malformedRequest:       {http.StatusBadRequest, frameworkNamespace, "MalformedInput"},
	unknownOperation:       {http.StatusBadRequest, frameworkNamespace, "InvalidAction"},
	tooLarge:               {http.StatusRequestEntityTooLarge, frameworkNamespace, "RequestEntityTooLarge"},
	internalError:          {http.StatusInternalServerError, frameworkNamespace, "InternalFailure"},
	unsupported:            {http.StatusBadRequest, serviceNamespace, queryNamespace + "UnsupportedOperation"},
	"QueueDoesNotExist":    {http.StatusBadRequest, serviceNamespace, queryNamespace + "NonExistentQueue"},
	"QueueNameExists":      {http.StatusBadRequest, serviceNamespace, "QueueAlreadyExists"},
	"QueueDeletedRecently": {http.StatusBadRequest, serviceNamespace, queryNamespace + "QueueDeletedRecently"},
	"PurgeQueueInProgress": {http.StatusForbidden, serviceNamespace, queryNamespace + "PurgeQueueInProgress"},
	"OverLimit":            {http.StatusForbidden, serviceNamespace, "OverLimit"},

	"ReceiptHandleIsInvalid":       {http.StatusNotFound, serviceNamespace, "ReceiptHandleIsInvalid"},
	"EmptyBatchRequest":            {http.StatusBadRequest, serviceNamespace, queryNamespace + "EmptyBatchRequest"},
	"TooManyEntriesInBatchRequest": {http.StatusBadRequest, serviceNamespace, queryNamespace + "TooManyEntriesInBatchRequest"},
	"BatchEntryIdsNotDistinct":     {http.StatusBadRequest, serviceNamespace, queryNamespace + "BatchEntryIdsNotDistinct"},
	"BatchRequestTooLong":          {http.StatusBadRequest, serviceNamespace, queryNamespace + "BatchRequestTooLong"},
	"InvalidBatchEntryId":          {http.StatusBadRequest, serviceNamespace, queryNamespace + "InvalidBatchEntryId"},
}

// wire returns how the error travels. Errors that are not in the table have the same name in both protocols.
func (e *Error) wire() wireForm {
	if form, ok := wireForms[e.Code]; ok {
		return form
	}
	return wireForm{http.StatusBadRequest, serviceNamespace, e.Code}
}

// asError returns err as the service's refusal; anything else becomes an internal failure.
func asError(err error) *Error {
	var refusal *Error
	if errors.As(err, &refusal) {
		return refusal
	}
	return &Error{Code: internalError, Message: err.Error()}
}
