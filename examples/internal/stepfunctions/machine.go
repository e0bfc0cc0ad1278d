package stepfunctions

import "time"

// Machine is a state machine that can be run. It does not change, and is safe for concurrent use.
type Machine struct{ states *graph }

// graph is a state machine, or that of a Map's iterations.
type graph struct {
	start  string
	states map[string]*state
}

// state is a state of any type.
type state struct {
	name string
	kind string // Task, Map, Choice, Pass, Succeed, Fail

	input, output path
	parameters    *template // nil for the input as it is; of a Map its ItemSelector
	selector      *template // ResultSelector
	result        path
	noResult      bool // ResultPath is null
	retry         []retrier
	catch         []catcher
	next          string // empty at an end

	resource string
	timeout  time.Duration // 0 for none

	items       path
	processor   *graph
	concurrency int // 0 for no bound

	choices  []choice
	fallback string

	fixed     any // Pass's Result
	hasFixed  bool
	err       *template // of Fail: a text or a path
	cause     *template
	callbacks bool // the resource waits for a task token
}

// choice is a rule of a Choice state.
type choice struct {
	variable path
	equals   *string
	greater  *float64
	next     string
}
