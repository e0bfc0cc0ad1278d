package lambdaruntime

import (
	"context"
	"slices"
	"time"
)

// How long a managed function waits before it starts an environment again: after its process has ended, or its initialisation has
// failed for the first time, and at most after further failures.
const (
	restartPause    = 50 * time.Millisecond
	maxRestartPause = 10 * time.Second
)

// keepEnvironment runs one of the environments of a managed function until Close: it starts ahead of the invocations, and again
// when its process is gone.
func (f *Function) keepEnvironment() {
	for pause := restartPause; f.ctx.Err() == nil; {
		ctx, cancel := context.WithTimeout(f.ctx, f.cfg.InitTimeout)
		e, failed := f.initialize(ctx, newCall(Invocation{}), "init")
		cancel()
		if failed == nil {
			f.open(e)
			<-e.exited
			pause = restartPause
		} else {
			f.noteInitFailure(failed)
			pause = min(2*pause, maxRestartPause)
		}
		select {
		case <-time.After(pause):
		case <-f.ctx.Done():
		}
	}
}

// open lets invocations into an environment that is initialised.
func (f *Function) open(e *environment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if e.gone {
		return
	}
	e.State, e.free = Idle, f.cfg.PerEnvironment
	f.idle = append(f.idle, e)
	f.initFailure = nil
	f.changeLocked()
}

// noteInitFailure lets invocations fail that would have to wait for an environment which does not come.
func (f *Function) noteInitFailure(failed *FunctionError) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.anyReadyLocked() {
		f.initFailure = failed
		f.changeLocked()
	}
}

// anyReadyLocked tells whether an environment is there that is initialised.
func (f *Function) anyReadyLocked() bool {
	return slices.ContainsFunc(f.known, func(e *environment) bool { return e.State != Starting })
}

// serveShared runs a call to its very end in an environment that has others at the same time. A time-out fails the call and
// nothing else (the page "Understanding the Lambda Managed Instances execution environment"): the process works on, keeps the
// call's place until it is done with it, and its late answer is taken and dropped.
func (f *Function) serveShared(c *call, e *environment, result chan<- outcome) {
	f.begin(c)
	ctx, cancel := context.WithDeadline(f.ctx, c.deadline)
	defer cancel()
	e, err := f.placeShared(ctx, c, e)
	if err != nil {
		f.over(c, 0, outcome{err: err})
		result <- outcome{err: err}
		return
	}
	select {
	case out := <-c.answered:
		f.answered()
		result <- out
		f.untilDone(e, c)
		f.over(c, 0, out)
		f.releaseAnswered(e)
	case <-e.exited:
		out := f.afterExit(e, c)
		f.over(c, 0, out)
		f.giveBack(e)
		result <- out
	case <-ctx.Done():
		out := outcome{err: f.ended(c)}
		f.over(c, 0, out)
		result <- out
		f.untilDone(e, c)
		f.giveBack(e)
	}
}

// placeShared hands the call to the environment in which it has a place, or to another one when the process dies before it has
// taken the call. If it fails it has given the place back.
func (f *Function) placeShared(ctx context.Context, c *call, e *environment) (*environment, error) {
	for !e.deliver(ctx, c) {
		f.giveBack(e)
		if ctx.Err() != nil {
			return nil, f.ended(c)
		}
		other, err := f.reserve(ctx)
		switch {
		case ctx.Err() != nil && err != nil:
			return nil, f.ended(c)
		case err != nil:
			return nil, err
		}
		f.running.Done() // this goroutine is counted already
		e = other
	}
	return e, nil
}

// untilDone waits until the process has asked for another invocation in the place of this one, or is gone.
func (f *Function) untilDone(e *environment, c *call) {
	select {
	case <-c.finished:
	case <-e.exited:
	}
}

// giveBack ends an invocation that has not answered, with its place in an environment.
func (f *Function) giveBack(e *environment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.freeLocked(e)
	f.endLocked()
}

// ended is what a call failed with whose context has ended.
func (f *Function) ended(c *call) error {
	if f.ctx.Err() != nil {
		return ErrClosed
	}
	return f.timedOut(c)
}
