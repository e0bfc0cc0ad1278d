package tracingotlp_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
)

func TestNothingRecorded(t *testing.T) {
	t.Parallel()
	b := &backend{}
	p := b.provider(t, tracingotlp.WithSDK(sdktrace.WithSampler(sdktrace.NeverSample())))
	record(p, 3)
	if err := p.ForceFlush(t.Context()); err != nil || b.count() != 0 {
		t.Errorf("%d requests, %v", b.count(), err)
	}
	if s := p.Stats(); s != (tracingotlp.Stats{}) {
		t.Errorf("stats %+v", s)
	}
}

// What a flush did not get rid of goes with the next, before what came since.
func TestKeptSpansGoNext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &backend{}
		b.answer = func(n int, r *http.Request) (*http.Response, error) {
			if n == 1 {
				return hang(r)
			}
			return nil, nil
		}
		p := b.provider(t)
		span := func(name string) {
			_, s := p.Tracer("t").Start(t.Context(), name)
			s.End()
		}
		span("a")
		span("b")
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if e := exportError(t, p.ForceFlush(ctx)); e.Kept != 2 || e.Lost != 0 || !errors.Is(e, context.DeadlineExceeded) {
			t.Errorf("error %+v", e)
		}
		span("c")

		// A slow destination is left alone for a moment, so that it does not cost every invocation its bound.
		start := time.Now()
		if e := exportError(t, p.ForceFlush(t.Context())); e.Kept != 3 || time.Since(start) != 0 || b.count() != 1 {
			t.Errorf("error %+v after %v and %d requests", e, time.Since(start), b.count())
		}
		time.Sleep(time.Second)
		if err := p.ForceFlush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := names(b.receiver.Spans()); !slices.Equal(got, []string{"a", "b", "c"}) {
			t.Errorf("spans %v", got)
		}
	})
}

// Pauses grow to half a minute, and end with the first success.
func TestPauses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		down := true
		b := &backend{}
		b.answer = func(int, *http.Request) (*http.Response, error) {
			if down {
				return nil, errors.New("connection refused")
			}
			return nil, nil
		}
		p := b.provider(t)
		flushes := func(d time.Duration) (requests int) {
			before := b.count()
			for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
				record(p, 1)
				p.ForceFlush(t.Context())
			}
			return b.count() - before
		}
		if n := flushes(time.Second); n < 3 || n > 9 {
			t.Errorf("%d requests in the first second", n)
		}
		flushes(2 * time.Minute)
		if n := flushes(2 * time.Minute); n < 2*3 || n > 9*3 {
			t.Errorf("%d requests in the last two minutes", n)
		}
		down = false
		flushes(31 * time.Second)
		if n := flushes(time.Second); n != 10 {
			t.Errorf("%d requests of 10 flushes", n)
		}
		s := p.Stats()
		if total := s.Exported + s.Dropped; s.Dropped == 0 || s.Exported < 2048 || total != uint64(len(b.receiver.Spans()))+s.Dropped {
			t.Errorf("stats %+v", s)
		}
	})
}

// A context that its owner cancelled says nothing about the destination.
func TestCancelledFlush(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &backend{answer: func(n int, r *http.Request) (*http.Response, error) {
			if n == 1 {
				return hang(r)
			}
			return nil, nil
		}}
		p := b.provider(t)
		record(p, 1)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Millisecond, cancel)
		if e := exportError(t, p.ForceFlush(ctx)); e.Kept != 1 {
			t.Errorf("error %+v", e)
		}
		if err := p.ForceFlush(t.Context()); err != nil || len(b.receiver.Spans()) != 1 {
			t.Errorf("%d spans, %v", len(b.receiver.Spans()), err)
		}
	})
}

func TestQueueIsFull(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &backend{}
		p := b.provider(t, tracingotlp.WithQueue(100))
		for i := range 350 {
			_, s := p.Tracer("t").Start(t.Context(), fmt.Sprint(i))
			s.End()
		}
		if e := exportError(t, p.ForceFlush(t.Context())); e.Lost != 250 || e.Kept != 0 {
			t.Errorf("error %+v", e)
		}
		// The newest are there: a trace's first span ends last.
		if got := names(b.receiver.Spans()); len(got) != 100 || got[0] != "250" || got[99] != "349" {
			t.Errorf("spans %v", got)
		}
		if s := p.Stats(); s != (tracingotlp.Stats{Exported: 100, Dropped: 250}) {
			t.Errorf("stats %+v", s)
		}
		record(p, 1)
		if err := p.ForceFlush(t.Context()); err != nil {
			t.Errorf("told twice: %v", err)
		}
	})
}

// Many spans do not wait for the flush.
func TestEarlyRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &backend{}
		p := b.provider(t)
		for range 100 {
			record(p, 100)
			synctest.Wait()
		}
		if got := len(b.receiver.Spans()); got < 9000 {
			t.Errorf("%d spans went early", got)
		}
		if err := p.ForceFlush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s := p.Stats(); s != (tracingotlp.Stats{Exported: 10_000}) || len(b.receiver.Spans()) != 10_000 {
			t.Errorf("stats %+v, %d spans", s, len(b.receiver.Spans()))
		}
	})
}

// A flush waits for an early request, and when it may wait no longer the request ends too: it would be frozen half-way.
func TestFlushDuringEarlyRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hanging := true
		b := &backend{}
		b.answer = func(_ int, r *http.Request) (*http.Response, error) {
			if hanging {
				return hang(r)
			}
			return nil, nil
		}
		p := b.provider(t)
		record(p, 600)
		synctest.Wait()
		if b.count() != 1 {
			t.Fatalf("%d requests", b.count())
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if e := exportError(t, p.ForceFlush(ctx)); e.Kept != 600 || time.Since(start) != time.Second {
			t.Errorf("error %+v after %v", e, time.Since(start))
		}
		synctest.Wait()
		if b.requests[0].Context().Err() == nil {
			t.Error("the early request goes on")
		}
		hanging = false
		time.Sleep(time.Second)
		if err := p.ForceFlush(t.Context()); err != nil || len(b.receiver.Spans()) != 600 {
			t.Errorf("%d spans, %v", len(b.receiver.Spans()), err)
		}
	})
}

// A flush waits for its own spans also when another one has them: several invocations share a process on managed instances.
func TestFlushesAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &backend{}
		b.answer = func(int, *http.Request) (*http.Response, error) {
			time.Sleep(time.Second)
			return nil, nil
		}
		p := b.provider(t)
		record(p, 1)
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if err := p.ForceFlush(t.Context()); err != nil || len(b.receiver.Spans()) != 1 {
					t.Errorf("%d spans after the flush, %v", len(b.receiver.Spans()), err)
				}
			})
		}
		wg.Wait()
		if b.count() != 1 {
			t.Errorf("%d requests", b.count())
		}
	})
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	b := &backend{}
	b.answer = func(n int, _ *http.Request) (*http.Response, error) {
		if n%30 == 0 {
			return answered(503, "", nil), nil
		}
		return nil, nil
	}
	p := b.provider(t, tracingotlp.WithQueue(100_000))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				record(p, 50)
				p.ForceFlush(t.Context())
				p.Stats()
			}
		})
	}
	wg.Wait()
	if err := p.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if s := p.Stats(); s != (tracingotlp.Stats{Exported: 8000}) || len(b.receiver.Spans()) != 8000 {
		t.Errorf("stats %+v, %d spans", s, len(b.receiver.Spans()))
	}
}

func TestShutdown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &backend{}
		p := b.provider(t)
		record(p, 1)
		if err := p.Shutdown(t.Context()); err != nil || len(b.receiver.Spans()) != 1 {
			t.Errorf("%d spans, %v", len(b.receiver.Spans()), err)
		}
		record(p, 1)
		if err := p.ForceFlush(t.Context()); err != nil || len(b.receiver.Spans()) != 1 {
			t.Errorf("%d spans after a flush, %v", len(b.receiver.Spans()), err)
		}

		// What cannot be sent is lost now, and told. A pause does not hold it back.
		failing := &backend{answer: func(int, *http.Request) (*http.Response, error) { return nil, errors.New("connection refused") }}
		p = failing.provider(t)
		record(p, 2)
		exportError(t, p.ForceFlush(t.Context()))
		before := failing.count()
		if e := exportError(t, p.Shutdown(t.Context())); e.Lost != 2 || e.Kept != 0 || failing.count() == before {
			t.Errorf("error %+v", e)
		}
		if s := p.Stats(); s != (tracingotlp.Stats{Dropped: 2}) {
			t.Errorf("stats %+v", s)
		}
	})
}
