package stepfunctions

import (
	"slices"
	"strings"
	"time"
)

// Event is an event of an execution's history. Types are those of the service, without the resource's own names: TaskStateEntered,
// TaskScheduled, TaskStarted, TaskSubmitted, TaskSucceeded, TaskFailed, TaskTimedOut, TaskStateExited, MapIterationStarted and so on
// (AWS Step Functions API Reference, "HistoryEvent").
type Event struct {
	Time      time.Time
	Execution string
	Type      string
	State     string // empty for the execution's own
	Item      int    // of the innermost Map iteration that it belongs to; -1 outside
	Data      []byte // of a state or the execution: the input when it begins, the output when it ends
	Failure   *Error
	Retried   bool          // of a TaskFailed, TaskTimedOut or MapStateFailed: the state is tried again
	Wait      time.Duration // until then
}

// History returns what has happened so far.
func (x *Execution) History() []Event {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.history)
}

// Transitions is how many state transitions the service would have billed so far: each state that was entered, and each retry
// (AWS Step Functions pricing, "Standard Workflows").
func (x *Execution) Transitions() int {
	n := 0
	for _, e := range x.History() {
		if strings.HasSuffix(e.Type, "StateEntered") || e.Retried {
			n++
		}
	}
	return n
}

func (x *Execution) record(e Event) {
	e.Time, e.Execution = time.Now().UTC(), x.name
	x.mu.Lock()
	defer x.mu.Unlock()
	x.history = append(x.history, e)
	if observe := x.engine.cfg.Observe; observe != nil {
		observe(e)
	}
}
