package stepfunctions

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// maxData is the size of a state's input or result in UTF-8 (AWS Step Functions Developer Guide, "Quotas").
const maxData = 262_144

// run is the execution, or an iteration of a Map in it.
type run struct {
	*Execution
	ctx   context.Context // ends when the iteration's neighbour has failed
	input any             // of the execution
	item  int             // -1 outside of a Map
}

func (r run) event(kind string, s *state, data any, failure *Error) {
	e := Event{Type: kind, State: s.name, Item: r.item, Failure: failure}
	if strings.HasSuffix(kind, "StateEntered") || strings.HasSuffix(kind, "StateExited") {
		e.Data = encode(data)
	}
	r.record(e)
}

// aborted is the failure of what was stopped: by a neighbour's failure in a Map, or by Close. Nothing catches it.
func (r run) aborted() *Error { return &Error{"Aborted", context.Cause(r.ctx).Error()} }

// states runs a machine from its start to an end.
func (r run) states(g *graph, input any) (any, *Error) {
	for s := g.states[g.start]; ; {
		output, next, failure := r.state(s, input)
		if failure != nil || next == "" {
			return output, failure
		}
		s, input = g.states[next], output
	}
}

// context makes the context object.
func (r run) context(s *state, more map[string]any) map[string]any {
	c := map[string]any{
		"Execution": map[string]any{
			"Id":   "arn:aws:states:us-east-1:123456789012:execution:" + r.engine.cfg.Name + ":" + r.name,
			"Name": r.name, "Input": r.input,
		},
		"StateMachine": map[string]any{"Name": r.engine.cfg.Name},
		"State":        map[string]any{"Name": s.name},
	}
	for name, v := range more {
		c[name] = v
	}
	return c
}

// state runs a state and returns its output and the next state's name, which is empty at an end.
func (r run) state(s *state, raw any) (output any, next string, failure *Error) {
	if r.ctx.Err() != nil {
		return nil, "", r.aborted()
	}
	r.event(s.kind+"StateEntered", s, raw, nil)
	defer func() {
		if failure == nil {
			r.event(s.kind+"StateExited", s, output, nil)
		}
	}()
	context := r.context(s, nil)
	input, failure := lookUp(s.input, "InputPath", raw, context)
	if failure == nil {
		failure = limit(encode(raw))
	}
	if failure != nil {
		return nil, "", failure
	}
	switch s.kind {
	case "Task", "Map":
		return r.attempts(s, raw, input)
	case "Choice":
		if next, failure = s.choose(input, context); failure != nil {
			return nil, "", failure
		}
		output, failure = lookUp(s.output, "OutputPath", input, context)
		return output, next, failure
	case "Pass":
		result := input
		if s.hasFixed {
			result = s.fixed
		} else if s.parameters != nil {
			if result, failure = s.parameters.fill(input, context); failure != nil {
				return nil, "", failure
			}
		}
		output, failure = r.finish(s, raw, result)
		return output, s.next, failure
	case "Fail":
		return nil, "", s.reason(input, context)
	default: // Succeed
		output, failure = lookUp(s.output, "OutputPath", input, context)
		return output, "", failure
	}
}

// attempts tries a Task or a Map for as long as its retriers say, and hands its last failure to its catchers.
func (r run) attempts(s *state, raw, input any) (any, string, *Error) {
	counts := make(retries, len(s.retry))
	for {
		output, failure := r.attempt(s, raw, input)
		if failure == nil {
			return output, s.next, nil
		}
		wait, again := counts.next(s.retry, failure.Name, r.engine.cfg.Random)
		again = again && r.ctx.Err() == nil
		r.failed(s, failure, again, wait)
		if again {
			if err := r.engine.cfg.Wait(r.ctx, wait); err != nil {
				if r.ctx.Err() != nil {
					return nil, "", r.aborted()
				}
				return nil, "", runtimeError("the wait before a retry failed: %v", err)
			}
			continue
		}
		if r.ctx.Err() != nil {
			return nil, "", failure
		}
		for _, c := range s.catch {
			if matches(c.errors, failure.Name) {
				output, ok := c.result.put(raw, map[string]any{"Error": failure.Name, "Cause": failure.Cause})
				if !ok {
					return nil, "", &Error{ErrorResultPath, "the ResultPath " + c.result.String() + " of a Catch does not fit the state's input"}
				}
				return output, c.next, nil
			}
		}
		return nil, "", failure
	}
}

func (r run) failed(s *state, failure *Error, again bool, wait time.Duration) {
	kind := s.kind + "Failed"
	switch {
	case r.ctx.Err() != nil:
		kind = s.kind + "StateAborted"
	case s.kind == "Map":
		kind = "MapStateFailed"
	case failure.Name == ErrorTimeout:
		kind = "TaskTimedOut"
	}
	r.record(Event{Type: kind, State: s.name, Item: r.item, Failure: failure, Retried: again, Wait: wait})
}

// attempt performs a Task or a Map once and returns the state's output.
func (r run) attempt(s *state, raw, input any) (result any, failure *Error) {
	if s.kind == "Map" {
		result, failure = r.iterations(s, input)
	} else {
		result, failure = r.task(s, input)
	}
	if failure == nil && s.selector != nil {
		result, failure = s.selector.fill(result, r.context(s, nil))
	}
	if failure != nil {
		return nil, failure
	}
	return r.finish(s, raw, result)
}

// finish makes the output of a state out of its raw input and its result.
func (r run) finish(s *state, raw, result any) (any, *Error) {
	output := raw
	if !s.noResult {
		var ok bool
		if output, ok = s.result.put(raw, result); !ok {
			return nil, &Error{ErrorResultPath, "the ResultPath " + s.result.String() + " does not fit the state's input"}
		}
	}
	output, failure := lookUp(s.output, "OutputPath", output, r.context(s, nil))
	if failure == nil {
		failure = limit(encode(output))
	}
	return output, failure
}

func limit(data []byte) *Error {
	if len(data) <= maxData {
		return nil
	}
	return &Error{ErrorDataLimit, "the data has " + strconv.Itoa(len(data)) + " bytes, and " + strconv.Itoa(maxData) + " are allowed"}
}

func (s *state) choose(input any, context any) (string, *Error) {
	for _, c := range s.choices {
		v, failure := lookUp(c.variable, "Variable", input, context)
		if failure != nil {
			return "", failure
		}
		switch v := v.(type) {
		case string:
			if c.equals != nil && *c.equals == v {
				return c.next, nil
			}
		case json.Number:
			if f, err := v.Float64(); err == nil && c.greater != nil && f > *c.greater {
				return c.next, nil
			}
		}
	}
	if s.fallback == "" {
		return "", &Error{ErrorNoChoice, "no rule of " + s.name + " fits, and there is no Default"}
	}
	return s.fallback, nil
}

// reason makes the error of a Fail state.
func (s *state) reason(input, context any) *Error {
	failure := &Error{}
	for _, part := range []struct {
		from *template
		to   *string
	}{{s.err, &failure.Name}, {s.cause, &failure.Cause}} {
		if part.from == nil {
			continue
		}
		v, missing := part.from.fill(input, context)
		if missing != nil {
			return missing
		}
		text, ok := v.(string)
		if !ok {
			return runtimeError("the %s of %s is no text", part.from.field, s.name)
		}
		*part.to = text
	}
	return failure
}
