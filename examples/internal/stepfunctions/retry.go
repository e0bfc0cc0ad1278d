package stepfunctions

import (
	"math"
	"slices"
	"time"
)

// retrier is one object of a Retry field.
type retrier struct {
	errors   []string
	interval float64 // seconds
	attempts int
	rate     float64
	most     float64 // seconds
	jitter   bool
}

// wait is how long to wait before the n-th retry of a retrier, from 1. random is in [0, 1).
func (r retrier) wait(n int, random float64) time.Duration {
	seconds := min(r.interval*math.Pow(r.rate, float64(n-1)), r.most)
	if r.jitter {
		seconds *= random
	}
	return time.Duration(seconds * float64(time.Second))
}

// catcher is one object of a Catch field.
type catcher struct {
	errors []string
	result path
	next   string
}

// matches tells whether an error has one of the names. States.ALL and States.TaskFailed are wildcards; what only States.Runtime and
// States.DataLimitExceeded tell cannot be mended by trying again.
func matches(names []string, name string) bool {
	switch name {
	case ErrorRuntime:
		return false
	case ErrorDataLimit:
		return slices.Contains(names, name)
	}
	return slices.ContainsFunc(names, func(n string) bool {
		return n == name || n == ErrorAll || n == ErrorTaskFailed && name != ErrorTimeout
	})
}

// retries counts the retries of a state's retriers, each for itself.
type retries []int

// next returns how long to wait before the state is tried again, or false when no retrier is left for the error: the first that
// names it decides.
func (r retries) next(retriers []retrier, name string, random func() float64) (time.Duration, bool) {
	for i, retrier := range retriers {
		if !matches(retrier.errors, name) {
			continue
		}
		if r[i] >= retrier.attempts {
			return 0, false
		}
		r[i]++
		return retrier.wait(r[i], random()), true
	}
	return 0, false
}
