package tracing

import (
	"errors"
	"reflect"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

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
