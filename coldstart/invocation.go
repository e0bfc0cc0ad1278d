package coldstart

import (
	"context"
	"time"
)

// proactiveAfter is how long an on-demand environment waits for its first invocation before it counts as initialised
// proactively. An invocation that caused the initialisation waits for it, and on demand that may take 10 s, extensions
// included (AWS's page "Understanding the Lambda execution environment lifecycle"); so one that comes later than that
// after the function was ready cannot have waited. One that comes earlier may not have waited either: such a proactive
// initialisation is not noticed, and its first invocation counts as cold.
const proactiveAfter = 10 * time.Second

// Invocation is what is known of an invocation's start.
type Invocation struct {
	// First says that it is the first invocation of this environment, and, with SnapStart, since the restore.
	First bool
	// Initialization is what [Initialization] returned.
	Initialization InitializationType
	// Idle is how long the environment had waited for its first invocation, by the wall clock. It is 0 with SnapStart,
	// and where neither [Wrap], [Start.Handler] nor [Start.Ready] was called.
	Idle time.Duration
}

// Proactive reports whether Lambda initialised the environment before it was needed: on demand, and idle for longer than
// the 10 s that an initialisation may take, so that the invocation cannot have waited for it. An environment that was
// initialised ahead of need and waited for less is not told from one that was not.
func (i Invocation) Proactive() bool { return i.Initialization == OnDemand && i.Idle > proactiveAfter }

// Kind names the start for logs and metrics: "proactive", or the value of Initialization.
func (i Invocation) Kind() string {
	if i.Proactive() {
		return "proactive"
	}
	return string(i.Initialization)
}

// Cold reports whether the caller had to wait for an initialisation, or with SnapStart for a restore. The package
// documentation has a table. Types of initialisation that are not known yet count as on demand.
func (i Invocation) Cold() bool {
	switch i.Initialization {
	case ProvisionedConcurrency, ManagedInstances:
		return false
	default:
		return i.First && !i.Proactive()
	}
}

type invocationKey struct{}

// InvocationFromContext returns what [Start] knows of the invocation whose context ctx is or comes from. It reports false
// where no Start was there.
func InvocationFromContext(ctx context.Context) (Invocation, bool) {
	i, ok := ctx.Value(invocationKey{}).(*Invocation)
	if !ok {
		return Invocation{}, false
	}
	return *i, true
}

// Cold is [Invocation.Cold] of ctx's invocation, and false where no [Start] was there. It is a function to hand to what
// tags spans and metrics.
func Cold(ctx context.Context) bool {
	i, ok := InvocationFromContext(ctx)
	return ok && i.Cold()
}
