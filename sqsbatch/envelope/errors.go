package envelope

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
)

// ErrTestEvent is the error of [S3] for the event that Amazon S3 sends when notifications are configured. It is nothing that a
// handler should get, and no failure: package sqsbatch deletes its message.
var ErrTestEvent = errors.New("envelope: it is the s3:TestEvent of a new notification configuration")

// Error says that a body has not the layer that a step should take off. Its text quotes nothing of the body; Err may. A step of
// one's own can return one too: package sqsbatch puts Step and Reason, and no other error of a step, into its own error's text.
type Error struct {
	Step   string // the step's name: "SNS envelope", "EventBridge envelope", "S3 notification", "base64" or "gzip"
	Reason string // what is wrong, as a sentence that begins with "it"
	Err    error  // the decoder's own error
}

// Error names the step and gives the reason.
func (e *Error) Error() string { return "envelope: " + e.Step + ": " + e.Reason }

// Unwrap returns the decoder's own error.
func (e *Error) Unwrap() error { return e.Err }

// refusal is a reason that quotes nothing and can be told.
type refusal string

func (r refusal) Error() string { return string(r) }

// reasonOf tells what kind of mistake err is, and where.
func reasonOf(err error) string {
	var told refusal
	var corrupt base64.CorruptInputError
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &told):
		return string(told)
	case errors.As(err, &corrupt):
		return fmt.Sprintf("it is not base64 at byte %d", int64(corrupt))
	case errors.As(err, &syntax):
		return fmt.Sprintf("it is not JSON: syntax error at byte %d", syntax.Offset)
	case errors.As(err, &mismatch):
		return fmt.Sprintf("it has a value at byte %d that does not fit %s", mismatch.Offset, mismatch.Type)
	}
	return "it was refused by the decoder"
}
