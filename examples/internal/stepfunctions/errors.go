package stepfunctions

import (
	"errors"
	"fmt"
)

// ErrDefinition is what errors.Is finds in every [*DefinitionError].
var ErrDefinition = errors.New("stepfunctions: the state machine is wrong")

// DefinitionError says what is wrong with a state machine and where. [Load] joins one for each mistake.
type DefinitionError struct {
	Path    string // such as States.Reserve.ItemProcessor.States.ReserveLine.Retry[0].MaxAttempts
	Problem string
}

func (e *DefinitionError) Error() string {
	return fmt.Sprintf("state machine: %s: %s", e.Path, e.Problem)
}

// Is reports whether target is [ErrDefinition].
func (e *DefinitionError) Is(target error) bool { return target == ErrDefinition }

// The errors of an [Engine].
var (
	// ErrExecutionExists: the name was given to another execution. StartExecution answers ExecutionAlreadyExists.
	ErrExecutionExists = errors.New("stepfunctions: ExecutionAlreadyExists")
	// ErrTaskTimedOut: no task waits for the token any more. SendTaskSuccess and SendTaskFailure answer TaskTimedOut.
	ErrTaskTimedOut = errors.New("stepfunctions: TaskTimedOut: nobody waits for this token")
	// ErrInvalidOutput: what a task was to end with is no JSON. SendTaskSuccess answers InvalidOutput.
	ErrInvalidOutput = errors.New("stepfunctions: InvalidOutput: the output is not JSON")
	// ErrClosed: the engine was closed.
	ErrClosed = errors.New("stepfunctions: the engine is closed")
)

// The names of errors that the service gives itself (AWS Step Functions Developer Guide, "Handling errors in Step Functions
// workflows").
const (
	ErrorAll             = "States.ALL"
	ErrorTaskFailed      = "States.TaskFailed"
	ErrorTimeout         = "States.Timeout"
	ErrorRuntime         = "States.Runtime"
	ErrorDataLimit       = "States.DataLimitExceeded"
	ErrorNoChoice        = "States.NoChoiceMatched"
	ErrorResultPath      = "States.ResultPathMatchFailure"
	ErrorTooManyRequests = "Lambda.TooManyRequestsException"
	ErrorLambdaClient    = "Lambda.SdkClientException"
	ErrorQueueClient     = "SQS.SdkClientException"
)

// Error is how a task, a state or an execution failed: what a Catch hands on as {"Error": …, "Cause": …}. [Config.Invoke] returns
// one for a function that failed, with the errorType that it reported as the name and the error document as the cause.
type Error struct {
	Name  string
	Cause string
}

func (e *Error) Error() string {
	if e.Cause == "" {
		return e.Name
	}
	return e.Name + ": " + e.Cause
}

func runtimeError(format string, args ...any) *Error {
	return &Error{ErrorRuntime, fmt.Sprintf(format, args...)}
}
