package lambdaruntime

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// sleepers lets so many invocations sleep at once and returns their results' channel when all of them have begun.
func sleepers(t *testing.T, f *Function, n int, payload string, deadline time.Time) <-chan error {
	t.Helper()
	eventually(t, "nothing is finishing", func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.finishing == 0
	})
	results := make(chan error, n)
	busy := func() int {
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.busy
	}
	before := busy()
	for range n {
		go func() {
			_, err := f.Invoke(t.Context(), Invocation{Payload: []byte(payload), Deadline: deadline})
			results <- err
		}()
	}
	eventually(t, fmt.Sprintf("%d under way", n), func() bool { return busy() >= before+n })
	return results
}

func TestManagedHasSeveralInvocationsInOneProcess(t *testing.T) {
	t.Parallel()
	const places = 4
	f := start(t, Config{PerEnvironment: places})
	pid := invoke[int](t, f, `{"do":"pid"}`)
	began := time.Now()
	asleep := sleepers(t, f, places, `{"do":"sleep","ms":1000}`, time.Time{})
	if _, err := f.Invoke(t.Context(), Invocation{}); !errors.Is(err, ErrThrottled) {
		t.Errorf("one too many: %v, want ErrThrottled", err)
	}
	for range places {
		if err := <-asleep; err != nil {
			t.Error(err)
		}
	}
	if took := time.Since(began); took > (places-1)*time.Second {
		t.Errorf("%d invocations of a second took %v: one after the other", places, took)
	}
	eventually(t, "idle", func() bool { return f.Environments()[0].State == Idle })
	if after := invoke[int](t, f, `{"do":"pid"}`); after != pid || len(f.Environments()) != 1 {
		t.Errorf("process %d, then %d of %d; want one only", pid, after, len(f.Environments()))
	}
}

func TestManagedVariables(t *testing.T) {
	t.Parallel()
	f := start(t, Config{PerEnvironment: 3, MaxConcurrency: 6})
	variables := strings.Join(invoke[[]string](t, f, `{"do":"environment"}`), "\n")
	for _, want := range []string{"AWS_LAMBDA_MAX_CONCURRENCY=3\n", "AWS_LAMBDA_INITIALIZATION_TYPE=lambda-managed-instances\n"} {
		if !strings.Contains(variables, want) {
			t.Errorf("the environment lacks %q", want)
		}
	}
	described := invoke[map[string]any](t, f, `{"do":"context"}`)
	if described["traceEnv"] != "" || !strings.HasPrefix(fmt.Sprint(described["trace"]), "Root=") {
		t.Errorf("the trace is in the environment, %v, or not in the context, %v", described["traceEnv"], described["trace"])
	}
	eventually(t, "two environments", func() bool { return len(f.Environments()) == 2 })
	if _, err := f.Provision(t.Context()); err == nil || errors.Is(err, ErrThrottled) {
		t.Errorf("Provision: %v", err)
	}
}

// A time-out kills nothing: the invocation beside it goes on, and its own place is free when the process is done with it.
func TestManagedTimeout(t *testing.T) {
	t.Parallel()
	f := start(t, Config{PerEnvironment: 2})
	pid := invoke[int](t, f, `{"do":"pid"}`)
	late := sleepers(t, f, 1, `{"do":"sleep","ms":1500}`, time.Now().Add(200*time.Millisecond))
	beside := sleepers(t, f, 1, `{"do":"sleep","ms":1000}`, time.Time{})
	if failure, ok := errors.AsType[*FunctionError](<-late); !ok || failure.Type != typeTimedOut {
		t.Errorf("got %v, want a time-out", failure)
	}
	if _, err := f.Invoke(t.Context(), Invocation{}); !errors.Is(err, ErrThrottled) {
		t.Errorf("while the process works on: %v, want ErrThrottled", err)
	}
	if err := <-beside; err != nil {
		t.Errorf("the invocation beside it: %v", err)
	}
	eventually(t, "idle", func() bool { return f.Environments()[0].State == Idle })
	for range 4 { // both places, and neither of them has the late answer
		if after := invoke[int](t, f, `{"do":"pid"}`); after != pid {
			t.Errorf("process %d after the time-out, want %d as before", after, pid)
		}
	}
}

// A process that exits fails all that it has, and the next invocation waits for the process that takes its place.
func TestManagedExit(t *testing.T) {
	t.Parallel()
	f := start(t, Config{PerEnvironment: 3})
	pid := invoke[int](t, f, `{"do":"pid"}`)
	lost := sleepers(t, f, 2, `{"do":"sleep","ms":600000}`, time.Time{})
	if failure := invokeError(t, f, `{"do":"exit","code":4}`); failure.Type != typeExit {
		t.Errorf("got %v", failure)
	}
	for range 2 {
		if failure, ok := errors.AsType[*FunctionError](<-lost); !ok || failure.Type != typeExit || !strings.Contains(failure.Message, "exit status 4") {
			t.Errorf("got %v, want the exit", failure)
		}
	}
	if after := invoke[int](t, f, `{"do":"pid"}`); after == pid {
		t.Errorf("process %d answers from beyond", after)
	}
}

func TestManagedInitFailure(t *testing.T) {
	t.Parallel()
	f := start(t, Config{PerEnvironment: 2, Environment: map[string]string{"INIT": "exit"}})
	if failure := invokeError(t, f, `{}`); failure.Type != typeExit || !strings.Contains(failure.Message, "exit status 3") {
		t.Errorf("got %v", failure)
	}

	once := start(t, Config{PerEnvironment: 2, Environment: map[string]string{"INIT": "exit-once:" + t.TempDir() + "/was-here"}})
	eventually(t, "it is tried again", func() bool {
		_, err := once.Invoke(t.Context(), Invocation{})
		return err == nil
	})
}

func TestManagedClose(t *testing.T) {
	t.Parallel()
	f := start(t, Config{PerEnvironment: 2})
	invoke[int](t, f, `{"do":"pid"}`)
	asleep := sleepers(t, f, 2, `{"do":"sleep","ms":600000}`, time.Time{})
	f.Close()
	for range 2 {
		if err := <-asleep; !errors.Is(err, ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
	}
	if list := f.Environments(); len(list) != 0 {
		t.Errorf("environments after Close: %+v", list)
	}

	// Nor does one wait for ever that waits for the first process.
	hanging := start(t, Config{PerEnvironment: 2, Environment: map[string]string{"INIT": "hang"}})
	waits := make(chan error, 1)
	go func() {
		_, err := hanging.Invoke(t.Context(), Invocation{})
		waits <- err
	}()
	eventually(t, "starting", func() bool { return len(hanging.Environments()) == 1 })
	hanging.Close()
	if err := <-waits; !errors.Is(err, ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}

// Many callers of few processes: each gets its own answer or is throttled, and nothing else.
func TestManagedManyCallers(t *testing.T) {
	t.Parallel()
	f := start(t, Config{PerEnvironment: 8, MaxConcurrency: 16})
	var callers sync.WaitGroup
	for i := range 20 {
		callers.Go(func() {
			for j := range 40 {
				title := fmt.Sprintf("caller %d, invocation %d", i, j)
				response, err := f.Invoke(t.Context(), Invocation{ClientContext: fmt.Sprintf(`{"Client":{"app_title":%q}}`, title)})
				switch {
				case errors.Is(err, ErrThrottled):
					time.Sleep(time.Millisecond)
				case err != nil || !strings.Contains(string(response), `"clientTitle":"`+title+`"`):
					t.Errorf("%s got the answer %s, %v", title, response, err)
				}
			}
		})
	}
	callers.Wait()
	eventually(t, "idle", func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.busy == 0 && f.finishing == 0
	})
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range f.known {
		if e.State == Idle && e.free != 8 {
			t.Errorf("%d places are free in an idle environment, want 8", e.free)
		}
	}
}
