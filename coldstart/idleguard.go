package coldstart

import (
	"sync"
	"time"
)

// idleGuard notices that a client was idle for too long, a freeze included.
//
// net/http drops a connection by the wall clock alone, and HTTP/2 connections by their own. Under a cgroup freezer and
// SIGSTOP both clocks of Linux run on. CLOCK_MONOTONIC stands still while a machine is suspended; after a snapshot is
// restored it goes on from where it was, and the wall clock is behind until something sets it. So the guard looks at
// both, and at a wall clock that was set back. It cannot notice a restore after which neither clock has moved.
type idleGuard struct {
	limit time.Duration
	now   func() instant

	mu   sync.Mutex
	last instant
}

// instant is a reading of both clocks, each since its own beginning.
type instant struct{ wall, monotonic time.Duration }

func newIdleGuard(limit time.Duration) *idleGuard {
	began := time.Now()
	g := &idleGuard{limit: limit, now: func() instant {
		now := time.Now()
		return instant{wall: time.Duration(now.UnixNano()), monotonic: now.Sub(began)}
	}}
	g.last = g.now()
	return g
}

// use notes that the client is in use, and calls discard before it returns, once, if it was idle for too long before.
// Others who come meanwhile wait, so that none gets what is about to be discarded.
func (g *idleGuard) use(discard func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if idleTooLong(g.last, now, g.limit) {
		discard()
	}
	g.last = now
}

// idleTooLong compares both clocks. Small steps back are how a clock is kept right.
func idleTooLong(last, now instant, limit time.Duration) bool {
	const slack = time.Second
	wall := now.wall - last.wall
	return wall > limit || wall < -slack || now.monotonic-last.monotonic > limit
}
