package lambdaruntime

import (
	"context"
	"errors"
	"os/exec"
	"testing"
	"time"
)

func TestProvision(t *testing.T) {
	f := start(t, Config{MaxConcurrency: 2})
	took, err := f.Provision(t.Context())
	if err != nil || took <= 0 {
		t.Fatalf("took %v, %v", took, err)
	}
	before := f.Environments()
	if len(before) != 1 || before[0].State != Idle {
		t.Fatalf("environments %+v", before)
	}
	invoke[any](t, f, `{}`)
	eventually(t, "idle again", func() bool { return f.Environments()[0].State == Idle })
	if after := f.Environments(); len(after) != 1 || after[0].PID != before[0].PID {
		t.Errorf("the invocation did not use the environment: %+v, before %+v", after, before)
	}
	f.Close()
	if _, err := f.Provision(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestProvisionFails(t *testing.T) {
	t.Parallel()
	f := start(t, Config{Environment: map[string]string{"INIT": "exit"}})
	_, err := f.Provision(t.Context())
	if failure, ok := errors.AsType[*FunctionError](err); !ok || failure.Type != typeExit {
		t.Errorf("exit: %v", err)
	}

	f = start(t, Config{Environment: map[string]string{"INIT": "hang"}, MaxConcurrency: 1})
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("no time")
	go func() {
		defer cancel(reason)
		for len(f.Environments()) == 0 {
			time.Sleep(time.Millisecond)
		}
		if _, err := f.Provision(t.Context()); !errors.Is(err, ErrThrottled) {
			t.Errorf("a second one: %v", err)
		}
	}()
	if _, err := f.Provision(ctx); !errors.Is(err, reason) {
		t.Errorf("hang: %v", err)
	}
	if left := f.Environments(); len(left) > 0 {
		t.Errorf("left behind: %+v", left)
	}

	f = start(t, Config{Environment: map[string]string{"INIT": "hang"}, InitTimeout: 50 * time.Millisecond})
	_, err = f.Provision(t.Context())
	if failure, ok := errors.AsType[*FunctionError](err); !ok || failure.Type != typeTimedOut {
		t.Errorf("time-out: %v", err)
	}
}

func TestBuildWithoutGo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := Build(t.Context(), ".", ".", t.TempDir()); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}
