package coldstart_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// takes returns a task's Do that needs d and heeds its context.
func takes(d time.Duration) func(context.Context) error {
	return func(ctx context.Context) error {
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func fails(err error) func(context.Context) error {
	return func(context.Context) error { return err }
}

func TestRunInParallel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		report, err := coldstart.Run(t.Context(),
			coldstart.Task{Name: "slow", Do: takes(3 * time.Second), Required: true},
			coldstart.Task{Name: "quick", Do: takes(time.Second)},
		)
		if err != nil {
			t.Fatal(err)
		}
		want := []coldstart.TaskReport{
			{Name: "slow", Duration: 3 * time.Second},
			{Name: "quick", Duration: time.Second},
		}
		if !slices.Equal(report.Tasks, want) || report.Duration != 3*time.Second {
			t.Errorf("got %+v", report)
		}
	})
}

func TestRunWithoutTasks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		report, err := coldstart.Run(t.Context())
		if err != nil || len(report.Tasks) != 0 || report.Duration != 0 {
			t.Errorf("got %+v, %v", report, err)
		}
	})
}

func TestOnlyRequiredErrorsAreReturned(t *testing.T) {
	t.Parallel()
	errA, errB, errC := errors.New("a is down"), errors.New("b is down"), errors.New("c is down")
	report, err := coldstart.Run(t.Context(),
		coldstart.Task{Name: "a", Do: fails(errA), Required: true},
		coldstart.Task{Name: "b", Do: fails(errB)},
		coldstart.Task{Name: "c", Do: fails(errC), Required: true},
		coldstart.Task{Name: "d", Do: fails(nil), Required: true},
	)
	if !errors.Is(err, errA) || errors.Is(err, errB) || !errors.Is(err, errC) {
		t.Errorf("got %v", err)
	}
	if got, want := err.Error(), "coldstart: task \"a\": a is down\ncoldstart: task \"c\": c is down"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	var taskErr *coldstart.TaskError
	if !errors.As(err, &taskErr) || taskErr.Task != "a" || taskErr.Err != errA {
		t.Errorf("got %#v", taskErr)
	}
	var errs []error
	for _, task := range report.Tasks {
		errs = append(errs, task.Err)
	}
	if want := []error{errA, errB, errC, nil}; !slices.Equal(errs, want) {
		t.Errorf("reported %v, want %v", errs, want)
	}
}

func TestPanicBecomesError(t *testing.T) {
	t.Parallel()
	cause := errors.New("broken")
	report, err := coldstart.Run(t.Context(),
		coldstart.Task{Name: "value", Do: func(context.Context) error { panic("at the disco") }, Required: true},
		coldstart.Task{Name: "error", Do: func(context.Context) error { panic(cause) }},
		coldstart.Task{Name: "nil", Do: func(context.Context) error { panic(nil) }},
		coldstart.Task{Name: "fine", Do: fails(nil)},
	)
	var panicErr *coldstart.PanicError
	if !errors.As(err, &panicErr) || panicErr.Value != "at the disco" {
		t.Fatalf("got %v", err)
	}
	if !strings.Contains(string(panicErr.Stack), "TestPanicBecomesError") || strings.Contains(err.Error(), "goroutine") {
		t.Errorf("the stack belongs into Stack, and not into the message %q:\n%s", err, panicErr.Stack)
	}
	if got, want := err.Error(), `coldstart: task "value": panic: at the disco`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(report.Tasks[1].Err, cause) {
		t.Errorf("got %v, want the panic's error inside", report.Tasks[1].Err)
	}
	if report.Tasks[2].Err == nil || report.Tasks[3].Err != nil {
		t.Errorf("got %+v", report.Tasks)
	}
}

func TestGoexitBecomesError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		report, err := coldstart.Run(t.Context(), coldstart.Task{
			Name: "gone", Required: true,
			Do: func(context.Context) error { runtime.Goexit(); return nil },
		})
		var panicErr *coldstart.PanicError
		if !errors.As(err, &panicErr) || panicErr.Value != nil || !strings.Contains(err.Error(), "Goexit") || report.Duration != 0 {
			t.Errorf("got %v after %v", err, report.Duration)
		}
	})
}

// An hour-long task that does not look at its context must not hold Run, and must be able to end afterwards.
func TestDeadlineHoldsAgainstDeafTask(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ended atomic.Bool
		report, err := coldstart.Run(t.Context(),
			coldstart.Task{Name: "deaf", Required: true, Do: func(context.Context) error {
				time.Sleep(time.Hour)
				ended.Store(true)
				return errors.New("too late to matter")
			}},
			coldstart.Task{Name: "quick", Do: takes(time.Second), Required: true},
		)
		if report.Duration != coldstart.DefaultTimeout {
			t.Errorf("Run took %v, want %v", report.Duration, coldstart.DefaultTimeout)
		}
		var taskErr *coldstart.TaskError
		if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &taskErr) || taskErr.Task != "deaf" {
			t.Errorf("got %v", err)
		}
		if strings.Contains(err.Error(), "quick") {
			t.Errorf("%q names a task that ended in time", err)
		}
		if got := report.Tasks[0]; got.Duration != coldstart.DefaultTimeout || !errors.Is(got.Err, context.DeadlineExceeded) {
			t.Errorf("got %+v", got)
		}
		if got := report.Tasks[1]; got.Duration != time.Second || got.Err != nil {
			t.Errorf("got %+v", got)
		}
		before := report.Tasks[0].Err
		time.Sleep(2 * time.Hour)
		if !ended.Load() || report.Tasks[0].Err != before {
			t.Errorf("ended: %v, reported now: %v", ended.Load(), report.Tasks[0].Err)
		}
	})
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		deadline, want time.Duration
	}{
		"default": {0, coldstart.DefaultTimeout},
		"shorter": {2 * time.Second, 2 * time.Second},
		"longer":  {time.Minute, time.Minute},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if test.deadline > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, test.deadline)
					defer cancel()
				}
				given := make(chan time.Duration, 1)
				report, err := coldstart.Run(ctx, coldstart.Task{
					Name: "endless", Required: true,
					Do: func(ctx context.Context) error {
						deadline, _ := ctx.Deadline()
						given <- time.Until(deadline)
						<-ctx.Done()
						return ctx.Err()
					},
				})
				seen := <-given
				if !errors.Is(err, context.DeadlineExceeded) || report.Duration != test.want || seen != test.want {
					t.Errorf("%v after %v, the task was given %v; want %v", err, report.Duration, seen, test.want)
				}
			})
		})
	}
}

func TestCancellation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stop := errors.New("SIGTERM")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(stop) })
		report, err := coldstart.Run(ctx, coldstart.Task{
			Name: "deaf", Required: true,
			Do: func(context.Context) error { time.Sleep(5 * time.Second); return nil },
		})
		if !errors.Is(err, stop) || report.Duration != time.Second {
			t.Errorf("%v after %v", err, report.Duration)
		}

		ran := false
		report, err = coldstart.Run(ctx, coldstart.Task{
			Name: "late", Required: true,
			Do: func(context.Context) error { ran = true; return nil },
		})
		synctest.Wait()
		if !errors.Is(err, stop) || !errors.Is(report.Tasks[0].Err, stop) || ran {
			t.Errorf("%v, %+v, ran: %v", err, report, ran)
		}
		time.Sleep(10 * time.Second)
	})
}

func TestContextEndsWithRun(t *testing.T) {
	t.Parallel()
	var kept context.Context
	if _, err := coldstart.Run(t.Context(), coldstart.Task{
		Name: "keeper",
		Do:   func(ctx context.Context) error { kept = ctx; return ctx.Err() },
	}); err != nil {
		t.Fatal(err)
	}
	if kept.Err() == nil {
		t.Error("the task's context is still alive")
	}
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	var ran atomic.Bool
	do := func(context.Context) error { ran.Store(true); return nil }
	tests := map[string]struct {
		tasks []coldstart.Task
		says  string
	}{
		"no name":        {tasks: []coldstart.Task{{Name: "a", Do: do}, {Do: do}}, says: "task 2 has no Name"},
		"same name":      {tasks: []coldstart.Task{{Name: "a", Do: do}, {Name: "a", Do: do}}, says: `two tasks are named "a"`},
		"no Do":          {tasks: []coldstart.Task{{Name: "b", Do: do}, {Name: "a"}}, says: `task "a" has no Do`},
		"skipped, no Do": {tasks: []coldstart.Task{{Name: "a", Only: []coldstart.InitializationType{"never"}}}, says: `task "a" has no Do`},
	}
	for name, test := range tests {
		report, err := coldstart.Run(t.Context(), test.tasks...)
		if err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %v, want an error that says %q", name, err, test.says)
		}
		if len(report.Tasks) != 0 || ran.Load() {
			t.Errorf("%s: %+v, a task ran: %v", name, report, ran.Load())
		}
	}
}
