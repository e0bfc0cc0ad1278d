package tracing

import (
	"errors"
	"reflect"

	"github.com/aws/aws-lambda-go/lambda/messages"
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
