package lambdaruntime

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// The compiled functions of testdata.
var functionBinary, badInitBinary string

func TestMain(m *testing.M) {
	if os.Getenv("LAMBDARUNTIME_TEST_PARENT") != "" {
		liveAsParent()
		return
	}
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "lambdaruntime")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	for name, path := range map[string]*string{"function": &functionBinary, "badinit": &badInitBinary} {
		if *path, err = Build(ctx, ".", "./testdata/"+name, filepath.Join(dir, name)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}

// start starts the function of testdata with cfg's settings and closes it with the test.
func start(t *testing.T, cfg Config) *Function {
	t.Helper()
	if cfg.Name == "" {
		cfg.Name = "tested"
	}
	if cfg.Binary == "" {
		cfg.Binary = functionBinary
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 30 * time.Second // a busy machine is not what is tested
	}
	if cfg.InitTimeout == 0 {
		cfg.InitTimeout = 30 * time.Second
	}
	f, err := Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// invoke returns the response decoded as a T, and fails the test on an error.
func invoke[T any](t *testing.T, f *Function, payload string) T {
	t.Helper()
	response, err := f.Invoke(t.Context(), Invocation{Payload: []byte(payload)})
	if err != nil {
		t.Fatalf("Invoke(%s): %v", payload, err)
	}
	return decode[T](t, response)
}

// invokeError returns the function's error, and fails the test when there is none.
func invokeError(t *testing.T, f *Function, payload string) *FunctionError {
	t.Helper()
	response, err := f.Invoke(t.Context(), Invocation{Payload: []byte(payload)})
	failure, ok := errors.AsType[*FunctionError](err)
	if !ok {
		t.Fatalf("Invoke(%s) = %.200s, %v; want a *FunctionError", payload, response, err)
	}
	if response != nil {
		t.Errorf("Invoke(%s): response %.200s beside the error", payload, response)
	}
	return failure
}

// eventually waits up to 10 s for a condition.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !condition(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("still not: %s", what)
		}
	}
}

// logBuffer collects a log and fails on a Write that is not one whole line.
type logBuffer struct {
	t  *testing.T
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	if bytes.IndexByte(p, '\n') != len(p)-1 {
		l.t.Errorf("Write of %q: not one line", p)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Split(strings.TrimSuffix(l.b.String(), "\n"), "\n")
}

func decode[T any](t *testing.T, response []byte) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(response, &v); err != nil {
		t.Fatalf("response %.200s: %v", response, err)
	}
	return v
}
