package coldstart_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
)

// snapshotAPI is the part of the Lambda runtime API that snapshots need, and one invocation after them.
type snapshotAPI struct {
	*httptest.Server
	restore chan struct{} // closed when the snapshot is restored
	status  int           // of restore/next; 200 if it is 0

	mu    sync.Mutex
	calls []string // method, path, error type
	body  map[string]any
	asked int // invocations
}

func newSnapshotAPI(t *testing.T) *snapshotAPI {
	t.Helper()
	api := &snapshotAPI{restore: make(chan struct{})}
	api.Server = httptest.NewServer(api)
	t.Cleanup(api.Close)
	return api
}

func (a *snapshotAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	path := strings.TrimPrefix(r.URL.Path, "/2018-06-01/runtime/")
	a.note(strings.TrimSpace(r.Method + " " + path + " " + r.Header.Get("Lambda-Runtime-Function-Error-Type")))
	switch path {
	case "restore/next":
		if a.status != 0 {
			w.WriteHeader(a.status)
			return
		}
		select {
		case <-a.restore:
		case <-r.Context().Done():
		}
	case "init/error", "restore/error":
		a.mu.Lock()
		defer a.mu.Unlock()
		a.body = nil
		if err := json.Unmarshal(body, &a.body); err != nil {
			a.calls = append(a.calls, err.Error())
		}
		w.WriteHeader(http.StatusAccepted)
	case "invocation/next":
		a.mu.Lock()
		a.asked++
		again := a.asked > 2
		a.mu.Unlock()
		if again {
			<-r.Context().Done()
			return
		}
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "7")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(time.Minute).UnixMilli()))
		fmt.Fprint(w, `"hello"`)
	case "invocation/7/response":
		a.note(string(body))
		w.WriteHeader(http.StatusAccepted)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (a *snapshotAPI) note(call string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls = append(a.calls, call)
}

func (a *snapshotAPI) seen() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.calls)
}

// await waits up to 30 s for the n-th call.
func (a *snapshotAPI) await(t *testing.T, n int) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); len(a.seen()) < n; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("called %q only", a.seen())
		}
	}
}

// use makes this process a SnapStart function of the API.
func (a *snapshotAPI) use(t *testing.T) {
	t.Helper()
	t.Setenv(variable, "snap-start")
	t.Setenv("AWS_LAMBDA_RUNTIME_API", strings.TrimPrefix(a.URL, "http://"))
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1") // must not be asked
}

func TestHooksRunAroundTheSnapshot(t *testing.T) {
	api := newSnapshotAPI(t)
	api.use(t)
	var start coldstart.Start
	hook := func(name string) func(context.Context) error {
		return func(ctx context.Context) error {
			_, has := ctx.Deadline()
			api.note(fmt.Sprintf("%s, deadline %v", name, has))
			return nil
		}
	}
	start.BeforeSnapshot("a", hook("before a"))
	start.AfterRestore("a", hook("after a"))
	start.AfterRestore("b", hook("after b"))
	start.BeforeSnapshot("b", hook("before b"))

	ready := make(chan error)
	go func() { ready <- start.Ready(t.Context()) }()
	api.await(t, 3)
	select {
	case err := <-ready:
		t.Fatalf("Ready did not wait for the restore: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	close(api.restore)
	if err := <-ready; err != nil {
		t.Fatal(err)
	}
	want := []string{
		"before b, deadline false", "before a, deadline false", "GET restore/next", "after a, deadline true", "after b, deadline true",
	}
	if got := api.seen(); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestNoHookRunsElsewhere(t *testing.T) {
	api := newSnapshotAPI(t)
	api.use(t)
	for _, kind := range []coldstart.InitializationType{coldstart.OnDemand, coldstart.ProvisionedConcurrency, coldstart.ManagedInstances, ""} {
		t.Setenv(variable, string(kind))
		var start coldstart.Start
		refuse := func(context.Context) error { return errors.New("a hook ran") }
		start.BeforeSnapshot("x", refuse)
		start.AfterRestore("x", refuse)
		if err := start.Ready(t.Context()); err != nil || len(api.seen()) > 0 {
			t.Errorf("%q: %v, called %v", kind, err, api.seen())
		}
	}
}

func TestHookFailures(t *testing.T) {
	errDown := errors.New("the vault is down")
	fails := func(context.Context) error { return errDown }
	panics := func(context.Context) error { panic(errDown) }
	tests := map[string]struct {
		before, after func(context.Context) error
		phase         string
		last          string
	}{
		"before":         {fails, nil, "before snapshot", "POST init/error Runtime.BeforeSnapshotError"},
		"before, panics": {panics, nil, "before snapshot", "POST init/error Runtime.BeforeSnapshotError"},
		"after":          {nil, fails, "after restore", "POST restore/error Runtime.AfterRestoreError"},
		"after, panics":  {nil, panics, "after restore", "POST restore/error Runtime.AfterRestoreError"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			api := newSnapshotAPI(t)
			api.use(t)
			close(api.restore)
			var start coldstart.Start
			later := false
			if test.before != nil {
				start.BeforeSnapshot("later", func(context.Context) error { later = true; return nil })
				start.BeforeSnapshot("secrets", test.before)
			}
			if test.after != nil {
				start.AfterRestore("secrets", test.after)
			}
			start.AfterRestore("later", func(context.Context) error { later = true; return nil })

			err := start.Ready(t.Context())
			var hookErr *coldstart.TaskError
			if !errors.As(err, &hookErr) || hookErr.Task != "secrets" || !strings.Contains(err.Error(), `task "secrets": `+test.phase) || !errors.Is(err, errDown) {
				t.Errorf("got %v", err)
			}
			if later {
				t.Error("a hook ran after the failure")
			}
			calls := api.seen()
			if len(calls) == 0 || calls[len(calls)-1] != test.last {
				t.Errorf("called %q, want %q last", calls, test.last)
			}
			errorType, _ := api.body["errorType"].(string)
			message, _ := api.body["errorMessage"].(string)
			if !strings.HasSuffix(test.last, errorType) || errorType == "" || !strings.Contains(message, `task "secrets"`) {
				t.Errorf("told Lambda %v", api.body)
			}
		})
	}
}

// A hook that heeds its context, or comes back late, fails when the time of the hooks is over.
func TestReadyEndsWithItsContext(t *testing.T) {
	stop := errors.New("SIGTERM")
	for _, name := range []string{"in a hook", "in the snapshot"} {
		api := newSnapshotAPI(t)
		api.use(t)
		ctx, cancel := context.WithCancelCause(t.Context())
		var start coldstart.Start
		if name == "in a hook" {
			start.BeforeSnapshot("late", func(context.Context) error { cancel(stop); return nil })
		} else {
			time.AfterFunc(30*time.Millisecond, func() { cancel(stop) })
		}
		if err := start.Ready(ctx); !errors.Is(err, stop) {
			t.Errorf("%s: got %v", name, err)
		}
		calls := api.seen()
		if len(calls) == 0 || calls[len(calls)-1] != "POST init/error Runtime.BeforeSnapshotError" {
			t.Errorf("%s: called %q; Lambda must be told even then", name, calls)
		}
	}
}

func TestSnapshotRefused(t *testing.T) {
	api := newSnapshotAPI(t)
	api.use(t)
	api.status = http.StatusForbidden
	var start coldstart.Start
	start.AfterRestore("x", func(context.Context) error { t.Error("a hook ran"); return nil })
	if err := start.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "restore/next") || !strings.Contains(err.Error(), "403") {
		t.Errorf("got %v", err)
	}
}

func TestReadyBadInput(t *testing.T) {
	nop := func(context.Context) error { return nil }
	deadline, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for says, f := range map[string]func(*coldstart.Start) error{
		"before snapshot has no name":    func(s *coldstart.Start) error { s.BeforeSnapshot("", nop); return s.Ready(t.Context()) },
		`"x" after restore has no func`:  func(s *coldstart.Start) error { s.AfterRestore("x", nil); return s.Ready(t.Context()) },
		"the context has a deadline":     func(s *coldstart.Start) error { return s.Ready(deadline) },
		"Ready was called before":        func(s *coldstart.Start) error { s.Ready(t.Context()); return s.Ready(t.Context()) },
		"AWS_LAMBDA_RUNTIME_API is not ": func(s *coldstart.Start) error { t.Setenv(variable, "snap-start"); return s.Ready(t.Context()) },
	} {
		t.Setenv("AWS_LAMBDA_RUNTIME_API", "")
		t.Setenv(variable, "")
		if err := f(new(coldstart.Start)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %q", err, says)
		}
	}
	t.Setenv(variable, "")
	var start coldstart.Start
	if err := start.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if v := fmt.Sprint(recover()); !strings.Contains(v, "would never run") {
			t.Errorf("registering after Ready: %s", v)
		}
	}()
	start.AfterRestore("late", nop)
}

// A real function: what it does before the snapshot, that it is asked for nothing until the restore, and which invocation
// is the first after it.
func TestSnapshotOfARealFunction(t *testing.T) {
	t.Parallel()
	binary, err := lambdaruntime.Build(t.Context(), ".", "./testdata/snapstart", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	api := newSnapshotAPI(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary)
	cmd.Env = []string{"AWS_LAMBDA_INITIALIZATION_TYPE=snap-start", "AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(api.URL, "http://")}
	cmd.Stderr = os.Stderr
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		cancel()
		_ = cmd.Wait() // killed
	}()
	lines := bufio.NewScanner(output)
	if !lines.Scan() || lines.Text() != "before snapshot" {
		t.Fatalf("printed %q, %v", lines.Text(), lines.Err())
	}
	api.await(t, 1)
	close(api.restore)
	if !lines.Scan() || lines.Text() != "after restore" {
		t.Fatalf("printed %q, %v", lines.Text(), lines.Err())
	}
	want := []string{
		"GET restore/next",
		"GET invocation/next", "POST invocation/7/response", `"snap-start, first true, cold true"`,
		"GET invocation/next", "POST invocation/7/response", `"snap-start, first false, cold false"`,
		"GET invocation/next",
	}
	api.await(t, len(want))
	if got := api.seen(); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
