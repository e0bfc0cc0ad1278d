package lambdaruntime

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Invoke runs the function on one event and returns its response, as a synchronous call of Lambda does. It takes an idle
// execution environment or starts one; one invocation runs in an environment at a time. With Config.PerEnvironment it takes a
// free place in one of the environments that run, waits where none runs yet, and starts none.
//
// The error is ErrThrottled, ErrPayloadTooLarge, ErrInvalidPayload or ErrClosed where the function was not asked, and a
// *FunctionError where the invocation failed. When ctx ends, Invoke returns its cause at once, but the invocation goes on in
// the background, as it does on Lambda when its caller hangs up: it keeps its environment, and its result is dropped.
func (f *Function) Invoke(ctx context.Context, inv Invocation) ([]byte, error) {
	if len(inv.Payload) == 0 {
		inv.Payload = []byte("{}")
	}
	if len(inv.Payload) > maxPayload {
		return nil, fmt.Errorf("%w: function %s: %d bytes", ErrPayloadTooLarge, f.cfg.Name, len(inv.Payload))
	}
	if !json.Valid(inv.Payload) {
		return nil, fmt.Errorf("%w: function %s", ErrInvalidPayload, f.cfg.Name)
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	warm, err := f.reserve(ctx)
	if err != nil {
		return nil, err
	}
	inv.Payload = bytes.Clone(inv.Payload) // the caller may reuse it when ctx ends first
	result := make(chan outcome, 1)
	serve := f.serve
	if f.cfg.managed() {
		serve = f.serveShared
	}
	go func() {
		defer f.running.Done()
		serve(newCall(inv), warm, result)
	}()
	select {
	case out := <-result:
		return out.payload, out.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// serve runs a call to its very end: until its process has asked for another one or is gone.
func (f *Function) serve(c *call, warm *environment, result chan<- outcome) {
	e, initDuration, err := f.place(c, warm)
	if err != nil {
		f.over(c, 0, outcome{err: err})
		f.release()
		result <- outcome{err: err}
		return
	}
	ctx, cancel := context.WithDeadline(f.ctx, c.deadline)
	defer cancel()
	out, alive := f.await(ctx, e, c)
	if !alive {
		f.over(c, initDuration, out)
		f.release()
		result <- out
		return
	}

	f.answered()
	result <- out
	select {
	case <-c.finished:
	case <-e.exited:
	case <-ctx.Done():
		e.killAndWait()
		if f.ctx.Err() == nil {
			out.err = f.timedOut(c) // for the report only: the caller has the response
			out.reported = false
		}
	}
	f.over(c, initDuration, out)
	f.releaseAnswered(e)
}

// place hands the call to an environment: the idle one if that still lives, otherwise a new one.
func (f *Function) place(c *call, warm *environment) (*environment, time.Duration, error) {
	if warm != nil {
		f.begin(c)
		if f.cfg.Freeze {
			thawProcess(warm.cmd.Process)
		}
		ctx, cancel := context.WithDeadline(f.ctx, c.deadline)
		defer cancel()
		if warm.deliver(ctx, c) {
			return warm, 0, nil
		}
		// It died while it was idle, or it lost the connection on which it waited and does not come back.
		warm.killAndWait()
	}
	e, initDuration, err := f.coldStart(c)
	if err != nil {
		return nil, 0, err
	}
	f.setState(e, Busy)
	ctx, cancel := context.WithDeadline(f.ctx, c.deadline)
	defer cancel()
	if !e.deliver(ctx, c) {
		e.killAndWait()
		switch {
		case f.ctx.Err() != nil:
			err = ErrClosed
		case ctx.Err() != nil:
			err = f.timedOut(c)
		default:
			err = exitError(c.id, e.status)
		}
		return nil, 0, err
	}
	return e, initDuration, nil
}

// await returns what came of a call that a process has taken, and whether that process still lives.
func (f *Function) await(ctx context.Context, e *environment, c *call) (out outcome, alive bool) {
	select {
	case out := <-c.answered:
		return out, true
	case <-e.exited:
		return f.afterExit(e, c), false
	case <-ctx.Done():
		e.session.abandon(c)
		select {
		case out := <-c.answered: // at the last moment; what follows it is too late
			return out, true
		default:
		}
		e.killAndWait()
		if f.ctx.Err() != nil {
			return outcome{err: ErrClosed}, false
		}
		return outcome{err: f.timedOut(c)}, false
	}
}

// afterExit returns what came of a call whose process is gone.
func (f *Function) afterExit(e *environment, c *call) outcome {
	// An answer may have come right before the exit; aws-lambda-go reports a panic so.
	select {
	case out := <-c.answered:
		return out
	default:
	}
	if f.ctx.Err() != nil {
		return outcome{err: ErrClosed}
	}
	return outcome{err: exitError(c.id, e.status)}
}

// begin starts the clock of a call, and its log.
func (f *Function) begin(c *call) {
	c.begin(f.cfg.Timeout)
	if !c.started {
		c.started = true
		f.logs.printf("START RequestId: %s Version: %s", c.id, version)
	}
}

// over ends the log of a call.
func (f *Function) over(c *call, initDuration time.Duration, out outcome) {
	if c.started {
		f.logEnd(c, initDuration, out)
	}
}

func (f *Function) timedOut(c *call) *FunctionError {
	seconds := max(c.deadline.Sub(c.began), 0).Seconds() // an Invocation's deadline can be in the past
	f.logs.printf("%s %s Task timed out after %.2f seconds", time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), c.id, seconds)
	return timeoutError(c.id, seconds)
}
