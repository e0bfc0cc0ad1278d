package coldstart

import (
	"context"
	"time"
)

// What tests hold against, or need in another size.
const (
	DefaultTimeout = defaultTimeout
	MaxPing        = maxPing
	ProactiveAfter = proactiveAfter
)

var ErrNoDryRun = errNoDryRun

// ConnectWithin is ConnectN on a machine that is busier than Lambda's, or with less patience.
func ConnectWithin(name string, n int, timeout time.Duration, call func(context.Context) error) Task {
	return connect(name, n, timeout, call)
}
