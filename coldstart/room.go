package coldstart

import (
	"context"
	"sync"
)

// room is what the dry runs that are under way leave of a client's connections, by host. Each takes all that it needs at once: with
// some of them it would wait for those that another one holds, and that one for its.
type room struct {
	mu    sync.Mutex
	taken map[string]int
	freed chan struct{} // made when somebody waits, and closed when something was given back
}

// take waits until n of the most connections to host are free, and takes them, or until ctx ends. n is not more than most.
func (r *room) take(ctx context.Context, host string, n, most int) (giveBack func(), err error) {
	for {
		freed := r.tryToTake(host, n, most)
		if freed == nil {
			return func() { r.giveBack(host, n) }, nil
		}
		select {
		case <-freed:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// tryToTake returns nil when it has taken them, and otherwise what to wait for.
func (r *room) tryToTake(host string, n, most int) <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.taken[host]+n > most {
		if r.freed == nil {
			r.freed = make(chan struct{})
		}
		return r.freed
	}
	if r.taken == nil {
		r.taken = map[string]int{}
	}
	r.taken[host] += n
	return nil
}

func (r *room) giveBack(host string, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.taken[host] -= n
	if r.freed != nil {
		close(r.freed)
		r.freed = nil
	}
}
