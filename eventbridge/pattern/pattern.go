package pattern

import (
	"bytes"
	"encoding/json"
)

// Pattern is an event pattern that has been checked. It does not change and is safe for concurrent use. [Parse] and [New] make
// one; the zero value matches no event.
type Pattern struct {
	text         []byte // compact JSON
	alternatives []*tree
}

// Parse reads an event pattern: the JSON of a rule's event_pattern (Amazon EventBridge User Guide, "Creating Amazon EventBridge
// event patterns"). The error is a [*PatternError] with the place of the first mistake.
func Parse(data []byte) (*Pattern, error) {
	root, err := parse(data)
	if err != nil {
		return nil, err
	}
	alternatives, err := compile(root)
	if err != nil {
		return nil, locate(data, err)
	}
	var text bytes.Buffer
	if err := json.Compact(&text, data); err != nil {
		return nil, err // parse has found everything that could be
	}
	return &Pattern{text.Bytes(), alternatives}, nil
}

// Must returns p, and panics if err is not nil. It is for patterns that stand in the program, as in
//
//	var uploads = pattern.Must(pattern.New(…))
func Must(p *Pattern, err error) *Pattern {
	if err != nil {
		panic(err)
	}
	return p
}

// Match reports whether the pattern matches an event, given as its JSON. It fails with an [*EventError] when that is no JSON
// object. Names of one object must differ, as they do in what EventBridge delivers.
func (p *Pattern) Match(event []byte) (bool, error) {
	for _, t := range p.alternatives {
		s := scanner{data: event}
		matched, err := s.match(t)
		if err != nil || matched {
			return matched, err
		}
	}
	return false, nil
}

// String returns the pattern's JSON in one line, for a rule's event_pattern, with its fields in the order in which they were given:
// patterns that mean the same may differ in it.
func (p *Pattern) String() string { return string(p.text) }

// MarshalJSON returns the pattern's JSON.
func (p *Pattern) MarshalJSON() ([]byte, error) {
	if p.text == nil {
		return []byte("null"), nil
	}
	return bytes.Clone(p.text), nil
}

// UnmarshalJSON reads a pattern as [Parse] does.
func (p *Pattern) UnmarshalJSON(data []byte) error {
	parsed, err := Parse(data)
	if err == nil {
		*p = *parsed
	}
	return err
}
