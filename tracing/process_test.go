package tracing_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
)

// TestProcess runs a compiled function behind a local Lambda Runtime API, and looks at when things happen: nothing here is
// held against a time of this machine, but times of one run against each other, and against bounds that are set.
func TestProcess(t *testing.T) {
	t.Parallel()
	binary, err := lambdaruntime.Build(t.Context(), ".", "./testdata/function", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	start := func(t *testing.T, timeout time.Duration) *process {
		t.Helper()
		p := &process{t: t}
		var err error
		p.function, err = lambdaruntime.Start(lambdaruntime.Config{
			Name: "traced", Binary: binary, Timeout: timeout, MaxConcurrency: 1, Logs: &p.log,
			Freeze: runtime.GOOS != "windows", // as on Lambda: what is not done before the next invocation is asked for stands still
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { p.function.Close() })
		return p
	}

	t.Run("the flush comes after the response and before the next invocation", func(t *testing.T) {
		t.Parallel()
		p := start(t, 10*time.Second)
		response, answered, err := p.invoke(`{"flushes":300}`)
		if err != nil || string(response) != `{"html":"<b>"}` {
			t.Fatalf("got %s, %v", response, err)
		}
		if _, _, err := p.invoke(`{}`); err != nil {
			t.Fatal(err)
		}
		ended := p.log.time(t, "flush ends", 0)
		if !answered.Before(ended) {
			t.Errorf("the response came %v after the flush", answered.Sub(ended))
		}
		if next := p.log.time(t, "handler begins", 1); next.Before(ended) {
			t.Errorf("the next invocation came %v before the flush ended", ended.Sub(next))
		}
		p.log.time(t, "span Unset 1 ", 0)
	})

	t.Run("a backend that hangs holds the next invocation as long as is set", func(t *testing.T) {
		t.Parallel()
		p := start(t, 10*time.Second)
		_, answered, err := p.invoke(`{"flushes":-1}`)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := p.invoke(`{}`); err != nil {
			t.Fatal(err)
		}
		began := p.log.time(t, "flush begins", 0)
		next := p.log.time(t, "handler begins", 1)
		p.log.time(t, "told tracing: the flush failed: context deadline exceeded", 0)
		if held := next.Sub(began); held < 300*time.Millisecond || held > 5*time.Second || next.Before(answered) {
			t.Errorf("held for %v, want about 600ms", held)
		}
	})

	t.Run("an error keeps its type, and comes after the flush", func(t *testing.T) {
		t.Parallel()
		p := start(t, 10*time.Second)
		_, answered, err := p.invoke(`{"do":"fail","flushes":50}`)
		if failure, ok := errors.AsType[*lambdaruntime.FunctionError](err); !ok || failure.Type != "refusedError" || failure.Message != "refused" {
			t.Fatalf("got %v", err)
		}
		if ended := p.log.time(t, "flush ends", 0); answered.Before(ended) {
			t.Errorf("the error came %v before the flush ended", ended.Sub(answered))
		}
		p.log.time(t, "span Error 1 refusedError", 0)
	})

	t.Run("a panic is flushed before the process ends", func(t *testing.T) {
		t.Parallel()
		p := start(t, 10*time.Second)
		_, answered, err := p.invoke(`{"do":"panic","flushes":50}`)
		failure, ok := errors.AsType[*lambdaruntime.FunctionError](err)
		if !ok || failure.Type != "errorString" || failure.Message != "boom" {
			t.Fatalf("got %v", err)
		}
		if !strings.Contains(fmt.Sprint(failure.StackTrace), "function/main.go") {
			t.Errorf("the stack does not show where it was: %v", failure.StackTrace)
		}
		if ended := p.log.time(t, "flush ends", 0); answered.Before(ended) {
			t.Errorf("the error came %v before the flush ended", ended.Sub(answered))
		}
		p.log.time(t, "span Error 1 errorString", 0)
	})

	t.Run("a time-out is flushed before Lambda kills the process", func(t *testing.T) {
		t.Parallel()
		p := start(t, time.Second)
		_, _, err := p.invoke(`{"works":60000}`)
		if failure, ok := errors.AsType[*lambdaruntime.FunctionError](err); !ok || failure.Type != "Sandbox.Timedout" {
			t.Fatalf("got %v", err)
		}
		p.log.time(t, "span Error 1 timeout", 0)
		p.log.time(t, "flush ends", 0)
	})

	t.Run("a stream passes", func(t *testing.T) {
		t.Parallel()
		p := start(t, 10*time.Second)
		response, _, err := p.invoke(`{"do":"stream"}`)
		if err != nil || !bytes.HasSuffix(response, []byte("\x00streamed")) {
			t.Fatalf("got %q, %v", response, err)
		}
	})
}

// process is a function under test and what it says.
type process struct {
	t        *testing.T
	function *lambdaruntime.Function
	log      eventLog
}

// invoke invokes the function as soon as it takes another invocation, and tells when it answered.
func (p *process) invoke(payload string) ([]byte, time.Time, error) {
	ctx, cancel := context.WithTimeout(p.t.Context(), 30*time.Second)
	defer cancel()
	for {
		response, err := p.function.Invoke(ctx, lambdaruntime.Invocation{Payload: []byte(payload)})
		if !errors.Is(err, lambdaruntime.ErrThrottled) {
			return response, time.Now(), err
		}
		time.Sleep(5 * time.Millisecond) // a client of Lambda waits and tries again too
	}
}

// eventLog is the function's output.
type eventLog struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (l *eventLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(p)
}

// time returns when the function said what for the nth time, and waits for the line as it may come late.
func (l *eventLog) time(t *testing.T, what string, nth int) time.Time {
	t.Helper()
	for range 1000 {
		l.mu.Lock()
		text := l.out.String()
		l.mu.Unlock()
		seen := 0
		for line := range strings.Lines(text) {
			at, said, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
			if said != what {
				continue
			}
			if seen == nth {
				n, err := strconv.ParseInt(at, 10, 64)
				if err != nil {
					t.Fatal(err)
				}
				return time.Unix(0, n)
			}
			seen++
		}
		time.Sleep(5 * time.Millisecond)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	t.Fatalf("the function never said %q:\n%s", what, l.out.String())
	return time.Time{}
}
