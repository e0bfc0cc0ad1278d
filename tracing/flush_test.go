package tracing_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

func goexit() { runtime.Goexit() }

type countingFlusher struct{ n atomic.Int32 }

func (f *countingFlusher) ForceFlush(context.Context) error { f.n.Add(1); return nil }

func (f *countingFlusher) count() int { return int(f.n.Load()) }

// flushFailed tells whether err is what the observer of a flush is told.
func flushFailed(err error) bool {
	return strings.HasPrefix(err.Error(), "tracing: the flush failed: ")
}

// flusherFunc is a function as a flusher.
type flusherFunc func(context.Context) error

func (f flusherFunc) ForceFlush(ctx context.Context) error { return f(ctx) }

// spansFlusher is a flusher that is a tracer provider.
type spansFlusher struct {
	trace.TracerProvider
	*countingFlusher
}

// told collects what an observer is told.
type told struct {
	mu   sync.Mutex
	errs []error
}

func (o *told) observe(_ context.Context, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.errs = append(o.errs, err)
}

func (o *told) take() (errs []error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	errs, o.errs = o.errs, nil
	return errs
}

func TestFlushAfterResponse(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	flusher := &countingFlusher{}
	handle := tracing.HandleRaw(rawHandler{response: "1"}, tracing.WithTracerProvider(&spans), tracing.WithFlush(flusher))
	got, err := handle(t.Context(), json.RawMessage("{}"))
	if err != nil || flusher.count() != 0 {
		t.Fatalf("%v, %d flushes before the response", err, flusher.count())
	}
	_, _ = io.ReadAll(got)
	if flusher.count() != 0 || only(t, &spans).Ends != 1 {
		t.Error("flushed before the end")
	}
	for range 2 {
		_ = got.(io.Closer).Close()
	}
	if flusher.count() != 1 {
		t.Errorf("%d flushes", flusher.count())
	}
	failing := tracing.HandleRaw(rawHandler{err: &declinedError{}}, tracing.WithTracerProvider(&spans), tracing.WithFlush(flusher))
	if _, err := failing(t.Context(), json.RawMessage("{}")); err == nil || flusher.count() != 2 {
		t.Errorf("%v, %d flushes before an error", err, flusher.count())
	}
}

func TestFlushOfWhatIsRecorded(t *testing.T) {
	t.Parallel()
	recorder := &spantest.Recorder{Unsampled: true}
	ofSpans := spansFlusher{recorder, &countingFlusher{}}
	ofOthers := &countingFlusher{}
	handle := tracing.HandleRaw(rawHandler{response: "1"}, tracing.WithTracerProvider(recorder), tracing.WithFlush(ofSpans, ofOthers))
	for _, unsampled := range []bool{true, false} {
		recorder.Unsampled = unsampled
		got, _ := handle(t.Context(), json.RawMessage("{}"))
		_ = got.(io.Closer).Close()
	}
	if ofSpans.count() != 1 || ofOthers.count() != 2 {
		t.Errorf("%d, %d flushes", ofSpans.count(), ofOthers.count())
	}
}

// invokeAndClose returns how long the response and the close took.
func invokeAndClose(t *testing.T, ctx context.Context, opts ...tracing.Option) (answered, closed time.Duration) {
	t.Helper()
	opts = append(opts, tracing.WithTracerProvider(new(spantest.Recorder)))
	began := time.Now()
	got, err := tracing.HandleRaw(rawHandler{response: "1"}, opts...)(ctx, json.RawMessage("{}"))
	if err != nil {
		t.Fatal(err)
	}
	answered = time.Since(began)
	_ = got.(io.Closer).Close()
	return answered, time.Since(began)
}

func TestFlushBounds(t *testing.T) {
	t.Parallel()
	heeding := flusherFunc(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
	for name, c := range map[string]struct {
		left time.Duration // until the deadline; 0 for none
		opts []tracing.Option
		want time.Duration
	}{
		"default":            {0, nil, time.Second},
		"setting":            {0, []tracing.Option{tracing.WithFlushTimeout(300 * time.Millisecond)}, 300 * time.Millisecond},
		"far deadline":       {time.Minute, nil, time.Second},
		"near deadline":      {500 * time.Millisecond, nil, 480 * time.Millisecond},
		"deadline too near":  {10 * time.Millisecond, nil, 0},
		"several, at a time": {0, []tracing.Option{tracing.WithFlush(heeding, heeding)}, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if c.left > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, c.left)
					defer cancel()
				}
				var seen told
				opts := append(c.opts, tracing.WithFlush(heeding), tracing.WithFlushErrors(seen.observe))
				answered, closed := invokeAndClose(t, ctx, opts...)
				if answered != 0 || closed != c.want {
					t.Errorf("answered after %v, closed after %v, want %v", answered, closed, c.want)
				}
				for _, err := range seen.take() {
					if !flushFailed(err) {
						t.Errorf("told %v", err)
					}
				}
			})
		})
	}
}

// A backend that hangs, in a client that heeds no context: nothing piles up, and it is asked again when it has returned.
func TestFlushThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var calls atomic.Int32
		hanging := flusherFunc(func(context.Context) error { calls.Add(1); <-release; return nil })
		var seen told
		handle := tracing.HandleRaw(rawHandler{response: "1"}, tracing.WithTracerProvider(new(spantest.Recorder)),
			tracing.WithFlush(hanging), tracing.WithFlushErrors(seen.observe))
		invoke := func() time.Duration {
			began := time.Now()
			got, err := handle(t.Context(), json.RawMessage("{}"))
			if err != nil {
				t.Fatal(err)
			}
			_ = got.(io.Closer).Close()
			return time.Since(began)
		}
		for i, want := range []time.Duration{time.Second, 0, 0} {
			if took := invoke(); took != want {
				t.Errorf("invocation %d took %v, want %v", i, took, want)
			}
			if errs := seen.take(); len(errs) != 1 || !flushFailed(errs[0]) || errors.Is(errs[0], context.DeadlineExceeded) != (i == 0) {
				t.Errorf("invocation %d: told %v", i, errs)
			}
		}
		if calls.Load() != 1 {
			t.Errorf("%d calls at once", calls.Load())
		}
		close(release)
		synctest.Wait()
		if took := invoke(); took != 0 || calls.Load() != 2 || len(seen.take()) != 0 {
			t.Errorf("took %v, %d calls", took, calls.Load())
		}
	})
}

func TestFlushThatFails(t *testing.T) {
	t.Parallel()
	var seen told
	down := errors.New("down")
	invokeAndClose(t, t.Context(), tracing.WithFlushErrors(seen.observe), tracing.WithFlush(
		flusherFunc(func(context.Context) error { return down }),
		flusherFunc(func(context.Context) error { panic("broken") })))
	errs := seen.take()
	if len(errs) != 2 || !errors.Is(errs[0], down) || !flushFailed(errs[0]) || !strings.Contains(errs[1].Error(), "broken") {
		t.Errorf("told %v", errs)
	}
	// Nobody has to be told, and who is told may panic.
	invokeAndClose(t, t.Context(), tracing.WithFlush(flusherFunc(func(context.Context) error { return down })))
	invokeAndClose(t, t.Context(), tracing.WithFlushErrors(func(context.Context, error) { panic("observer") }),
		tracing.WithFlush(flusherFunc(func(context.Context) error { return down })))
}

func TestFlushContext(t *testing.T) {
	t.Parallel()
	type key struct{}
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "v"))
	cancel()
	asked := false
	invokeAndClose(t, ctx, tracing.WithFlush(flusherFunc(func(ctx context.Context) error {
		asked = true
		if _, ok := ctx.Deadline(); ctx.Err() != nil || ctx.Value(key{}) != "v" || !ok {
			t.Errorf("%v, %v, deadline %t", ctx.Err(), ctx.Value(key{}), ok)
		}
		return nil
	})))
	if !asked {
		t.Error("not asked")
	}
}
