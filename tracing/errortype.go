package tracing

import (
	"errors"
	"reflect"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// otherType is the conventions' error.type of what has no name.
const otherType = "_OTHER"

// errorType returns the error.type of an error: what it says itself by a method ErrorType() string, its own or one of an
// error that it wraps, and otherwise the name that Lambda reports as its errorType, so that a trace, the logs and an alarm
// name a failure alike. For fmt.Errorf's errors that is wrapError.
func errorType(err error) string {
	if e, ok := errors.AsType[interface {
		error
		ErrorType() string
	}](err); ok {
		if name := e.ErrorType(); name != "" {
			return name
		}
	}
	return reportedType(err)
}

// reportedType returns the name that aws-lambda-go gives an error or the value of a panic.
func reportedType(v any) string {
	if e, ok := v.(messages.InvokeResponse_Error); ok && e.Type != "" {
		return e.Type
	}
	t := reflect.TypeOf(v)
	if t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Name() == "" {
		return otherType
	}
	return t.Name()
}

// panicType returns the error.type of the value of a panic.
func panicType(v any) string {
	if err, ok := v.(error); ok {
		return errorType(err)
	}
	return reportedType(v)
}

// failMessage marks the span of a message as failed. Texts of errors may hold data of the user's, so the status has none without
// WithErrorTexts.
func (s *settings) failMessage(span trace.Span, err error, outcome string) {
	span.SetAttributes(keyErrorType.String(failureType(err, outcome)))
	span.SetStatus(codes.Error, s.text(err))
}

// failureType is the error.type of a message's failure: that of the first error in its tree which has a type of its own, for
// those of packages errors and fmt say nothing by theirs, and otherwise the outcome. So the values are few.
func failureType(err error, outcome string) string {
	if name := ownType(err); name != "" {
		return name
	}
	return outcome
}

func ownType(err error) string {
	if err == nil {
		return ""
	}
	switch reflect.TypeOf(err).String() {
	case "*errors.errorString":
		return ""
	case "*fmt.wrapError":
		return ownType(errors.Unwrap(err))
	case "*errors.joinError", "*fmt.wrapErrors":
		for _, one := range err.(interface{ Unwrap() []error }).Unwrap() {
			if name := ownType(one); name != "" {
				return name
			}
		}
		return ""
	}
	return errorType(err)
}
