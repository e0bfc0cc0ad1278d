package coldstart

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"
)

// defaultTimeout leaves 2 s of the 10 s that initialisation may take on demand for what comes before and after Run.
const defaultTimeout = 8 * time.Second

// Task is one step of initialisation.
type Task struct {
	// Name is what errors and the report call the task. It must be set, and no two tasks may share one.
	Name string
	// Do does the work. It must be set, must be safe to run beside the other tasks, and must return when its context
	// ends, which is at the deadline or when Run returns.
	Do func(context.Context) error
	// Required makes Run return the task's error. Defaults to false: the error is in the report only.
	Required bool
	// Only lists the initialisation types to run the task in; otherwise it is skipped. Name "" to run it outside
	// Lambda. Defaults to all types, those not known yet and outside Lambda included.
	Only []InitializationType

	wrong error // what is wrong with the settings that the task was made from
}

// Run runs the tasks in parallel and waits until all have ended, or until the deadline. The report holds what became
// of each task.
//
// The deadline is that of ctx. Where ctx has none it is 8 s from now, which leaves 2 s of the 10 s that initialisation may
// take on demand. Provisioned concurrency, SnapStart and managed instances allow 130 s, or the function's time-out if that is longer:
// give a context with a deadline to make use of it.
//
// The error joins a [*TaskError] for each Required task that failed, panicked or did not end in time. In the last case
// errors.Is finds context.DeadlineExceeded, or the cause for which ctx was cancelled. Run starts no task, and returns
// an error and an empty report, if a setting is wrong: a task without a name or without Do, two tasks with one name,
// or what [Connect], [ConnectN] and [Credentials] say of theirs.
//
// Safe for concurrent use. It returns at the deadline even if a task does not heed its context; the goroutine of such
// a task lives on until the task ends by itself, and what it returns then is dropped. So what a task has set may be
// used without a lock only if its entry in the report has no error.
func Run(ctx context.Context, tasks ...Task) (Report, error) {
	if err := validate(tasks); err != nil {
		return Report{}, err
	}
	start := time.Now()
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = start.Add(defaultTimeout)
	}
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()

	report := Report{Initialization: Initialization(), Tasks: make([]TaskReport, len(tasks))}
	type result struct {
		task       int
		duration   time.Duration
		connection connection
		err        error
	}
	// The buffer lets a task that is left behind end without anybody receiving from it.
	results := make(chan result, len(tasks))
	running := make([]bool, len(tasks))
	pending := 0
	for i, task := range tasks {
		report.Tasks[i].Name = task.Name
		if len(task.Only) > 0 && !slices.Contains(task.Only, report.Initialization) {
			report.Tasks[i].Skipped = true
			continue
		}
		running[i] = true
		pending++
		if ctx.Err() != nil {
			continue // Too late to start it: it is reported below as not ended.
		}
		go func() {
			begin := time.Now()
			watch := new(stopwatch)
			var err error = &PanicError{} // What remains if the task ends its goroutine.
			defer func() { results <- result{i, time.Since(begin), watch.read(), err} }()
			err = call(context.WithValue(ctx, stopwatchKey{}, watch), task.Do)
		}()
	}

	take := func(r result) {
		t := &report.Tasks[r.task]
		t.Duration, t.Err = r.duration, r.err
		t.Lookup, t.Dial, t.TLS, t.Answer = r.connection.lookup, r.connection.dial, r.connection.tls, r.connection.answer
		running[r.task] = false
		pending--
	}
	for pending > 0 && ctx.Err() == nil {
		select {
		case r := <-results:
			take(r)
		case <-ctx.Done():
		}
	}
	// What ended in time counts, even if the deadline was seen first.
	for range len(results) {
		take(<-results)
	}
	report.Duration = time.Since(start)

	var failed []error
	for i, task := range tasks {
		r := &report.Tasks[i]
		if running[i] {
			r.Duration = report.Duration
			r.Err = fmt.Errorf("did not end in time: %w", context.Cause(ctx))
		}
		if r.Err != nil && task.Required {
			failed = append(failed, &TaskError{Task: task.Name, Err: r.Err})
		}
	}
	return report, errors.Join(failed...)
}

func validate(tasks []Task) error {
	names := make(map[string]bool, len(tasks))
	for i, task := range tasks {
		switch {
		case task.Name == "":
			return fmt.Errorf("coldstart: task %d has no Name", i+1)
		case names[task.Name]:
			return fmt.Errorf("coldstart: two tasks are named %q: give each its own name", task.Name)
		case task.wrong != nil:
			return task.wrong
		case task.Do == nil:
			return fmt.Errorf("coldstart: task %q has no Do", task.Name)
		}
		names[task.Name] = true
	}
	return nil
}

// call returns do's error, or its panic as one.
func call(ctx context.Context, do func(context.Context) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return do(ctx)
}
