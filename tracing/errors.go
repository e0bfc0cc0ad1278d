package tracing

import (
	"errors"
	"fmt"
)

// flushFailed is what the observer of [WithFlushErrors] is told.
func flushFailed(err error) error { return fmt.Errorf("tracing: the flush failed: %w", err) }

var (
	errNoTime = errors.New("no time is left before the invocation's deadline")
	errStuck  = errors.New("an earlier flush has not returned yet")
)
