package sqsbatch

import (
	"context"
	"fmt"
	"time"
)

// Option changes how a batch is handled. The package's With functions make them.
type Option interface{ apply(*settings) }

type option func(*settings)

func (o option) apply(s *settings) { o(s) }

type settings struct {
	concurrency int
	reserve     time.Duration
	observe     func(context.Context, Report)
	settler     Settler
}

func newSettings(opts []Option) *settings {
	s := &settings{concurrency: 10, reserve: 500 * time.Millisecond}
	for _, o := range opts {
		o.apply(s)
	}
	return s
}

// WithConcurrency bounds how many handler calls of one batch run at once: messages of a standard queue, message groups of a
// FIFO queue. 1 handles a batch in its order. Defaults to 10. It panics when n is less than 1.
//
// The bound is for one invocation. Where AWS_LAMBDA_MAX_CONCURRENCY lets a process run several invocations at once, each has
// its own.
func WithConcurrency(n int) Option {
	if n < 1 {
		panic(fmt.Sprintf("sqsbatch: WithConcurrency(%d): need at least 1", n))
	}
	return option(func(s *settings) { s.concurrency = n })
}

// WithReserve sets how long before the invocation's deadline handling ends: no message is started in the reserve, the
// contexts of running handlers end where it begins, and the response goes out in its first half. Defaults to 500 ms. It
// panics when d is not positive, because the deadline itself is when Lambda kills the process.
//
// A batch whose remaining time is shorter than the reserve comes back whole and unhandled, at the cost of a receive for each
// message, so keep the reserve well below the function's time-out.
func WithReserve(d time.Duration) Option {
	if d <= 0 {
		panic(fmt.Sprintf("sqsbatch: WithReserve(%v): need a positive duration", d))
	}
	return option(func(s *settings) { s.reserve = d })
}

// WithObserver calls observe with the report of each batch, after the last message is settled and before the response goes
// out. It is called once a batch, concurrently where invocations are concurrent, and not for a batch that failed with a
// [*BatchError] before any message was handled. The time that it takes comes out of the reserve. A panic in it is the
// invocation's: nothing is deleted. The last of several WithObserver options counts. It panics when observe is nil.
func WithObserver(observe func(context.Context, Report)) Option {
	if observe == nil {
		panic("sqsbatch: WithObserver needs a function, got nil")
	}
	return option(func(s *settings) { s.observe = observe })
}
