package pattern

import (
	"fmt"
	"slices"
)

// maxAlternatives is how many combinations an event pattern's $or may make (Amazon EventBridge User Guide, "Using $or in
// event patterns").
const maxAlternatives = 1000

// tree is what an event must have, all of it: one combination of the pattern's alternatives.
type tree struct {
	branches []branch
	need     int    // how many branches must be satisfied: those that are not about absence alone
	lengths  uint64 // of the branches' names, a bit for each; the last is for all that are longer
}

// branch is what a field must be: one of the tests must hold, or the object must match.
type branch struct {
	name     string
	tests    []test
	absent   bool // the field must not be there at all
	children *tree
	optional bool // it is about absence alone
}

// clause is one field of a combination, with its whole path.
type clause struct {
	field  *field
	path   []string
	tests  []test
	absent bool
}

// compile works out the combinations of a pattern. Each is an alternative of its own, because fields of one object in an array
// must match in the same element, also where one stands in an $or and the other beside it.
func compile(root *object) ([]*tree, error) {
	combinations, err := combine(root, nil)
	if err != nil {
		return nil, err
	}
	var all []*tree
	for _, clauses := range combinations {
		if err := onceEach(clauses); err != nil {
			return nil, err
		}
		t := &tree{}
		for _, c := range clauses {
			t.add(c.path, c)
		}
		t.count()
		all = append(all, t)
	}
	return all, nil
}

// onceEach refuses a field that a combination has twice, in an $or and beside it mostly. The service's engine keeps the one that
// comes last, and so takes events that the other was to keep out.
func onceEach(clauses []clause) error {
	known := make(map[string]*clause, len(clauses))
	for i := range clauses {
		c := &clauses[i]
		other := known[c.field.path]
		if other == nil {
			known[c.field.path] = c
			continue
		}
		how := "once in an $or and once beside it"
		if !slices.Equal(c.path, other.path) {
			how = "once by a name with dots in it"
		}
		last := c.field
		if other.field.offset > last.offset {
			last = other.field
		}
		return &misplaced{last.offset, last.path,
			"the field is given twice, " + how + ", and the service heeds the last one only: say all of it in one place"}
	}
	return nil
}

func combine(o *object, path []string) ([][]clause, error) {
	all := [][]clause{nil}
	for i := range o.fields {
		f := &o.fields[i]
		own := append(slices.Clone(path), f.name)
		var ways [][]clause
		if f.object != nil {
			var err error
			if ways, err = combine(f.object, own); err != nil {
				return nil, err
			}
		} else {
			ways = leafWays(own, f)
		}
		if all = product(all, ways); len(all) > maxAlternatives {
			return nil, tooMany(f.offset)
		}
	}
	for _, g := range o.groups {
		var ways [][]clause
		for _, alternative := range g {
			more, err := combine(alternative, path)
			if err != nil {
				return nil, err
			}
			if ways = append(ways, more...); len(ways) > maxAlternatives {
				return nil, tooMany(o.offset)
			}
		}
		if all = product(all, ways); len(all) > maxAlternatives {
			return nil, tooMany(o.offset)
		}
	}
	return all, nil
}

func tooMany(offset int) error {
	return &misplaced{offset, "", fmt.Sprintf("the pattern has more than %d combinations of alternatives", maxAlternatives)}
}

// leafWays are the ways for a field to match: to be absent is another one than to have a value.
func leafWays(path []string, f *field) (ways [][]clause) {
	var values []test
	absent := false
	for _, t := range f.tests {
		if t.op == opAbsent {
			absent = true
		} else {
			values = append(values, t)
		}
	}
	if len(values) > 0 {
		ways = append(ways, []clause{{field: f, path: path, tests: values}})
	}
	if absent {
		ways = append(ways, []clause{{field: f, path: path, absent: true}})
	}
	return ways
}

// product joins each of the combinations with each of the ways.
func product(all, ways [][]clause) [][]clause {
	var joined [][]clause
	for _, c := range all {
		for _, w := range ways {
			joined = append(joined, append(slices.Clone(c), w...))
		}
		if len(joined) > maxAlternatives {
			break
		}
	}
	return joined
}

// add puts a clause in its place. Clauses below one name share its branch, so that they are about the same object.
func (t *tree) add(path []string, c clause) {
	if len(path) == 1 {
		t.branches = append(t.branches, branch{name: path[0], tests: c.tests, absent: c.absent})
		return
	}
	i := slices.IndexFunc(t.branches, func(b branch) bool { return b.name == path[0] && b.children != nil })
	if i < 0 {
		i = len(t.branches)
		t.branches = append(t.branches, branch{name: path[0], children: &tree{}})
	}
	t.branches[i].children.add(path[1:], c)
}

// count finds out what has to be satisfied.
func (t *tree) count() {
	for i := range t.branches {
		b := &t.branches[i]
		t.lengths |= 1 << min(len(b.name), 63)
		if b.children != nil {
			b.children.count()
			b.optional = b.children.need == 0
		} else {
			b.optional = b.absent
		}
		if !b.optional {
			t.need++
		}
	}
}
