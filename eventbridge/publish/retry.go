package publish

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

const (
	firstPause = 100 * time.Millisecond
	maxPause   = 5 * time.Second
)

// errNoTime is why nothing is sent any more when the deadline is near.
var errNoTime = fmt.Errorf("there is no time left before the deadline: %w", context.DeadlineExceeded)

// errAnswer is what a call fails with whose answer does not say what became of its entries.
var errAnswer = errors.New("the answer contradicts itself or the request")

// pauses are those between calls while the service takes less than all: each is a random part of a bound that doubles
// ("Exponential Backoff And Jitter", AWS Architecture Blog, there "full jitter").
type pauses struct{ bound time.Duration }

func (p *pauses) reset() { p.bound = 0 }

// wait fails when the context ends, and at once if it would before the pause does.
func (p *pauses) wait(ctx context.Context) error {
	p.bound = min(max(2*p.bound, firstPause), maxPause)
	pause := rand.N(p.bound)
	if deadline, ok := ctx.Deadline(); ok && ctx.Err() == nil && time.Until(deadline) <= pause {
		return errNoTime
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ended(ctx)
	case <-timer.C:
		return nil
	}
}

// isPassing tells whether what failed with the code may succeed the next time: throttling, and failures inside the service
// (Amazon EventBridge API Reference, "PutEventsResultEntry").
func isPassing(code string) bool {
	switch code {
	case "InternalFailure", "InternalException", "InternalError", "InternalServerError", "ServiceUnavailable":
		return true
	}
	return isThrottling(code)
}

func isThrottling(code string) bool {
	_, ok := retry.DefaultThrottleErrorCodes[code]
	return ok
}

// passes tells whether a call that failed as a whole may succeed the next time: what the SDK would have sent again itself.
func passes(err error) bool {
	return isPassing(codeOf(err)) || retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary
}

// mayHaveWorked tells whether a call that failed may have published its entries all the same: there was no answer, or none that
// says that they were refused.
func mayHaveWorked(err error) bool {
	code := codeOf(err)
	return code == "" || passes(err) && !isThrottling(code) // no answer, or a failure inside the service
}

// ended is why the context has ended: its error, and the cause that it was given, if any.
func ended(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}

// codeOf is the code of an error with which the service answered a call; empty if it is none.
func codeOf(err error) string {
	var coded interface {
		error
		ErrorCode() string
	}
	if errors.As(err, &coded) {
		return coded.ErrorCode()
	}
	return ""
}
