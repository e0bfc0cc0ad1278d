package templatetest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Pos is a place in a file.
type Pos struct {
	File string // below the path that Load was given
	Line int    // 1 is the first
}

// String returns file:line.
func (p Pos) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

type kind int

const (
	null kind = iota
	scalar
	list
	mapping
	unknown
)

// Node is what a template says at one place: a value, or an expression that is not resolved.
type Node struct {
	pos    Pos
	kind   kind
	scalar any    // string, float64 or bool
	inJSON string // what CloudFormation makes of a parameter: a text, also of a number
	items  []Node
	blocks bool // the items are Terraform's blocks of one type
	fields map[string]Node
	lost   *UnknownError
}

// Pos returns where the node is written.
func (n Node) Pos() Pos { return n.pos }

// Value returns the node as encoding/json would decode it: a map[string]any, []any, string, float64, bool or nil. If an
// expression in it is not resolved, the error is an [*UnknownError], several joined, and the value is nil.
//
// Terraform's blocks of one type are a list, also if there is one only.
func (n Node) Value() (any, error) {
	switch n.kind {
	case unknown:
		return nil, n.lost
	case scalar:
		return n.scalar, nil
	case list:
		all, errs := make([]any, len(n.items)), make([]error, len(n.items))
		for i, item := range n.items {
			all[i], errs[i] = item.Value()
		}
		if err := errors.Join(errs...); err != nil {
			return nil, err
		}
		return all, nil
	case mapping:
		all := make(map[string]any, len(n.fields))
		var errs []error
		for _, name := range slices.Sorted(maps.Keys(n.fields)) {
			v, err := n.fields[name].Value()
			all[name] = v
			errs = append(errs, err)
		}
		if err := errors.Join(errs...); err != nil {
			return nil, err
		}
		return all, nil
	}
	return nil, nil
}

// Lookup returns what lies under the path: names of attributes, and indexes of lists in decimal. Where Terraform has one block
// of a type, its index can be left out. An attribute that is null counts as absent. The error is a [*MissingError], or an
// [*UnknownError] if the path leads through an expression that is not resolved.
func (n Node) Lookup(path ...string) (Node, error) {
	for _, step := range path {
		next, err := n.step(step)
		if err != nil {
			return Node{}, err
		}
		n = next
	}
	return n, nil
}

func (n Node) step(name string) (Node, error) {
	if n.blocks && len(n.items) == 1 {
		if _, err := strconv.Atoi(name); err != nil {
			n = n.items[0]
		}
	}
	switch n.kind {
	case unknown:
		return Node{}, n.lost
	case mapping:
		if found, ok := n.fields[name]; ok && found.kind != null {
			return found, nil
		}
		return Node{}, &MissingError{n.pos, fmt.Sprintf("there is no %s", name)}
	case list:
		if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(n.items) {
			return n.items[i], nil
		}
		return Node{}, &MissingError{n.pos, fmt.Sprintf("a list of %d has no %s", len(n.items), name)}
	}
	return Node{}, &MissingError{n.pos, fmt.Sprintf("there is no %s in %s", name, n.describe())}
}

// Keys returns the names in a map, sorted. It fails if the node is something else.
func (n Node) Keys() ([]string, error) {
	if n.kind == mapping {
		return slices.Sorted(maps.Keys(n.fields)), nil
	}
	return nil, n.isNo("a map")
}

// Items returns the items of a list. It fails if the node is something else.
func (n Node) Items() ([]Node, error) {
	if n.kind == list {
		return n.items, nil
	}
	return nil, n.isNo("a list")
}

func (n Node) isNo(want string) error {
	if n.kind == unknown {
		return n.lost
	}
	return fmt.Errorf("%s: it is %s, not %s", n.pos, n.describe(), want)
}

func (n Node) describe() string {
	switch n.kind {
	case unknown:
		return "an expression that is not resolved"
	case mapping:
		return "a map"
	case list:
		return "a list"
	case scalar:
		return fmt.Sprintf("the value %v", n.scalar)
	}
	return "null"
}

func unresolved(pos Pos, text, function string) Node {
	return Node{pos: pos, kind: unknown, lost: &UnknownError{Pos: pos, Text: text, Function: function}}
}

// at returns the node as it counts where it is referred to.
func (n Node) at(pos Pos, text string) Node {
	if n.kind == unknown {
		return unresolved(pos, text, n.lost.Function)
	}
	n.pos = pos
	return n
}
