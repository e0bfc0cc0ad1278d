package singletabletest

import (
	"maps"
	"slices"
)

const parameterUpdate = "UpdateExpression"

var (
	errUpdatePath    = validation("The document path provided in the update expression is invalid for update")
	errUpdateMissing = validation("The provided expression refers to an attribute that does not exist in the item")
	errUpdateKind    = validation("An operand in the update expression has an incorrect data type")
)

// update is a compiled update expression.
type update struct {
	actions []updateAction
	tree    pathTree[int] // the index of the action at each path
	nested  []path        // all paths of more than one part
}

// updateAction computes what is to be at its path: a value, or nil for nothing. All actions see the item as it was.
type updateAction struct {
	path   path
	result updateOperand
}

// updateOperand is a compiled operand of an update, which fails where the item has not what it needs.
type updateOperand func(item mapValue) (value, error)

// compileUpdate returns nil for a nil expression.
func compileUpdate(source *string, s *substitutions) (*update, error) {
	if source == nil {
		return nil, nil
	}
	n, err := parse(*source, (*parser).update)
	if err != nil {
		return nil, inExpression(parameterUpdate, err)
	}
	c := &updateCompiler{checker: checker{substitutions: s}, update: &update{}}
	if err := c.compile(n); err != nil {
		return nil, inExpression(parameterUpdate, err)
	}
	c.update.nested, s.nested = s.nested, nil
	return c.update, nil
}

// apply returns the updated item. The old one stays as it is, and shares with the new one what did not change.
func (u *update) apply(item mapValue) (mapValue, error) {
	if u == nil {
		return item, nil
	}
	results := make([]value, len(u.actions))
	for i, a := range u.actions {
		v, err := a.result(item)
		if err != nil {
			return nil, err
		}
		results[i] = v
	}
	updated, err := rebuildMap(&u.tree, item, results)
	if err != nil {
		return nil, err
	}
	return updated, nil
}

// rebuild returns v with the results of the actions below the tree.
func rebuild(t *pathTree[int], v value, results []value) (value, error) {
	switch v := v.(type) {
	case mapValue:
		return rebuildMap(t, v, results)
	case listValue:
		return rebuildList(t, v, results)
	}
	return nil, errUpdatePath
}

func rebuildMap(t *pathTree[int], old mapValue, results []value) (mapValue, error) {
	updated := maps.Clone(old)
	for s, child := range t.children {
		if s.name == "" {
			return nil, errUpdatePath
		}
		v, err := resultAt(child, old[s.name], results)
		if err != nil {
			return nil, err
		}
		if v == nil {
			delete(updated, s.name)
		} else {
			updated[s.name] = v
		}
	}
	return updated, nil
}

// rebuildList changes elements in place, appends what is set behind the end in the order of the indexes, and at last
// takes out what is removed, so that every index counts from the old list.
func rebuildList(t *pathTree[int], old listValue, results []value) (listValue, error) {
	updated := slices.Clone(old)
	for _, s := range slices.SortedFunc(maps.Keys(t.children), compareIndex) {
		if s.name != "" {
			return nil, errUpdatePath
		}
		var before value
		if s.index < len(old) {
			before = old[s.index]
		}
		v, err := resultAt(t.children[s], before, results)
		switch {
		case err != nil:
			return nil, err
		case s.index < len(old):
			updated[s.index] = v
		case v != nil:
			updated = append(updated, v)
		}
	}
	return slices.DeleteFunc(updated, func(v value) bool { return v == nil }), nil
}

// resultAt is what comes to stand where old is.
func resultAt(t *pathTree[int], old value, results []value) (value, error) {
	if t.end {
		return results[t.at], nil
	}
	return rebuild(t, old, results)
}

// touched picks the attributes of an item of which an action's path leads to something: what UPDATED_OLD and
// UPDATED_NEW return.
func (u *update) touched(item mapValue) mapValue {
	touched := mapValue{}
	if u == nil {
		return touched
	}
	for _, a := range u.actions {
		if a.path.find(item) != nil {
			touched[a.path[0].name] = item[a.path[0].name]
		}
	}
	return touched
}
