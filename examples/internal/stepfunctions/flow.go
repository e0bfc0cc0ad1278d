package stepfunctions

import (
	"fmt"
	"maps"
	"slices"
)

// shape is what is certain about a JSON value: nil when nothing is, otherwise an object with these fields at least.
type shape map[string]shape

// at returns what is certain about the value at a path, and false if it is certain that it is not there on some way through the
// machine.
func (s shape) at(steps []any) (shape, bool) {
	for _, step := range steps {
		name, isField := step.(string)
		if s == nil || !isField {
			return nil, true
		}
		inner, ok := s[name]
		if !ok {
			return nil, false
		}
		s = inner
	}
	return s, true
}

// with returns the shape after a value of shape v was put at a path.
func (s shape) with(steps []any, v shape) shape {
	if len(steps) == 0 {
		return v
	}
	name, isField := steps[0].(string)
	if s == nil || !isField {
		return s
	}
	s = maps.Clone(s)
	inner, known := s[name]
	if !known {
		inner = shape{}
	}
	s[name] = inner.with(steps[1:], v)
	return s
}

// meet is what is certain when one of two shapes is there. Of a value about which nothing is certain on one way the other way
// decides: what that lacks is missing there.
func meet(a, b shape) shape {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	m := shape{}
	for name, inner := range a {
		if other, ok := b[name]; ok {
			m[name] = meet(inner, other)
		}
	}
	return m
}

func equal(a, b shape) bool {
	return (a == nil) == (b == nil) && maps.EqualFunc(a, b, equal)
}

// flow follows the data through a machine and reports the paths that lead to what no state has put there. A path that leads nowhere
// fails an execution with States.Runtime, which nothing catches. What the first state reads counts as the input's fields.
type flow struct {
	*loader
	in map[string]shape // by state: what is certain when it is entered
}

func (l *loader) flow(g *graph, at string, input shape) {
	f := &flow{l, map[string]shape{}}
	if input == nil {
		input = shape{}
		for _, p := range g.states[g.start].reads() {
			if len(p.steps) == 0 {
				input = nil // it reads all of it, so nothing is certain
				break
			}
			if _, ok := p.steps[0].(string); ok {
				input = input.with(p.steps[:1], nil)
			}
		}
	}
	f.in[g.start] = input
	// What is certain at a state only shrinks, so this ends.
	for open := []string{g.start}; len(open) > 0; open = open[1:] {
		s := g.states[open[0]]
		enter := func(next string, data shape) {
			known, seen := f.in[next]
			if seen {
				data = meet(known, data)
			}
			if !seen || !equal(known, data) {
				f.in[next] = data
				open = append(open, next)
			}
		}
		s.leave(f.in[s.name], enter)
	}
	for _, name := range slices.Sorted(maps.Keys(g.states)) {
		f.check(g.states[name], at+"."+name)
	}
}

// leave hands each next state what is certain there.
func (s *state) leave(in shape, enter func(next string, data shape)) {
	for _, c := range s.catch {
		enter(c.next, in.with(c.result.steps, shape{"Error": nil, "Cause": nil}))
	}
	for _, c := range s.choices {
		enter(c.next, in)
	}
	if s.fallback != "" {
		enter(s.fallback, in)
	}
	if s.next == "" {
		return
	}
	effective, _ := in.at(s.input.steps)
	var result shape
	switch {
	case s.kind == "Pass" && s.parameters != nil:
		result = s.parameters.shape(effective)
	case s.kind == "Pass" && !s.hasFixed:
		result = effective
	case s.selector != nil:
		result = s.selector.shape(nil)
	}
	out := in
	if !s.noResult {
		out = in.with(s.result.steps, result)
	}
	out, _ = out.at(s.output.steps)
	enter(s.next, out)
}

// shape is what is certain about the value that the template makes.
func (t *template) shape(input shape) shape {
	switch {
	case t.kind == 'o':
		s := shape{}
		for name, inner := range t.object {
			s[name] = inner.shape(input)
		}
		return s
	case t.kind == 'p' && !t.path.context:
		s, _ := input.at(t.path.steps)
		return s
	}
	return nil
}

// reads are the paths of its effective input that a state looks up.
func (s *state) reads() []path {
	var paths []path
	if s.kind == "Map" {
		paths = append(paths, s.items)
	}
	for _, c := range s.choices {
		paths = append(paths, c.variable)
	}
	for _, t := range []*template{s.parameters, s.err, s.cause} {
		if t != nil {
			paths = append(paths, t.paths()...)
		}
	}
	return slices.DeleteFunc(paths, func(p path) bool { return p.context })
}

func (t *template) paths() []path {
	if t.path != nil {
		return []path{*t.path}
	}
	var paths []path
	for _, inner := range t.object {
		paths = append(paths, inner.paths()...)
	}
	for _, inner := range t.list {
		paths = append(paths, inner.paths()...)
	}
	return paths
}

func (f *flow) check(s *state, at string) {
	in, reached := f.in[s.name]
	if !reached {
		return // reported already
	}
	missing := map[string]bool{}
	effective, ok := in.at(s.input.steps)
	if !ok {
		missing[s.input.String()] = true
	}
	for _, p := range s.reads() {
		if _, ok := effective.at(p.steps); !ok {
			missing[p.String()] = true
		}
	}
	for _, p := range slices.Sorted(maps.Keys(missing)) {
		f.report(at, fmt.Sprintf("on some way to this state nothing is at %s", p))
	}
	if s.processor != nil {
		var item shape
		if s.parameters != nil {
			item = s.parameters.shape(effective)
		}
		f.flow(s.processor, at+".ItemProcessor.States", item)
	}
}
