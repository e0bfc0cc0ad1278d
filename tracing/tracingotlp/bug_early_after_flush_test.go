package tracingotlp_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// An early request that had to wait for a flush began when the flush had returned: Lambda froze the process in the middle of it.
func TestBugEarlyRequestAfterTheFlush(t *testing.T) {
	t.Parallel()
	for name, limit := range map[string]time.Duration{"in time": 2 * time.Second, "out of time": time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := &backend{}
				b.answer = func(n int, _ *http.Request) (*http.Response, error) {
					if n == 1 {
						time.Sleep(time.Second)
					}
					return nil, nil
				}
				p := b.provider(t)
				record(p, 100)
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				time.AfterFunc(time.Millisecond, func() { record(p, 600) })
				_ = p.ForceFlush(ctx) // out of time, it may be told so
				synctest.Wait()
				if b.count() != 1 {
					t.Errorf("%d requests: one began after the flush", b.count())
				}
				if err := p.ForceFlush(t.Context()); err != nil || len(b.receiver.Spans()) != 700 {
					t.Errorf("%d spans of 700, %v", len(b.receiver.Spans()), err)
				}
			})
		})
	}
}
