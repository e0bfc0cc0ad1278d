package lambdaruntime

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/lambdapatterns/lambdapatterns/internal/uuid"
)

// An Invocation is one event for a function. Its zero value invokes the function with {}.
type Invocation struct {
	// Payload is the event: JSON, 6 MB at most. Defaults to {}.
	Payload []byte
	// TraceHeader is the X-Amzn-Trace-Id of the caller. A sampled one is generated when it is empty, and the parts Parent
	// and Sampled=1 are added where it lacks them, as the function is always told its segment.
	TraceHeader string
	// Deadline ends the invocation where it comes before the function's time-out. Zero means that the time-out alone counts.
	Deadline time.Time
	// ClientContext and Identity are the JSON that a mobile client's call carries (Lambda-Runtime-Client-Context and
	// -Cognito-Identity). The headers are left out when they are empty.
	ClientContext string
	Identity      string
}

// call is an invocation on its way through an execution environment.
type call struct {
	Invocation
	id string

	// Written by the goroutine that serves the call before it hands the call over, and only read after that.
	began    time.Time
	deadline time.Time
	started  bool

	answered chan outcome  // one value: what the function said
	finished chan struct{} // closed when the process asks for the next invocation
}

// outcome is how an invocation ended. reported is set where the function itself told.
type outcome struct {
	payload  []byte
	err      error
	reported bool
}

func (o outcome) errorType() string {
	if e, ok := errors.AsType[*FunctionError](o.err); ok {
		return e.Type
	}
	return typeUnknown
}

func newCall(inv Invocation) *call {
	c := &call{Invocation: inv, id: uuid.New(), answered: make(chan outcome, 1), finished: make(chan struct{})}
	c.TraceHeader = traceHeader(inv.TraceHeader)
	return c
}

// begin starts the clock of the call, anew if it ran before.
func (c *call) begin(timeout time.Duration) {
	c.began = time.Now()
	c.deadline = c.began.Add(timeout)
	if !c.Deadline.IsZero() && c.Deadline.Before(c.deadline) {
		c.deadline = c.Deadline
	}
}

// traceHeader completes a tracing header, from the page "AWS X-Ray concepts": Root, the trace; Parent, the segment that
// Lambda opens for the function; Sampled.
func traceHeader(given string) string {
	var parts []string
	var parent, sampled bool
	if !strings.Contains(given, "Root=") {
		given = fmt.Sprintf("Root=1-%08x-%s", time.Now().Unix(), randomHex(12))
	}
	for part := range strings.SplitSeq(given, ";") {
		part = strings.TrimSpace(part)
		parent = parent || strings.HasPrefix(part, "Parent=")
		sampled = sampled || strings.HasPrefix(part, "Sampled=")
		if part != "" {
			parts = append(parts, part)
		}
	}
	if !parent {
		parts = append(parts, "Parent="+randomHex(8))
	}
	if !sampled {
		parts = append(parts, "Sampled=1")
	}
	return strings.Join(parts, ";")
}

func randomHex(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return hex.EncodeToString(b)
}
