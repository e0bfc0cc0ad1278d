package singletabletest

import (
	"maps"
	"slices"
)

// projection is a compiled projection expression.
type projection struct {
	tree  pathTree[struct{}]
	names []string // of the attributes at the top, in the order of the expression
}

const parameterProjection = "ProjectionExpression"

// compileProjection returns nil for a nil expression.
func compileProjection(source *string, s *substitutions) (*projection, error) {
	if source == nil {
		return nil, nil
	}
	nodes, err := parse(*source, (*parser).projection)
	if err != nil {
		return nil, inExpression(parameterProjection, err)
	}
	p := &projection{}
	for _, n := range nodes {
		resolved, err := s.path(n)
		if err != nil {
			return nil, inExpression(parameterProjection, err)
		}
		if err := p.tree.insert(resolved, struct{}{}); err != nil {
			return nil, inExpression(parameterProjection, err)
		}
		if !slices.Contains(p.names, resolved[0].name) {
			p.names = append(p.names, resolved[0].name)
		}
	}
	return p, nil
}

// inExpression says which parameter an error is about.
func inExpression(parameter string, err error) error {
	return validation("Invalid %s: %s", parameter, message(err))
}

// apply returns the parts of an item that the expression names; a nil projection is the whole item.
func (p *projection) apply(item mapValue) mapValue {
	if p == nil || item == nil {
		return item
	}
	if projected, ok := project(&p.tree, item).(mapValue); ok {
		return projected
	}
	return mapValue{}
}

// project returns the parts of v that the tree names, or nil if there are none. Elements of a list move together.
func project(t *pathTree[struct{}], v value) value {
	if t.end {
		return v
	}
	switch v := v.(type) {
	case mapValue:
		projected := make(mapValue, len(t.children))
		for s, child := range t.children {
			if e, ok := v[s.name]; ok && s.name != "" {
				if part := project(child, e); part != nil {
					projected[s.name] = part
				}
			}
		}
		if len(projected) > 0 {
			return projected
		}
	case listValue:
		var projected listValue
		for _, s := range slices.SortedFunc(maps.Keys(t.children), compareIndex) {
			if s.name == "" && s.index < len(v) {
				if part := project(t.children[s], v[s.index]); part != nil {
					projected = append(projected, part)
				}
			}
		}
		if len(projected) > 0 {
			return projected
		}
	}
	return nil
}

func compareIndex(a, b step) int { return a.index - b.index }
