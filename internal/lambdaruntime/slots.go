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

// reserve takes one of the function's concurrent invocations, with an environment that has room for it, or nil where one is to
// be started. After it, running counts one goroutine more.
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
			if e.free--; e.free == 0 {
				f.idle = f.idle[:last]
			}
			e.State = Busy
			f.busy++
			f.running.Add(1)
			f.mu.Unlock()
			return e, nil
		}
		starts := f.cfg.managed() && !f.anyReadyLocked()
		if !starts && (f.finishing == 0 || waited) || f.initFailure != nil {
			defer f.mu.Unlock()
			switch {
			case f.initFailure != nil:
				return nil, f.initFailure
			case f.cfg.managed() || f.busy >= f.cfg.MaxConcurrency:
				return nil, fmt.Errorf("%w: function %s runs %d invocations at once already", ErrThrottled, f.cfg.Name, f.busy)
			}
			f.busy++
			f.running.Add(1)
			return nil, nil
		}
		changed := f.changed
		f.mu.Unlock()

		if settled == nil && !starts {
			settled = time.After(settleTime)
		}
		select {
		case <-changed:
		case <-settled:
			waited = true
		case <-f.ctx.Done(): // which the next round finds
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
	f.freeLocked(e)
	f.endLocked()
}

// release ends an invocation that has no environment any more.
func (f *Function) release() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.endLocked()
}

// freeLocked gives back an invocation's place in an environment, if that lives.
func (f *Function) freeLocked(e *environment) {
	if e.gone {
		return
	}
	if e.free == 0 {
		f.idle = append(f.idle, e)
	}
	if e.free++; e.free < f.cfg.places() {
		return
	}
	e.State = Idle
	if f.cfg.Freeze { // before anybody can take it
		freezeProcess(e.cmd.Process)
	}
}

func (f *Function) endLocked() {
	f.busy--
	f.changeLocked()
}

// changeLocked wakes whoever waits for a place.
func (f *Function) changeLocked() {
	close(f.changed)
	f.changed = make(chan struct{})
}
