package coldstart

import "fmt"

// TaskError is the error of one Required task, or of a hook of [Start.BeforeSnapshot] or [Start.AfterRestore]. [Run] joins
// those of its tasks, so errors.As finds the first.
type TaskError struct {
	// Task is the name of the task or the hook.
	Task string
	// Err is what the task returned, a [*PanicError], or what says that it did not end in time.
	Err error
}

// Error names the task and gives its error.
func (e *TaskError) Error() string { return fmt.Sprintf("coldstart: task %q: %v", e.Task, e.Err) }

// Unwrap returns Err.
func (e *TaskError) Unwrap() error { return e.Err }

// PanicError is the error of a task, a hook or the function of a Lazy that panicked, and of a task or such a function that ended
// its goroutine with [runtime.Goexit], as a stray t.FailNow does.
type PanicError struct {
	// Value is what was given to panic; nil after runtime.Goexit.
	Value any
	// Stack is of the goroutine, as runtime/debug.Stack formats it; nil after runtime.Goexit. It is not part of the text.
	Stack []byte
}

// Error gives the value of the panic, or says that there was none.
func (e *PanicError) Error() string {
	if e.Value == nil {
		return "called runtime.Goexit"
	}
	return fmt.Sprintf("panic: %v", e.Value)
}

// Unwrap returns Value if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}
