package templatetest

import (
	"errors"
	"fmt"
	"strings"
)

// trimPos returns an error's text without the place that it begins with.
func trimPos(err error) string {
	var missing *MissingError
	var lost *UnknownError
	switch {
	case errors.As(err, &missing):
		return missing.What
	case errors.As(err, &lost):
		return fmt.Sprintf("%v: %s", ErrUnknown, lost.Text)
	}
	return err.Error()
}

// optional returns an attribute of a map, if it is there. It reports a map that is not resolved or not one.
func (r *reader) optional(n Node, name, what string) (Node, bool) {
	switch found, err := n.Lookup(name); {
	case err == nil:
		return found, true
	case n.kind == unknown:
		r.report(n.pos, "%s: %s", what, trimPos(err))
	case n.kind != mapping && !n.blocks:
		r.report(n.pos, "%s: it is %s, not a map", what, n.describe())
	}
	return Node{}, false
}

// text returns a text attribute, required or not. ok is false if there is none, and what is wrong has been reported.
func (r *reader) text(n Node, name, what string, required bool) (text string, ok bool) {
	before := len(r.differences)
	found, there := r.optional(n, name, what)
	switch {
	case !there && required && len(r.differences) == before:
		r.report(n.pos, "%s: there is no %s", what, name)
	case !there:
	case found.kind == unknown:
		r.report(found.pos, "%s: %s: %s", what, name, trimPos(found.lost))
	default:
		if text, ok = found.scalar.(string); !ok {
			r.report(found.pos, "%s: %s is %s, not a text", what, name, found.describe())
		}
	}
	return text, ok
}

// flag returns a boolean attribute, false if it is not there or what is wrong has been reported. Both languages take "true" for
// true.
func (r *reader) flag(n Node, name, what string) bool {
	found, there := r.optional(n, name, what)
	if !there {
		return false
	}
	if found.kind == unknown {
		r.report(found.pos, "%s: %s: %s", what, name, trimPos(found.lost))
		return false
	}
	switch v := found.scalar.(type) {
	case bool:
		return v
	case string:
		if v := strings.ToLower(v); v == "true" || v == "false" {
			return v == "true"
		}
	}
	r.report(found.pos, "%s: %s is %s, not true or false", what, name, found.describe())
	return false
}

// items returns the items of a list attribute, none if it is not there. ok is false if it cannot be read, which is reported.
func (r *reader) items(n Node, name, what string) (items []Node, ok bool) {
	found, there := r.optional(n, name, what)
	switch {
	case !there:
		return nil, n.kind == mapping
	case found.kind == unknown:
		r.report(found.pos, "%s: %s: %s", what, name, trimPos(found.lost))
	case found.kind != list:
		r.report(found.pos, "%s: %s is %s, not a list", what, name, found.describe())
	default:
		return found.items, true
	}
	return nil, false
}

// texts returns the texts of a list attribute.
func (r *reader) texts(n Node, name, what string) (texts []string, ok bool) {
	items, ok := r.items(n, name, what)
	for _, item := range items {
		text, is := item.scalar.(string)
		switch {
		case item.kind == unknown:
			r.report(item.pos, "%s: %s: %s", what, name, trimPos(item.lost))
		case !is:
			r.report(item.pos, "%s: %s has %s, not a text", what, name, item.describe())
		}
		ok = ok && is
		texts = append(texts, text)
	}
	return texts, ok
}
