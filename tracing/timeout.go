package tracing

import (
	"context"
	"time"
)

// timeoutError is what ends the spans of an invocation whose handler still runs when its time is up.
type timeoutError struct{}

func (*timeoutError) Error() string {
	return "tracing: the handler still runs shortly before the invocation's deadline"
}

// ErrorType is the conventions' own name for it.
func (*timeoutError) ErrorType() string { return "timeout" }

// panicError is what ends the spans inside an invocation whose handler panics.
type panicError struct{ errorType string }

func (e *panicError) Error() string     { return "tracing: the handler panicked" }
func (e *panicError) ErrorType() string { return e.errorType }

var errGoexit error = &panicError{errorType: "Goexit"}

var errTimeout error = &timeoutError{}

// watch sets the timer of the time-out, where there is something to be saved from it.
func (inv *invocation) watch(ctx context.Context) {
	s, own := inv.settings, &inv.own
	own.ctx = ctx
	deadline, ok := ctx.Deadline()
	if !ok || s.reserve == 0 || !own.recorded && s.metrics == nil && s.documents == nil {
		return
	}
	left := time.Until(deadline)
	own.late = make(chan struct{})
	own.timer = time.AfterFunc(max(left-s.reserve, left/2), inv.timeUp)
}

// timeUp ends and flushes the invocation's spans while its handler runs.
func (inv *invocation) timeUp() {
	own := &inv.own
	defer close(own.late)
	if !own.ended.CompareAndSwap(false, true) {
		return
	}
	inv.endEvent(errTimeout)
	inv.record(ending{errorType: errorType(errTimeout), text: inv.settings.text(errTimeout), timedOut: true})
	inv.flush()
}

// waitForTimeUp waits until the work of a time-out that has begun is done, or limit ends. Call it after end.
func (inv *invocation) waitForTimeUp(limit <-chan struct{}) {
	own := &inv.own
	if !own.timedOut {
		return
	}
	select {
	case <-own.late:
		return
	default:
	}
	select {
	case <-own.late:
	case <-limit:
	}
}
