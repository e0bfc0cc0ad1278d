package lambdaruntime

import (
	"context"
	"fmt"
	"time"
)

// settleTime is how long an invocation waits for an environment that has answered and not yet asked for its next
// invocation, before it starts another one or is throttled. That request follows the answer within a millisecond, unless
// the function works on after its response.
const settleTime = 250 * time.Millisecond

// reserve takes one of the function's concurrent invocations, with an idle environment or nil where one is to be started.
// After it, running counts one goroutine more.
func (f *Function) reserve(ctx context.Context) (*environment, error) {
	var settled <-chan time.Time
	waited := false
	for {
		f.mu.Lock()
		if f.closed {
			f.mu.Unlock()
			return nil, fmt.Errorf("%w: %s", ErrClosed, f.cfg.Name)
		}
		if last := len(f.idle) - 1; last >= 0 {
			e := f.idle[last]
			f.idle = f.idle[:last]
			e.State = Busy
			f.busy++
			f.running.Add(1)
			f.mu.Unlock()
			return e, nil
		}
		if f.finishing == 0 || waited {
			defer f.mu.Unlock()
			if f.busy >= f.cfg.MaxConcurrency {
				return nil, fmt.Errorf("%w: function %s runs %d invocations at once already", ErrThrottled, f.cfg.Name, f.busy)
			}
			f.busy++
			f.running.Add(1)
			return nil, nil
		}
		changed := f.changed
		f.mu.Unlock()

		if settled == nil {
			settled = time.After(settleTime)
		}
		select {
		case <-changed:
		case <-settled:
			waited = true
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// answered notes that an environment has answered and will soon be free.
func (f *Function) answered() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.finishing++
}

// releaseAnswered ends an invocation that answered has noted. Its environment serves the next one if it lives.
func (f *Function) releaseAnswered(e *environment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.finishing--
	if !e.gone {
		e.State = Idle
		if f.cfg.Freeze { // before anybody can take it
			freezeProcess(e.cmd.Process)
		}
		f.idle = append(f.idle, e)
	}
	f.endLocked()
}

// release ends an invocation that has no environment any more.
func (f *Function) release() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.endLocked()
}

func (f *Function) endLocked() {
	f.busy--
	close(f.changed)
	f.changed = make(chan struct{})
}
