package tracingotlp_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
)

// Spans of an early request that was under way at Shutdown, and failed behind it, were in no count and stayed in memory.
func TestBugShutdownDuringAnEarlyRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &backend{}
		b.answer = func(_ int, r *http.Request) (*http.Response, error) { return hang(r) }
		p := b.provider(t)
		record(p, 600)
		synctest.Wait()
		if b.count() != 1 {
			t.Fatalf("%d early requests", b.count())
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if e := exportError(t, p.Shutdown(ctx)); e.Lost != 600 || e.Kept != 0 {
			t.Errorf("lost %d and kept %d, want 600 and 0", e.Lost, e.Kept)
		}
		synctest.Wait()
		if s := p.Stats(); s != (tracingotlp.Stats{Dropped: 600}) {
			t.Errorf("stats %+v, want all 600 dropped", s)
		}
	})
}
