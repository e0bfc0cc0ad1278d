package tracing_test

import (
	"context"
	"encoding/json"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/codes"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

func TestTimeout(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		works    time.Duration // the handler, with 3 s until the deadline
		opts     []tracing.Option
		ends     time.Duration // the span
		timedOut bool
		flushes  int
	}{
		"in time":            {2 * time.Second, nil, 2 * time.Second, false, 1},
		"at the last moment": {2899 * time.Millisecond, nil, 2899 * time.Millisecond, false, 1},
		"too late":           {2950 * time.Millisecond, nil, 2900 * time.Millisecond, true, 2},
		"much too late":      {4 * time.Second, nil, 2900 * time.Millisecond, true, 2},
		"longer reserve":     {2 * time.Second, []tracing.Option{tracing.WithReserve(1200 * time.Millisecond)}, 1800 * time.Millisecond, true, 2},
		"half of the time":   {2 * time.Second, []tracing.Option{tracing.WithReserve(time.Hour)}, 1500 * time.Millisecond, true, 2},
		"switched off":       {2950 * time.Millisecond, []tracing.Option{tracing.WithReserve(0)}, 2950 * time.Millisecond, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var spans spantest.Recorder
				flusher := &countingFlusher{}
				opts := append(c.opts, tracing.WithTracerProvider(&spans), tracing.WithFlush(flusher))
				handle := tracing.Handle(func(ctx context.Context, n int) (int, error) {
					time.Sleep(c.works)
					return n, nil
				}, opts...)
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				began := time.Now()
				if c.timedOut {
					time.AfterFunc(c.ends+time.Nanosecond, func() {
						synctest.Wait()
						if flusher.count() != 1 {
							t.Errorf("%d flushes when the time is up", flusher.count())
						}
					})
				}
				got, err := handle(ctx, 7)
				if err != nil {
					t.Fatal(err)
				}
				body, _ := io.ReadAll(got)
				_ = got.(io.Closer).Close()
				if string(body) != "7" || time.Since(began) != c.works {
					t.Errorf("got %s after %v", body, time.Since(began))
				}
				span := only(t, &spans)
				if ended := span.Stop.Sub(began); ended != c.ends {
					t.Errorf("the span ends after %v, want %v", ended, c.ends)
				}
				if c.timedOut {
					wantAttribute(t, span, "error.type", "timeout")
				}
				if (span.Code == codes.Error) != c.timedOut {
					t.Errorf("status %v", span.Code)
				}
				wantFlushes := c.flushes
				if c.works > 3*time.Second-20*time.Millisecond {
					wantFlushes = 1 // no time is left for another
				}
				if flusher.count() != wantFlushes {
					t.Errorf("%d flushes, want %d", flusher.count(), wantFlushes)
				}
			})
		})
	}
}

// The process is not frozen in the middle of the flush that a time-out began, when the handler answers after all.
func TestTimeoutIsWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var flushed time.Time
		slow := flusherFunc(func(context.Context) error {
			if flushed.IsZero() {
				time.Sleep(60 * time.Millisecond)
				flushed = time.Now()
			}
			return nil
		})
		handle := tracing.HandleRaw(sleepingHandler(2910*time.Millisecond), tracing.WithTracerProvider(new(spantest.Recorder)), tracing.WithFlush(slow))
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		began := time.Now()
		got, _ := handle(ctx, json.RawMessage("1"))
		answered := time.Since(began)
		_ = got.(io.Closer).Close()
		if answered != 2910*time.Millisecond || time.Since(began) != 2960*time.Millisecond || flushed.Sub(began) != 2960*time.Millisecond {
			t.Errorf("answered after %v, flushed after %v, closed after %v", answered, flushed.Sub(began), time.Since(began))
		}
	})
}

type sleepingHandler time.Duration

func (h sleepingHandler) Invoke(context.Context, []byte) ([]byte, error) {
	time.Sleep(time.Duration(h))
	return []byte("1"), nil
}

// Nothing is left of an invocation: no timer, no goroutine. synctest.Test fails where one is.
func TestTimeoutLeavesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var spans spantest.Recorder
		handle := tracing.HandleRaw(rawHandler{response: "1"}, tracing.WithTracerProvider(&spans))
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		_, _ = handle(ctx, json.RawMessage("1"))
		time.Sleep(time.Minute)
		if span := only(t, &spans); span.Code != codes.Unset {
			t.Errorf("status %v", span.Code)
		}
	})
}
