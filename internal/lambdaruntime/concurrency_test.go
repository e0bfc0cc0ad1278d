package lambdaruntime

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestSequentialInvocationsShareOneEnvironment(t *testing.T) {
	t.Parallel()
	f := start(t, Config{MaxConcurrency: 1})
	pids := map[int]bool{}
	for range 200 {
		pids[invoke[int](t, f, `{"do":"pid"}`)] = true
	}
	if len(pids) != 1 {
		t.Errorf("200 invocations in a row ran in %d processes, want 1", len(pids))
	}
}

func TestConcurrencyAndThrottling(t *testing.T) {
	t.Parallel()
	const limit = 3
	f := start(t, Config{MaxConcurrency: limit})
	results := make(chan int, limit)
	var running sync.WaitGroup
	for range limit {
		running.Go(func() {
			response, err := f.Invoke(t.Context(), Invocation{Payload: []byte(`{"do":"sleep","ms":3000}`)})
			pid, convErr := strconv.Atoi(string(response))
			if err != nil || convErr != nil {
				t.Errorf("got %s, %v", response, err)
			}
			results <- pid
		})
	}
	eventually(t, "all busy", func() bool {
		list := f.Environments()
		for _, e := range list {
			if e.State != Busy {
				return false
			}
		}
		return len(list) == limit
	})
	_, err := f.Invoke(t.Context(), Invocation{})
	if !errors.Is(err, ErrThrottled) {
		t.Errorf("one too many: %v, want ErrThrottled", err)
	}
	running.Wait()
	close(results)
	pids := map[int]bool{}
	for pid := range results {
		pids[pid] = true
	}
	if len(pids) != limit {
		t.Errorf("%d invocations at once ran in %d processes", limit, len(pids))
	}

	// The environments stay, in the order of their start, and the next invocation starts none.
	eventually(t, "all idle", func() bool {
		for _, e := range f.Environments() {
			if e.State != Idle {
				return false
			}
		}
		return true
	})
	if pid := invoke[int](t, f, `{"do":"pid"}`); !pids[pid] {
		t.Errorf("process %d is a new one", pid)
	}
	list := f.Environments()
	if len(list) != limit {
		t.Fatalf("%d environments, want %d", len(list), limit)
	}
	ids := map[string]bool{}
	for _, e := range list {
		ids[e.ID] = pids[e.PID]
	}
	if len(ids) != limit || ids[""] {
		t.Errorf("environments %+v", list)
	}
}

// What a function does after its response is part of the invocation: the caller has the response at once, but a function
// with a reserved concurrency of one can be throttled meanwhile, and is not where the rest is short.
func TestWorkAfterTheResponse(t *testing.T) {
	t.Parallel()
	f := start(t, Config{MaxConcurrency: 1})
	pid := invoke[int](t, f, `{"do":"pid"}`)
	started := time.Now()
	if got := invoke[string](t, f, `{"do":"linger","ms":3000}`); got != "answered" {
		t.Errorf("got %q", got)
	}
	if took := time.Since(started); took > 2*time.Second {
		t.Errorf("the response took %v; it must not wait for the function's end", took)
	}
	if state := f.Environments()[0].State; state != Busy {
		t.Errorf("state %s after the response, want busy", state)
	}
	if _, err := f.Invoke(t.Context(), Invocation{}); !errors.Is(err, ErrThrottled) {
		t.Errorf("during a long rest: %v, want ErrThrottled", err)
	}
	eventually(t, "idle", func() bool { return f.Environments()[0].State == Idle })

	invoke[string](t, f, `{"do":"linger","ms":30}`)
	if after := invoke[int](t, f, `{"do":"pid"}`); after != pid {
		t.Errorf("process %d after a short rest, want %d as before", after, pid)
	}
}

// Work after the response that passes the time-out costs the process, not the response.
func TestTimeoutAfterTheResponse(t *testing.T) {
	t.Parallel()
	log := &logBuffer{t: t}
	f := start(t, Config{Logs: log, MaxConcurrency: 1})
	pid := invoke[int](t, f, `{"do":"pid"}`)
	response, err := f.Invoke(t.Context(), Invocation{
		Payload: []byte(`{"do":"linger","ms":600000}`), Deadline: time.Now().Add(500 * time.Millisecond),
	})
	if err != nil || string(response) != `"answered"` {
		t.Fatalf("got %s, %v", response, err)
	}
	eventually(t, "the process is gone", func() bool { return len(f.Environments()) == 0 })
	if after := invoke[int](t, f, `{"do":"pid"}`); after == pid {
		t.Errorf("process %d lives on", after)
	}
	f.Close()
	if n := countLines(log.lines(), `Task timed out after 0\.\d\d seconds`); n != 1 {
		t.Errorf("%d lines of a time-out in %q, want 1", n, log.lines())
	}
}

// Many callers on few environments: every one gets its own answer or is throttled, and nothing else.
func TestManyCallers(t *testing.T) {
	t.Parallel()
	f := start(t, Config{MaxConcurrency: 2})
	var callers sync.WaitGroup
	var mu sync.Mutex
	answered, throttled := 0, 0
	for i := range 4 {
		callers.Go(func() {
			for j := range 50 {
				title := fmt.Sprintf("caller %d, invocation %d", i, j)
				response, err := f.Invoke(t.Context(), Invocation{ClientContext: fmt.Sprintf(`{"Client":{"app_title":%q}}`, title)})
				mu.Lock()
				switch {
				case errors.Is(err, ErrThrottled):
					throttled++
				case err != nil:
					t.Errorf("%s: %v", title, err)
				default:
					answered++
					if !strings.Contains(string(response), `"clientTitle":"`+title+`"`) {
						t.Errorf("%s got the answer %s", title, response)
					}
				}
				mu.Unlock()
				if err != nil {
					time.Sleep(time.Millisecond)
				}
			}
		})
	}
	callers.Wait()
	t.Logf("%d answered, %d throttled", answered, throttled)
	if answered == 0 || answered+throttled != 200 {
		t.Errorf("%d answered and %d throttled of 200", answered, throttled)
	}
	if n := len(f.Environments()); n > 2 {
		t.Errorf("%d environments with a concurrency of 2", n)
	}
}
