package lambdaruntime

import (
	"context"
	"time"
)

// initErrorGrace is how long a process may take to exit after it has reported that it cannot initialise.
const initErrorGrace = 500 * time.Millisecond

// coldStart starts an environment for a call and begins the call. As on Lambda (the page "Understanding the Lambda
// execution environment lifecycle"), an initialisation that fails or takes too long is killed and tried once more inside the
// invocation, within the function's time-out; what the second one fails with is what the invoker sees. The duration is that
// of a first initialisation that succeeded; the second counts as part of the invocation.
func (f *Function) coldStart(c *call) (*environment, time.Duration, error) {
	if f.ctx.Err() != nil {
		return nil, 0, ErrClosed
	}
	ctx, cancel := context.WithTimeout(f.ctx, f.cfg.InitTimeout)
	defer cancel()
	started := time.Now()
	e, err := f.initialize(ctx, c, "init")
	if err == nil {
		took := time.Since(started)
		f.begin(c)
		return e, took, nil
	}
	if f.ctx.Err() != nil {
		return nil, 0, ErrClosed
	}

	f.begin(c)
	ctx, cancelInvocation := context.WithDeadline(f.ctx, c.deadline)
	defer cancelInvocation()
	e, err = f.initialize(ctx, c, "invoke")
	switch {
	case err == nil:
		return e, 0, nil
	case f.ctx.Err() != nil:
		return nil, 0, ErrClosed
	case err.Type == typeTimedOut:
		return nil, 0, f.timedOut(c)
	default:
		return nil, 0, err
	}
}

// initialize starts a process and waits until it asks for its first invocation. If it does not, nothing of it is left.
func (f *Function) initialize(ctx context.Context, c *call, phase string) (*environment, *FunctionError) {
	started := time.Now()
	e, err := f.awaitInit(ctx, c)
	if err == nil {
		return e, nil
	}
	status := "error\tError Type: " + err.Type
	if err.Type == typeTimedOut {
		status = "timeout"
	}
	f.logs.printf("INIT_REPORT Init Duration: %.2f ms\tPhase: %s\tStatus: %s", milliseconds(time.Since(started)), phase, status)
	return nil, err
}

func (f *Function) awaitInit(ctx context.Context, c *call) (*environment, *FunctionError) {
	e, err := f.launch()
	if err != nil {
		return nil, platformError(c.id, typeInvalidEntrypoint, "RequestId: "+c.id+" Error: "+err.Error())
	}
	select {
	case <-e.session.ready:
		return e, nil
	case reported := <-e.session.initFailed:
		select {
		case <-e.exited:
		case <-time.After(initErrorGrace):
		case <-ctx.Done():
		}
		e.killAndWait()
		reported.RequestID = c.id
		return nil, reported
	case <-e.exited:
		select {
		case reported := <-e.session.initFailed:
			reported.RequestID = c.id
			return nil, reported
		default:
			return nil, exitError(c.id, e.status)
		}
	case <-ctx.Done():
		e.killAndWait()
		return nil, platformError(c.id, typeTimedOut, "initialisation timed out")
	}
}
