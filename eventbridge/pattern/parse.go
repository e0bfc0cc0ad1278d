package pattern

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// object is a pattern's object as it is written.
type object struct {
	offset int
	fields []field
	groups []group
}

// field is a name with the values that it may have, or with the object that must match.
type field struct {
	name   string
	offset int
	path   string
	tests  []test
	object *object
}

// group is an $or: one of its objects must match.
type group []*object

// misplaced is a mistake at a byte of the pattern.
type misplaced struct {
	offset int
	path   string
	reason string
}

func (e *misplaced) Error() string { return e.reason }

// locate turns the offset of a mistake into the line and column that a person looks for.
func locate(data []byte, err error) error {
	var m *misplaced
	if !errors.As(err, &m) {
		return err
	}
	before := data[:min(m.offset, len(data))]
	return &PatternError{
		Line: 1 + bytes.Count(before, []byte("\n")), Column: len(before) - bytes.LastIndexByte(before, '\n'),
		Path: m.path, Reason: m.reason,
	}
}

// maxDepth bounds the nesting of patterns and of events.
const maxDepth = 1000

// parser reads a pattern token by token, so that each mistake has a place.
type parser struct {
	data   []byte
	tokens *json.Decoder
	depth  int
}

func parse(data []byte) (*object, error) {
	p := &parser{data: data, tokens: json.NewDecoder(bytes.NewReader(data))}
	p.tokens.UseNumber()
	root, err := p.document()
	if err != nil {
		return nil, locate(data, err)
	}
	return root, nil
}

func (p *parser) document() (*object, error) {
	at := p.here()
	token, err := p.next("")
	if err != nil {
		return nil, err
	}
	if token != json.Delim('{') {
		return nil, &misplaced{at, "", "an event pattern is a JSON object"}
	}
	root, err := p.object("", at)
	if err != nil {
		return nil, err
	}
	at = p.here()
	if _, err := p.tokens.Token(); err != io.EOF {
		return nil, &misplaced{at, "", "something follows the pattern"}
	}
	return root, nil
}

// here is where the next token begins.
func (p *parser) here() int {
	at := int(p.tokens.InputOffset())
	for at < len(p.data) && strings.IndexByte(" \t\r\n,:", p.data[at]) >= 0 {
		at++
	}
	return at
}

func (p *parser) next(path string) (json.Token, error) {
	at := p.here()
	token, err := p.tokens.Token()
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, &misplaced{max(int(syntax.Offset)-1, 0), path, "it is not JSON: " + syntax.Error()}
	case err != nil:
		return nil, &misplaced{at, path, "it is not JSON: it ends too early"}
	}
	return token, nil
}

// object reads an object of fields, whose { has been read.
func (p *parser) object(path string, at int) (*object, error) {
	o := &object{offset: at}
	if p.depth++; p.depth > maxDepth {
		return nil, &misplaced{at, path, fmt.Sprintf("it is nested deeper than %d levels", maxDepth)}
	}
	defer func() { p.depth-- }()
	named := map[string]bool{}
	for {
		f := field{offset: p.here()}
		token, err := p.next(path)
		if err != nil {
			return nil, err
		}
		if token == json.Delim('}') {
			break
		}
		f.name = token.(string)
		f.path = strings.TrimPrefix(path+"."+f.name, ".")
		if named[f.name] {
			return nil, &misplaced{f.offset, f.path, "the field is given twice"}
		}
		named[f.name] = true
		if f.name == "$or" {
			if isGroup(p.rest()) {
				g, err := p.group(path)
				if err != nil {
					return nil, err
				}
				o.groups = append(o.groups, g)
				continue
			}
		}
		if err := p.value(&f); err != nil {
			return nil, err
		}
		o.fields = append(o.fields, f)
	}
	if len(o.fields)+len(o.groups) == 0 {
		return nil, &misplaced{at, path, "the object has no fields"}
	}
	return o, nil
}

// value reads what a field must be.
func (p *parser) value(f *field) (err error) {
	at := p.here()
	token, err := p.next(f.path)
	switch {
	case err != nil:
		return err
	case token == json.Delim('{'):
		f.object, err = p.object(f.path, at)
		return err
	case token != json.Delim('['):
		return &misplaced{at, f.path, "a field is matched by a list of values, as in [\"aws.s3\"], or by an object of further fields"}
	}
	for {
		at := p.here()
		token, err := p.next(f.path)
		if err != nil {
			return err
		}
		if token == json.Delim(']') {
			break
		}
		t, err := p.test(token, at, f.path)
		if err != nil {
			return err
		}
		f.tests = append(f.tests, t)
	}
	if len(f.tests) == 0 {
		return &misplaced{at, f.path, "the list of values is empty, so nothing could match"}
	}
	return nil
}

// rest is the pattern behind the last token.
func (p *parser) rest() []byte { return p.data[p.here():] }

// reserved are the names that make an object in an $or's list something else than a pattern.
var reserved = map[string]bool{
	"exactly": true, "prefix": true, "suffix": true, "equals-ignore-case": true, "wildcard": true,
	"anything-but": true, "numeric": true, "cidr": true, "exists": true,
}

// isGroup tells whether the value of "$or" makes it the operator: a list of two objects or more, without names of operators in
// them. Otherwise "$or" is a field's name like others.
func isGroup(rest []byte) bool {
	var list []map[string]json.RawMessage
	if json.NewDecoder(bytes.NewReader(rest)).Decode(&list) != nil || len(list) < 2 {
		return false
	}
	for _, o := range list {
		if o == nil {
			return false
		}
		for name := range o {
			if reserved[name] {
				return false
			}
		}
	}
	return true
}

func (p *parser) group(path string) (group, error) {
	if _, err := p.next(path); err != nil { // [
		return nil, err
	}
	var g group
	for {
		at := p.here()
		token, err := p.next(path)
		if err != nil {
			return nil, err
		}
		if token == json.Delim(']') {
			return g, nil
		}
		o, err := p.object(path, at)
		if err != nil {
			return nil, err
		}
		g = append(g, o)
	}
}
