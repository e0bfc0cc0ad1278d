package sqsbatchtest

import (
	"context"
	"errors"
	"time"
)

var errExited = errors.New("sqsbatchtest: Invoke ended its goroutine")

// call runs the function with one batch, and kills it when its time is over. A result that comes at the very moment, or
// later, is none.
func (r *run) call(ctx context.Context, b batch) ([]byte, error) {
	var life time.Duration
	var cause error
	if r.Timeout > 0 {
		life, cause = r.Timeout, ErrTimedOut
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.Timeout)
		defer cancel()
	}
	if r.Crash != nil {
		if after, crash := r.Crash(b.messages); crash && (cause == nil || after < life) {
			life, cause = after, ErrCrashed
		}
	}
	payload := encodeEvent(b.texts)
	if cause == nil {
		return r.Invoke(ctx, payload)
	}
	ctx, kill := context.WithCancelCause(ctx)
	defer kill(nil)
	type answer struct {
		response []byte
		err      error
	}
	end := time.Now().Add(life)
	answers := make(chan answer, 1)
	go func() {
		given := answer{nil, errExited}
		defer func() { answers <- given }()
		given.response, given.err = r.Invoke(ctx, payload)
	}()
	timer := time.NewTimer(life)
	defer timer.Stop()
	select {
	case given := <-answers:
		if time.Now().Before(end) {
			return given.response, given.err
		}
	case <-timer.C:
	}
	kill(cause)
	return nil, cause
}
