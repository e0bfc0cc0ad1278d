package main

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"time"

	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
)

// stallEvery is how many of the processes that are struck are stalled and not killed: one of so many.
const stallEvery = 8

// kill kills a process of one of the functions now and then, until ctx ends, and stalls some for a time. A stall lasts up to twice
// the functions' time-out. On Lambda the longer ones end like a time-out, with the process's death. On managed instances nothing
// kills it: it goes on with work whose deadline and locks are over, and which others have taken up meanwhile.
func (w *weather) kill(ctx context.Context, functions []*lambdaruntime.Function) {
	random := rand.New(rand.NewPCG(w.seed, 2))
	stalled := map[string]time.Time{} // until when, by the environment's id: those are spared
	for struck := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Duration(300+random.IntN(1200)) * time.Millisecond):
		}
		f := functions[random.IntN(len(functions))]
		stalls := struck%stallEvery == 0
		victim, found := choose(ctx, random, f, stalls)
		if !found || time.Now().Before(stalled[victim.ID]) {
			continue
		}
		struck++
		if stalls {
			long := w.stall(random, struck == 1)
			if f.Stall(victim.ID, long) {
				stalled[victim.ID] = time.Now().Add(long + time.Second)
				w.count("processes stalled " + w.during(long))
			}
			continue
		}
		if process, err := os.FindProcess(victim.PID); err == nil && process.Kill() == nil {
			w.count("processes killed while " + string(victim.State))
		}
	}
}

// choose draws one of a function's environments, or none where none is there. On demand it waits a moment for one that is busy.
func choose(ctx context.Context, random *rand.Rand, f *lambdaruntime.Function, busy bool) (lambdaruntime.Environment, bool) {
	for range 50 {
		running := f.Environments()
		if busy {
			running = slices.DeleteFunc(running, func(e lambdaruntime.Environment) bool { return e.State != lambdaruntime.Busy })
		}
		if len(running) > 0 {
			return running[random.IntN(len(running))], true
		}
		if !busy || ctx.Err() != nil {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	return lambdaruntime.Environment{}, false
}

// clearsAfter is how long the weather stays bad when no client begins anything any more.
func (w *weather) clearsAfter() time.Duration { return 2 * w.lockTime() }

// lockTime is how long the functions' locks last: until a second after an invocation's deadline.
func (w *weather) lockTime() time.Duration { return w.timeout() + time.Second }

// retryPause is how long Lambda waits before it tries an event again: so that a second retry finds the lock of a killed process
// ended, and the first one after a time-out the lock of a process that still stands still.
func (w *weather) retryPause() time.Duration { return w.lockTime()/2 + 500*time.Millisecond }

// stall draws how long a process stands still: until others have taken over its locks, or for less than an invocation may take.
func (w *weather) stall(random *rand.Rand, pastLocks bool) time.Duration {
	if pastLocks || random.IntN(2) == 0 {
		return w.lockTime() + w.retryPause() + time.Duration(500+random.IntN(2500))*time.Millisecond
	}
	return time.Second + time.Duration(random.Int64N(int64(w.timeout()-time.Second)))
}

func (w *weather) during(stall time.Duration) string {
	if stall > w.lockTime() {
		return "past their locks"
	}
	return "for a while"
}
