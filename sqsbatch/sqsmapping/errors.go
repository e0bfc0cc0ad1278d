package sqsmapping

import (
	"errors"
	"fmt"
)

var (
	// ErrReportOff: a mapping deletes the messages that its function reports as failed. The error itself is a [*MappingError].
	ErrReportOff = errors.New("ReportBatchItemFailures is off")

	// ErrNoMapping: the function has no event source mapping with the queue, or with any. It may be on an alias or a version,
	// which Check has to be told. The error itself is a [*MappingError].
	ErrNoMapping = errors.New("there is no event source mapping")
)

// MappingError says which mapping is not as it has to be. errors.Is(err, [ErrReportOff]) holds, or errors.Is(err,
// [ErrNoMapping]) where UUID is empty.
type MappingError struct {
	Function string // as Check was given it
	QueueARN string // empty when there is no mapping with any queue
	UUID     string // of the mapping
	State    string // of the mapping: "Enabled", "Disabled" or one on the way
}

// Error names the function, the queue and what to change.
func (e *MappingError) Error() string {
	switch {
	case e.UUID != "":
		return fmt.Sprintf("sqsmapping: %v on the event source mapping %s (%s) of %s with %s: Lambda deletes the messages that the "+
			"function reports as failed; add it to the mapping's FunctionResponseTypes", ErrReportOff, e.UUID, e.State, e.Function, e.QueueARN)
	case e.QueueARN != "":
		return fmt.Sprintf("sqsmapping: %v of %s with %s: is it on an alias or a version?", ErrNoMapping, e.Function, e.QueueARN)
	}
	return fmt.Sprintf("sqsmapping: %v of %s with an Amazon SQS queue: is it on an alias or a version?", ErrNoMapping, e.Function)
}

// Is reports whether target is ErrReportOff or ErrNoMapping, whichever it is.
func (e *MappingError) Is(target error) bool {
	return target == ErrReportOff && e.UUID != "" || target == ErrNoMapping && e.UUID == ""
}
