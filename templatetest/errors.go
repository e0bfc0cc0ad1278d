package templatetest

import (
	"errors"
	"fmt"
)

// What look-ups fail with, to be asked for with [errors.Is].
var (
	ErrMissing = errors.New("it is not there")
	ErrUnknown = errors.New("the expression is not resolved")
)

// MissingError is the error of something that a template does not have. errors.Is(err, [ErrMissing]) holds.
type MissingError struct {
	Pos  Pos    // where it was looked for
	What string // an attribute or a resource, and what there is instead
}

// Error says where, and what is missing.
func (e *MissingError) Error() string { return fmt.Sprintf("%s: %s", e.Pos, e.What) }

// Is reports whether target is ErrMissing.
func (e *MissingError) Is(target error) bool { return target == ErrMissing }

// UnknownError is the error of an expression whose value the template does not tell, such as a reference to another
// resource. errors.Is(err, [ErrUnknown]) holds.
type UnknownError struct {
	Pos  Pos    // where it stands
	Text string // the expression: "aws_s3_bucket.uploads.id", "!GetAtt InputQueue.Arn"
	// Function is the long name of CloudFormation's intrinsic function, "Fn::GetAtt" say. It is empty for Terraform.
	Function string
}

// Error says where, and gives the expression.
func (e *UnknownError) Error() string { return fmt.Sprintf("%s: %v: %s", e.Pos, ErrUnknown, e.Text) }

// Is reports whether target is ErrUnknown.
func (e *UnknownError) Is(target error) bool { return target == ErrUnknown }
