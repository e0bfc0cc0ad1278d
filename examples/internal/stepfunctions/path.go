package stepfunctions

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// path is a reference path: it names one place in a JSON document. The zero path is $.
type path struct {
	context bool  // it begins with $$ and goes by the context object
	steps   []any // string for a field, int for an element
}

var errNoReference = errors.New("use a reference path such as $.order.lines[0].id, without wildcards, filters, slices or functions")

// parsePath reads $, $.a.b, $['a'], $.a[0], and the same after $$.
func parsePath(text string) (path, error) {
	var p path
	rest, ok := strings.CutPrefix(text, "$")
	if !ok {
		return p, fmt.Errorf("%q does not begin with $: %w", text, errNoReference)
	}
	rest, p.context = strings.CutPrefix(rest, "$")
	for rest != "" {
		step, tail, err := parseStep(rest)
		if err != nil {
			return p, fmt.Errorf("%q: %w", text, err)
		}
		p.steps, rest = append(p.steps, step), tail
	}
	return p, nil
}

func parseStep(text string) (step any, rest string, err error) {
	if name, ok := strings.CutPrefix(text, "."); ok {
		end := strings.IndexAny(name, ".[")
		if end < 0 {
			end = len(name)
		}
		if name = name[:end]; name == "" || strings.ContainsAny(name, "*@,:?()'\" ]") {
			return nil, "", errNoReference
		}
		return name, text[1+end:], nil
	}
	inside, rest, ok := strings.Cut(strings.TrimPrefix(text, "["), "]")
	if !ok || text[0] != '[' {
		return nil, "", errNoReference
	}
	if n := len(inside); n > 2 && inside[0] == '\'' && inside[n-1] == '\'' && !strings.ContainsAny(inside[1:n-1], `'\`) {
		return inside[1 : n-1], rest, nil
	}
	i, err := strconv.Atoi(inside)
	if err != nil || i < 0 {
		return nil, "", errNoReference
	}
	return i, rest, nil
}

func (p path) String() string {
	text := "$"
	if p.context {
		text = "$$"
	}
	for _, step := range p.steps {
		switch s := step.(type) {
		case int:
			text += fmt.Sprintf("[%d]", s)
		case string:
			text += "." + s
		}
	}
	return text
}

// get returns what lies at the path.
func (p path) get(document any) (any, bool) {
	for _, step := range p.steps {
		switch s := step.(type) {
		case string:
			object, ok := document.(map[string]any)
			if !ok {
				return nil, false
			}
			if document, ok = object[s]; !ok {
				return nil, false
			}
		case int:
			list, ok := document.([]any)
			if !ok || s >= len(list) {
				return nil, false
			}
			document = list[s]
		}
	}
	return document, true
}

// put returns document with value at the path, and leaves document as it is. Objects that are missing on the way are made; what is
// in the way and is no object is a mismatch.
func (p path) put(document, value any) (any, bool) { return putSteps(p.steps, document, value) }

func putSteps(steps []any, document, value any) (any, bool) {
	if len(steps) == 0 {
		return value, true
	}
	switch step := steps[0].(type) {
	case string:
		object, ok := document.(map[string]any)
		if !ok {
			return nil, false
		}
		inner, there := object[step]
		if !there {
			inner = map[string]any{}
		}
		inner, ok = putSteps(steps[1:], inner, value)
		object = maps.Clone(object)
		object[step] = inner
		return object, ok
	case int:
		list, ok := document.([]any)
		if !ok || step >= len(list) {
			return nil, false
		}
		list = slices.Clone(list)
		list[step], ok = putSteps(steps[1:], list[step], value)
		return list, ok
	}
	return nil, false
}

// decode reads a JSON value and keeps its numbers as they are written.
func decode(text []byte) (v any, err error) {
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) { // More is false for a bracket that closes nothing
		return nil, errors.New("there is more than one JSON value")
	}
	return v, nil
}

// encode writes a value that decode has read or that was made of such.
func encode(v any) []byte {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Appendf(nil, "%q", err) // not for what comes out of decode
	}
	return []byte(strings.TrimSuffix(b.String(), "\n"))
}
