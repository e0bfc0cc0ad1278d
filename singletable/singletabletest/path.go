package singletabletest

import (
	"strconv"
	"strings"
)

const (
	maxPathParts = 32
	maxListIndex = 1<<31 - 1
)

// path is a document path with its names resolved.
type path []step

// step is an attribute's name or, where that is empty, an index into a list.
type step struct {
	name  string
	index int
}

func parseIndex(digits string) (int, error) {
	index, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || index > maxListIndex {
		return 0, validation("List index is not within the allowable range; index: [%s]", digits)
	}
	return int(index), nil
}

// String writes a path as error messages do: [a, b, [0]].
func (p path) String() string {
	parts := make([]string, len(p))
	for i, s := range p {
		if parts[i] = s.name; s.name == "" {
			parts[i] = "[" + strconv.Itoa(s.index) + "]"
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// find returns the value at the path, or nil.
func (p path) find(item mapValue) value {
	var v value = item
	for _, s := range p {
		switch in := v.(type) {
		case mapValue:
			if s.name == "" {
				return nil
			}
			v = in[s.name]
		case listValue:
			if s.name != "" || s.index >= len(in) {
				return nil
			}
			v = in[s.index]
		default:
			return nil
		}
	}
	return v
}

func (p path) equal(q path) bool {
	if len(p) != len(q) {
		return false
	}
	for i := range p {
		if p[i] != q[i] {
			return false
		}
	}
	return true
}

// pathTree is a set of paths of which none leads to another or into another, with something at the end of each.
type pathTree[T any] struct {
	first    path // the first path that went through here
	end      bool
	at       T // where end is set
	children map[step]*pathTree[T]
}

// insert adds a path, or returns an error that names the path that is in its way.
func (t *pathTree[T]) insert(p path, at T) error {
	for _, s := range p {
		if t.end {
			return pathError("overlap", t.first, p)
		}
		for other, child := range t.children {
			if (other.name == "") != (s.name == "") {
				return pathError("conflict", child.first, p)
			}
			break // the children are all names or all indexes
		}
		child := t.children[s]
		if child == nil {
			if t.children == nil {
				t.children = map[step]*pathTree[T]{}
			}
			child = &pathTree[T]{first: p}
			t.children[s] = child
		}
		t = child
	}
	if t.end || t.children != nil {
		return pathError("overlap", t.first, p)
	}
	t.end, t.at = true, at
	return nil
}

func pathError(problem string, one, two path) error {
	return validation("Two document paths %s with each other; must remove or rewrite one of these paths; path one: %s, path two: %s", problem, one, two)
}
