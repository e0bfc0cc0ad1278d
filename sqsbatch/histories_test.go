package sqsbatch_test

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/internal/racetest"
)

// TestHistories handles random batches of random queues with random options, handlers that fail in every way there is, and
// a service that delivers twice, kills functions and refuses settlements, and holds each history against what sqsbatch
// promises: see history.check and what it calls. A history is drawn from a seed, which a failure names:
//
//	SQSBATCH_HISTORY=4711 go test -race -run TestHistories -v ./sqsbatch
//
// plays that one alone and tells what happened in it. The seed decides everything but the order in which goroutines run at
// one moment, and the delays of WithBackoff.
func TestHistories(t *testing.T) {
	t.Parallel()
	if text := os.Getenv("SQSBATCH_HISTORY"); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("SQSBATCH_HISTORY: %v", err)
		}
		for range 20 { // for other orders of the goroutines
			h := play(t, seed)
			t.Logf("%s\n%s", h.drawn, strings.Join(h.log, "\n"))
			if h.failed(t) {
				return
			}
		}
		return
	}
	n := racetest.Fewer(10_000, 16) // what the detector can find is in every history
	if testing.Short() {
		n = min(n, 500)
	}
	var played, failed atomic.Int64
	var seen coverage
	first := uint64(time.Now().UnixNano()) // every run has histories of its own
	for worker := range uint64(runtime.GOMAXPROCS(0)) {
		t.Run(fmt.Sprint("worker ", worker), func(t *testing.T) {
			t.Parallel()
			for failed.Load() < 3 {
				i := played.Add(1)
				if i > int64(n) {
					return
				}
				h := play(t, first+uint64(i))
				if h.failed(t) {
					failed.Add(1)
				}
				seen.add(h)
			}
		})
	}
	t.Cleanup(func() { // when the workers have ended
		if failed.Load() == 0 {
			seen.check(t, n)
		}
	})
}

// play makes one history. It must be called outside a bubble.
func play(t *testing.T, seed uint64) (h *history) {
	synctest.Test(t, func(t *testing.T) {
		h = draw(seed)
		h.run(t)
	})
	h.check()
	return h
}

// failed reports what a history did that it must not.
func (h *history) failed(t *testing.T) bool {
	if len(h.faults) > 0 {
		t.Errorf("%s\n%s\nSQSBATCH_HISTORY=%d go test -race -run TestHistories -v ./sqsbatch", h.drawn, strings.Join(h.faults, "\n"), h.seed)
	}
	return len(h.faults) > 0
}
