package stepfunctions

import (
	"context"
	"encoding/json"
	"strconv"
	"sync"
)

// maxInline is how many iterations of an inline Map run at once without MaxConcurrency.
const maxInline = 40

// iterations runs a Map's processor for each item. The first iteration that fails stops the others before their next state, and
// fails the Map with its error; a function that one of them has called goes on.
func (r run) iterations(s *state, input any) (any, *Error) {
	outer := r.context(s, nil)
	v, failure := lookUp(s.items, "ItemsPath", input, outer)
	if failure != nil {
		return nil, failure
	}
	items, ok := v.([]any)
	if !ok {
		return nil, runtimeError("the ItemsPath %s of %s leads to no array", s.items, s.name)
	}
	r.record(Event{Type: "MapStateStarted", State: s.name, Item: r.item})
	ctx, stop := context.WithCancel(r.ctx)
	defer stop()
	var (
		running sync.WaitGroup
		once    sync.Once
		first   *Error
		results = make([]any, len(items))
		slots   = make(chan struct{}, s.slots())
	)
	for i, item := range items {
		slots <- struct{}{} // an iteration always ends
		if ctx.Err() != nil {
			break
		}
		running.Go(func() {
			defer func() { <-slots }()
			iteration := run{r.Execution, ctx, r.input, i}
			var failure *Error
			if results[i], failure = iteration.iterate(s, input, i, item); failure != nil {
				once.Do(func() { first = failure; stop() })
			}
		})
	}
	running.Wait()
	if first != nil || r.ctx.Err() != nil {
		if first == nil {
			first = r.aborted()
		}
		return nil, first
	}
	r.record(Event{Type: "MapStateSucceeded", State: s.name, Item: r.item})
	return results, nil
}

func (s *state) slots() int {
	if s.concurrency == 0 || s.concurrency > maxInline {
		return maxInline
	}
	return s.concurrency
}

// iterate runs one iteration.
func (r run) iterate(s *state, input any, i int, item any) (any, *Error) {
	r.record(Event{Type: "MapIterationStarted", State: s.name, Item: i})
	selected := item
	if s.parameters != nil {
		context := r.context(s, map[string]any{"Map": map[string]any{
			"Item": map[string]any{"Index": json.Number(strconv.Itoa(i)), "Value": item},
		}})
		var failure *Error
		if selected, failure = s.parameters.fill(input, context); failure != nil {
			return nil, failure
		}
	}
	output, failure := r.states(s.processor, selected)
	kind := "MapIterationSucceeded"
	switch {
	case failure != nil && r.ctx.Err() != nil:
		kind = "MapIterationAborted"
	case failure != nil:
		kind = "MapIterationFailed"
	}
	r.record(Event{Type: kind, State: s.name, Item: i, Failure: failure})
	return output, failure
}
