package templatetest

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// expression resolves what literals, variables and locals tell, part by part: one unknown in an object leaves the rest known.
func (m *module) expression(e hclsyntax.Expression) Node {
	pos := m.pos(e.Range())
	switch e := e.(type) {
	case *hclsyntax.ParenthesesExpr:
		return m.expression(e.Expression)
	case *hclsyntax.TemplateWrapExpr:
		return m.expression(e.Wrapped) // "${x}" is x
	case *hclsyntax.TupleConsExpr:
		items := make([]Node, len(e.Exprs))
		for i, item := range e.Exprs {
			items[i] = m.expression(item)
		}
		return Node{pos: pos, kind: list, items: items}
	case *hclsyntax.ObjectConsExpr:
		return m.object(e)
	case *hclsyntax.FunctionCallExpr:
		if v, ok := m.call(e); ok {
			return v
		}
	case *hclsyntax.ScopeTraversalExpr:
		if v, ok := m.follow(e.Traversal); ok {
			return v.at(pos, m.text(e.Range()))
		}
	default:
		if v, ok := m.evaluate(e); ok {
			return fromCty(v, pos)
		}
	}
	return unresolved(pos, m.text(e.Range()), "")
}

func (m *module) object(e *hclsyntax.ObjectConsExpr) Node {
	pos := m.pos(e.Range())
	fields := make(map[string]Node, len(e.Items))
	for _, item := range e.Items {
		key, ok := m.evaluate(item.KeyExpr)
		if !ok || key.IsNull() || key.Type() != cty.String {
			return unresolved(pos, m.text(e.Range()), "")
		}
		v := m.expression(item.ValueExpr)
		v.pos = m.pos(item.KeyExpr.Range())
		fields[key.AsString()] = v
	}
	return Node{pos: pos, kind: mapping, fields: fields}
}

// follow returns what a reference to a variable or a local stands for, or to a part of one.
func (m *module) follow(t hcl.Traversal) (Node, bool) {
	if len(t) < 2 || t.IsRelative() {
		return Node{}, false
	}
	first, ok := t[1].(hcl.TraverseAttr)
	if !ok {
		return Node{}, false
	}
	name := t.RootName() + "." + first.Name
	e, ok := m.values[name]
	if !ok || m.resolving[name] {
		return Node{}, false
	}
	m.resolving[name] = true
	defer delete(m.resolving, name)
	v := m.expression(e)
	for _, step := range t[2:] {
		var key string
		switch s := step.(type) {
		case hcl.TraverseAttr:
			key = s.Name
		case hcl.TraverseIndex:
			text, ok := textOf(s.Key)
			if !ok {
				return Node{}, false
			}
			key = text
		default:
			return Node{}, false
		}
		next, err := v.Lookup(key)
		if err != nil {
			return Node{}, false
		}
		v = next
	}
	return v, true
}

// evaluate computes an expression of literals, variables and locals. Functions are not known.
func (m *module) evaluate(e hclsyntax.Expression) (cty.Value, bool) {
	scopes := map[string]map[string]cty.Value{"var": {}, "local": {}, "path": {}}
	for _, t := range e.Variables() {
		scope, ok := scopes[t.RootName()]
		if !ok || len(t) < 2 {
			return cty.NilVal, false
		}
		name, ok := t[1].(hcl.TraverseAttr)
		if !ok {
			return cty.NilVal, false
		}
		node, ok := m.follow(t[:2])
		if !ok {
			return cty.NilVal, false
		}
		v, err := node.Value()
		if err != nil {
			return cty.NilVal, false
		}
		scope[name.Name] = toCty(v)
	}
	variables := map[string]cty.Value{}
	for name, scope := range scopes {
		variables[name] = cty.ObjectVal(scope)
	}
	v, diagnostics := e.Value(&hcl.EvalContext{Variables: variables})
	if diagnostics.HasErrors() || !v.IsWhollyKnown() {
		return cty.NilVal, false
	}
	return v, true
}

// textOf returns an index of a list or a key of a map as a step of a path.
func textOf(v cty.Value) (string, bool) {
	switch {
	case !v.IsKnown() || v.IsNull():
		return "", false
	case v.Type() == cty.String:
		return v.AsString(), true
	case v.Type() == cty.Number:
		return v.AsBigFloat().Text('f', -1), true
	}
	return "", false
}

// fromCty makes a node of a value that is known.
func fromCty(v cty.Value, pos Pos) Node {
	n := Node{pos: pos}
	switch t := v.Type(); {
	case v.IsNull():
	case t == cty.String:
		n.kind, n.scalar = scalar, v.AsString()
	case t == cty.Bool:
		n.kind, n.scalar = scalar, v.True()
	case t == cty.Number:
		f, _ := v.AsBigFloat().Float64()
		n.kind, n.scalar = scalar, f
	case t.IsObjectType() || t.IsMapType():
		n.kind, n.fields = mapping, map[string]Node{}
		for key, item := range v.AsValueMap() {
			n.fields[key] = fromCty(item, pos)
		}
	default: // a list, a set or a tuple
		n.kind = list
		for _, item := range v.AsValueSlice() {
			n.items = append(n.items, fromCty(item, pos))
		}
	}
	return n
}

// toCty makes a value of what Node.Value returns.
func toCty(v any) cty.Value {
	switch v := v.(type) {
	case string:
		return cty.StringVal(v)
	case bool:
		return cty.BoolVal(v)
	case float64:
		return cty.NumberFloatVal(v)
	case []any:
		all := make([]cty.Value, len(v))
		for i, item := range v {
			all[i] = toCty(item)
		}
		return cty.TupleVal(all)
	case map[string]any:
		all := make(map[string]cty.Value, len(v))
		for key, item := range v {
			all[key] = toCty(item)
		}
		return cty.ObjectVal(all)
	}
	return cty.NullVal(cty.DynamicPseudoType)
}
