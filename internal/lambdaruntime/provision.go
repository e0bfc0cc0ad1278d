package lambdaruntime

import (
	"context"
	"fmt"
	"time"
)

// Provision starts an execution environment before there is an invocation for it, and returns how long that took: from the
// start of its process to its first request for an invocation. It is idle then, and takes the next invocation. Its variables
// say that it was initialised on demand.
//
// The error is ErrClosed, ErrThrottled, ctx's cause or a *FunctionError that says why the initialisation failed; it is not
// tried again. While it starts, the environment counts towards MaxConcurrency. A function with Config.PerEnvironment has its
// environments from Start on, and there Provision is an error.
func (f *Function) Provision(ctx context.Context) (time.Duration, error) {
	if f.cfg.managed() {
		return 0, fmt.Errorf("lambdaruntime: Provision: function %s has PerEnvironment, so Start has started its environments", f.cfg.Name)
	}
	if err := f.occupy(); err != nil {
		return 0, err
	}
	defer f.running.Done()
	init, cancel := context.WithTimeout(f.ctx, f.cfg.InitTimeout)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()

	started := time.Now()
	e, failed := f.initialize(init, newCall(Invocation{}), "init")
	took := time.Since(started)
	if failed == nil {
		f.settle(e)
		return took, nil
	}
	f.release()
	switch {
	case f.ctx.Err() != nil:
		return 0, fmt.Errorf("%w: %s", ErrClosed, f.cfg.Name)
	case ctx.Err() != nil:
		return 0, context.Cause(ctx)
	}
	return 0, failed
}

// occupy takes one of the function's concurrent invocations. After it, running counts one goroutine more.
func (f *Function) occupy() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return fmt.Errorf("%w: %s", ErrClosed, f.cfg.Name)
	}
	if f.busy >= f.cfg.MaxConcurrency {
		return fmt.Errorf("%w: function %s runs %d invocations at once already", ErrThrottled, f.cfg.Name, f.busy)
	}
	f.busy++
	f.running.Add(1)
	return nil
}

// settle gives back what occupy took, with an environment that is idle.
func (f *Function) settle(e *environment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !e.gone {
		e.State = Idle
		e.free = 1
		f.idle = append(f.idle, e)
	}
	f.endLocked()
}
