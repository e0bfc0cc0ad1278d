package tracing

import (
	"context"
	"os"
	"sync/atomic"
	"time"
)

// longestInit is how long initialisation may take on demand (the page "Understanding the Lambda execution environment
// lifecycle"). An invocation that comes later was not waiting for it: Lambda initialised ahead of need.
const longestInit = 10 * time.Second

// WithColdStart sets how an invocation is known to be a cold start: cold is called once for each, before the handler, and
// may be called by several goroutines at once. coldstart.Cold is such a function, for a handler that is in coldstart.Wrap:
//
//	lambda.Start(coldstart.Wrap(&start, tracing.Handle(handler, tracing.WithColdStart(coldstart.Cold))))
//
// By default the first invocation that a [Handle] sees is one, if Lambda initialised the function for it: on demand, and no
// more than 10 s after Handle was called. One that comes later found an environment that was initialised ahead of need.
// Under provisioned concurrency and on managed instances none is, and with SnapStart the first invocation after the restore
// is. It panics if cold is nil.
//
// The Start of package coldstart must be outside of Handle or HandleRaw. With Start.Handler inside of it coldstart.Cold is
// false for every invocation, and nothing says so.
func WithColdStart(cold func(context.Context) bool) Option {
	if cold == nil {
		panic("tracing: WithColdStart: the function is nil")
	}
	return option(func(s *settings) { s.coldStart = cold })
}

// firstInvocation returns the default of WithColdStart.
func firstInvocation() func(context.Context) bool {
	var seen atomic.Bool
	kind := os.Getenv("AWS_LAMBDA_INITIALIZATION_TYPE")
	made := time.Now().Round(0) // without the monotonic clock, which may stand still while the process is frozen
	return func(context.Context) bool {
		if seen.Load() || seen.Swap(true) {
			return false
		}
		switch kind {
		case "on-demand":
			return time.Now().Round(0).Sub(made) <= longestInit
		case "provisioned-concurrency", "lambda-managed-instances":
			return false
		}
		return true
	}
}
