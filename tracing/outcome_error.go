package tracing

import (
	"errors"
	"reflect"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// failMessage marks a message's span as failed.
func failMessage(span trace.Span, err error, outcome string) {
	span.SetAttributes(attribute.String("error.type", failureType(err, outcome)))
	span.SetStatus(codes.Error, "")
}

// failureType is the error.type of a message's failure: that of the innermost error which has a type of its own, for errors of
// packages errors and fmt say nothing by theirs, and otherwise the outcome. So the values are few.
func failureType(err error, outcome string) string {
	for err != nil {
		switch reflect.TypeOf(err).String() {
		case "*errors.errorString":
			return outcome
		case "*fmt.wrapError":
			err = errors.Unwrap(err)
		case "*errors.joinError", "*fmt.wrapErrors":
			list := err.(interface{ Unwrap() []error }).Unwrap()
			if err = nil; len(list) > 0 {
				err = list[0]
			}
		default:
			return errorType(err)
		}
	}
	return outcome
}
