package lambdaruntime

import (
	"encoding/json"
	"errors"
	"fmt"
)

// What Invoke returns where the function itself was not asked, to be told apart with errors.Is. The names in the messages
// are those of the page "Invoke" of the Lambda API reference.
var (
	// ErrThrottled says that MaxConcurrency invocations are under way already. Lambda's caller gets status 429 and may retry.
	ErrThrottled = errors.New("TooManyRequestsException: Rate Exceeded")
	// ErrPayloadTooLarge says that the payload is above 6 MB. Lambda's caller gets status 413.
	ErrPayloadTooLarge = errors.New("RequestTooLargeException: Request must be smaller than 6291456 bytes for the Invoke operation")
	// ErrInvalidPayload says that the payload is not JSON. Lambda's caller gets status 400.
	ErrInvalidPayload = errors.New("InvalidRequestContentException: Could not parse request body into json")
	// ErrClosed says that the function was closed before or during the invocation.
	ErrClosed = errors.New("lambdaruntime: function closed")
)

// Error types that Lambda, not the function, gives to a failed invocation.
const (
	typeTimedOut          = "Sandbox.Timedout"
	typeExit              = "Runtime.ExitError"
	typeInvalidEntrypoint = "Runtime.InvalidEntrypoint"
	typeResponseTooLarge  = "Function.ResponseSizeTooLarge"
	typeUnknown           = "Runtime.Unknown"
)

// A FunctionError is a failed invocation: what a caller of Lambda's Invoke sees as X-Amz-Function-Error: Unhandled.
// Type is the errorType that the function reported (in Go the name of the error's type), or Lambda's own:
// Sandbox.Timedout, Runtime.ExitError, Runtime.InvalidEntrypoint, Function.ResponseSizeTooLarge.
type FunctionError struct {
	RequestID string
	Type      string
	Message   string
	// StackTrace is the stack of a panic in aws-lambda-go's form, and nil for other errors.
	StackTrace []StackFrame
	// Payload is the whole error document, byte for byte as the function sent it where it sent one.
	Payload json.RawMessage
}

// A StackFrame is one call in a FunctionError's stack.
type StackFrame struct {
	Path  string `json:"path"`
	Line  int    `json:"line"`
	Label string `json:"label"`
}

// Error names the error's type and the function's message.
func (e *FunctionError) Error() string {
	return fmt.Sprintf("lambdaruntime: invocation %s: %s: %s", e.RequestID, e.Type, e.Message)
}

// platformError is an error that Lambda reports about a function.
func platformError(requestID, errorType, message string) *FunctionError {
	payload, _ := json.Marshal(map[string]string{"errorType": errorType, "errorMessage": message}) // strings always marshal
	return &FunctionError{RequestID: requestID, Type: errorType, Message: message, Payload: payload}
}

func timeoutError(requestID string, seconds float64) *FunctionError {
	return platformError(requestID, typeTimedOut, fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", requestID, seconds))
}

func exitError(requestID, status string) *FunctionError {
	message := "Runtime exited with error: " + status
	if status == "exit status 0" {
		message = "Runtime exited without providing a reason"
	}
	return platformError(requestID, typeExit, fmt.Sprintf("RequestId: %s Error: %s", requestID, message))
}

// reportedError is an error that the function reported: a JSON document, or failing that the type in the request's header.
func reportedError(requestID, headerType string, document []byte) *FunctionError {
	var doc struct {
		Type    string          `json:"errorType"`
		Message string          `json:"errorMessage"`
		Stack   json.RawMessage `json:"stackTrace"`
	}
	if json.Unmarshal(document, &doc) != nil || doc.Type == "" && doc.Message == "" {
		if headerType == "" {
			headerType = typeUnknown
		}
		return platformError(requestID, headerType, "")
	}
	e := &FunctionError{RequestID: requestID, Type: doc.Type, Message: doc.Message, Payload: document}
	if e.Type == "" {
		e.Type = headerType
	}
	// Other languages' runtimes report lines of text here; those stay in the payload.
	if json.Unmarshal(doc.Stack, &e.StackTrace) != nil {
		e.StackTrace = nil
	}
	return e
}
