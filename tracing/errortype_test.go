package tracing

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/aws/aws-lambda-go/lambda/messages"
)

type typedError struct{ name string }

func (e typedError) Error() string     { return "typed" }
func (e typedError) ErrorType() string { return e.name }

func TestErrorType(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"errorString":           errors.New("a"),
		"wrapError":             fmt.Errorf("b: %w", errors.New("a")),
		"PathError":             &fs.PathError{},
		"declined":              typedError{"declined"},
		"declined by one below": fmt.Errorf("b: %w", typedError{"declined by one below"}),
		"typedError":            typedError{},
		"deadlineExceededError": context.DeadlineExceeded,
		"Custom.Type":           messages.InvokeResponse_Error{Type: "Custom.Type"},
		"InvokeResponse_Error":  messages.InvokeResponse_Error{},
		otherType:               &struct{ error }{errors.New("a")},
		"timeout":               errTimeout,
	} {
		if got := errorType(err); got != want {
			t.Errorf("%T: got %q, want %q", err, got, want)
		}
	}
	for want, v := range map[string]any{"string": "x", "int": 7, otherType: struct{}{}, "declined": typedError{"declined"}} {
		if got := panicType(v); got != want {
			t.Errorf("%T: got %q, want %q", v, got, want)
		}
	}
}
