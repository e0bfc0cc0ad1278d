package stepfunctions

import (
	"fmt"
	"strings"
)

// template is a payload template: a JSON value in which a field "x.$" has the path of x's value.
type template struct {
	value  any                  // of a leaf
	path   *path                // of a leaf that is looked up
	field  string               // under which the path stands, for messages
	object map[string]*template // without ".$"
	list   []*template
	kind   byte // 'v', 'p', 'o', 'l'
}

// newTemplate compiles a value that decode has read. report is told what is wrong and where.
func newTemplate(v any, at string, use pathUse, report func(at, problem string)) *template {
	switch v := v.(type) {
	case map[string]any:
		t := &template{kind: 'o', object: map[string]*template{}}
		for name, inner := range v {
			plain, dynamic := strings.CutSuffix(name, ".$")
			if _, twice := t.object[plain]; twice {
				report(at+"."+plain, "it is there with and without .$: leave one out")
			}
			if !dynamic {
				t.object[plain] = newTemplate(inner, at+"."+name, use, report)
				continue
			}
			text, ok := inner.(string)
			if !ok {
				report(at+"."+name, "it must be a path, as its name ends with .$")
				continue
			}
			p, err := use.parse(text)
			if err != nil {
				report(at+"."+name, err.Error())
			}
			t.object[plain] = &template{kind: 'p', path: &p, field: name}
		}
		return t
	case []any:
		t := &template{kind: 'l'}
		for i, inner := range v {
			t.list = append(t.list, newTemplate(inner, fmt.Sprintf("%s[%d]", at, i), use, report))
		}
		return t
	default:
		return &template{kind: 'v', value: v}
	}
}

// fill makes the value.
func (t *template) fill(input, context any) (any, *Error) {
	switch t.kind {
	case 'p':
		return lookUp(*t.path, t.field, input, context)
	case 'o':
		object := make(map[string]any, len(t.object))
		for name, inner := range t.object {
			v, err := inner.fill(input, context)
			if err != nil {
				return nil, err
			}
			object[name] = v
		}
		return object, nil
	case 'l':
		list := make([]any, len(t.list))
		for i, inner := range t.list {
			v, err := inner.fill(input, context)
			if err != nil {
				return nil, err
			}
			list[i] = v
		}
		return list, nil
	default:
		return t.value, nil
	}
}

func lookUp(p path, field string, input, context any) (any, *Error) {
	document := input
	if p.context {
		document = context
	}
	v, ok := p.get(document)
	if !ok {
		return nil, runtimeError("the path %s of %s leads nowhere in the state's input", p, field)
	}
	return v, nil
}

// pathUse says which paths may stand at a place.
type pathUse struct {
	contextless bool // not of the context object
	token, item bool // $$.Task.Token and $$.Map.Item are there
}

func (u pathUse) parse(text string) (path, error) {
	p, err := parsePath(text)
	if strings.HasPrefix(text, "States.") {
		return p, fmt.Errorf("%q: intrinsic functions are not known here", text)
	}
	if err != nil || !p.context {
		return p, err
	}
	if u.contextless {
		return p, fmt.Errorf("%q: the context object cannot be used here", text)
	}
	known := []string{"$$.Execution.Id", "$$.Execution.Name", "$$.Execution.Input", "$$.StateMachine.Name", "$$.State.Name"}
	if u.token {
		known = append(known, "$$.Task.Token")
	}
	if u.item {
		known = append(known, "$$.Map.Item.Index", "$$.Map.Item.Value")
	}
	for _, k := range known {
		deeper := k == "$$.Execution.Input" || k == "$$.Map.Item.Value"
		if text == k || deeper && (strings.HasPrefix(text, k+".") || strings.HasPrefix(text, k+"[")) {
			return p, nil
		}
	}
	return p, fmt.Errorf("%q is not in the context object here, which has %s", text, strings.Join(known, ", "))
}
