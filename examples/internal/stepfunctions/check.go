package stepfunctions

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

func (o *object) retriers(s *state) {
	list := o.list("Retry")
	for i, v := range list {
		r := o.object(fmt.Sprintf("%s.Retry[%d]", o.at, i), v)
		r.text("Comment")
		one := retrier{
			errors:   r.errorNames(i == len(list)-1),
			interval: r.number("IntervalSeconds", 1, 1, 99_999_999, true),
			attempts: int(r.number("MaxAttempts", 3, 0, 99_999_999, true)),
			rate:     r.number("BackoffRate", 2, 1, 1e6, false),
			most:     r.number("MaxDelaySeconds", 31_622_400, 1, 31_622_399, true),
		}
		if one.most <= one.interval {
			r.wrong("MaxDelaySeconds", "it must be above IntervalSeconds")
		}
		strategy, ok := r.text("JitterStrategy")
		if one.jitter = strategy == "FULL"; ok && !one.jitter && strategy != "NONE" {
			r.wrong("JitterStrategy", "%q: use FULL or NONE", strategy)
		}
		r.done()
		s.retry = append(s.retry, one)
	}
}

func (o *object) catchers(s *state) {
	list := o.list("Catch")
	for i, v := range list {
		c := o.object(fmt.Sprintf("%s.Catch[%d]", o.at, i), v)
		c.text("Comment")
		one := catcher{errors: c.errorNames(i == len(list)-1), result: c.path("ResultPath", pathUse{contextless: true})}
		if one.next, _ = c.text("Next"); one.next == "" {
			c.wrong("Next", "it is missing")
		}
		c.done()
		s.catch = append(s.catch, one)
	}
}

// reserved are the names of errors that begin as the service's own do and can stand in an ErrorEquals.
var reserved = []string{
	ErrorAll, ErrorTaskFailed, ErrorTimeout, ErrorDataLimit, ErrorNoChoice, ErrorResultPath, "States.Permissions", "States.HeartbeatTimeout",
	"States.ParameterPathFailure", "States.BranchFailed", "States.IntrinsicFailure", "States.ExceedToleratedFailureThreshold",
	"States.ItemReaderFailed", "States.ResultWriterFailed", "States.QueryEvaluationError",
}

// errorNames reads ErrorEquals. States.ALL stands alone in the last object, and what is after it would never be reached.
func (o *object) errorNames(last bool) []string {
	var names []string
	for _, v := range o.list("ErrorEquals") {
		name, ok := v.(string)
		if !ok || name == "" {
			o.wrong("ErrorEquals", "it must be a list of texts")
			continue
		}
		switch {
		case name == ErrorRuntime:
			o.wrong("ErrorEquals", "%s ends the execution and can be neither retried nor caught", name)
		case strings.HasPrefix(name, "States.") && !slices.Contains(reserved, name):
			o.wrong("ErrorEquals", "the service has no error called %s", name)
		case slices.Contains(names, name):
			o.wrong("ErrorEquals", "%s is there twice", name)
		}
		names = append(names, name)
	}
	switch all := slices.Contains(names, ErrorAll); {
	case names == nil:
		o.wrong("ErrorEquals", "it is missing")
	case all && len(names) > 1:
		o.wrong("ErrorEquals", "%s must stand alone", ErrorAll)
	case all && !last:
		o.wrong("ErrorEquals", "%s must be in the last object of the list", ErrorAll)
	}
	return names
}

// checkTransitions finds states that are missing and states that are never reached.
func (o *object) checkTransitions(g *graph, at string) {
	reached, open := map[string]bool{}, []string{}
	visit := func(from, to string) {
		switch {
		case g.states[to] == nil:
			o.report(from, fmt.Sprintf("there is no state %q among its neighbours", to))
		case !reached[to]:
			reached[to] = true
			open = append(open, to)
		}
	}
	visit(o.at+".StartAt", g.start)
	ends := false
	for len(open) > 0 {
		s := g.states[open[0]]
		open = open[1:]
		from := at + "." + s.name
		for i, c := range s.catch {
			visit(fmt.Sprintf("%s.Catch[%d].Next", from, i), c.next)
		}
		for i, c := range s.choices {
			visit(fmt.Sprintf("%s.Choices[%d].Next", from, i), c.next)
		}
		switch {
		case s.kind == "Choice" && s.fallback != "":
			visit(from+".Default", s.fallback)
		case s.next != "":
			visit(from+".Next", s.next)
		case s.kind != "Choice":
			ends = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(g.states)) {
		if !reached[name] {
			o.report(at+"."+name, "no transition leads to this state")
		}
	}
	if !ends && len(o.errs) == 0 {
		o.report(at, "no state that is reached ends the machine")
	}
}
