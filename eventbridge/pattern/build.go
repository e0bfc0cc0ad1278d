package pattern

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Part is a part of a pattern in [New]: a [Field], or an [Or] of parts.
type Part interface{ addTo(*draft) }

// Value is what a field may be. The package's functions make them; a field's values are alternatives.
type Value struct{ json any }

// New makes a pattern of parts, all of which must match. It emits the JSON that a rule needs, and fails with the
// [*PatternError] of [Parse] where the service would refuse that.
func New(parts ...Part) (*Pattern, error) {
	var d draft
	d.add(parts)
	if d.wrong != "" {
		return nil, &PatternError{Line: 1, Column: 1, Reason: d.wrong}
	}
	var text bytes.Buffer
	d.write(&text)
	return Parse(text.Bytes())
}

// Field names a field by its path from the top, with dots between names, and the values that it may have:
//
//	Field("detail.object.key", Suffix(".jpg"), Suffix(".png"))
//
// is {"detail":{"object":{"key":[{"suffix":".jpg"},{"suffix":".png"}]}}}. A name with a dot in it cannot be written so: use
// [Parse].
func Field(path string, values ...Value) Part { return fieldPart{path, values} }

type fieldPart struct {
	path   string
	values []Value
}

func (f fieldPart) addTo(d *draft) {
	list := make([]any, len(f.values))
	for i, v := range f.values {
		list[i] = v.json
	}
	d.set(f.path, strings.Split(f.path, "."), list)
}

// Or matches when one of the alternatives does: two or more, each made by [All] of several parts, or a [Field] alone. A pattern
// has one Or at the top, and each alternative may have one more in its All. A field stands in an Or or beside it, and not in both.
func Or(alternatives ...Part) Part { return orPart(alternatives) }

// All is several parts that must all match, as one alternative of an [Or].
func All(parts ...Part) Part { return allPart(parts) }

type (
	orPart  []Part
	allPart []Part
)

func (o orPart) addTo(d *draft) {
	var list []*draft
	for _, p := range o {
		alternative := &draft{}
		alternative.add([]Part{p})
		if alternative.wrong != "" {
			d.refuse("%s", alternative.wrong)
		}
		list = append(list, alternative)
	}
	if len(list) < 2 {
		d.refuse("an Or needs two alternatives or more")
	}
	d.set("$or", []string{"$or"}, list)
}

func (a allPart) addTo(d *draft) { d.add(a) }

func (d *draft) add(parts []Part) {
	for _, p := range parts {
		if p == nil {
			d.refuse("a part is nil")
			continue
		}
		p.addTo(d)
	}
}

// Exactly is a string as it is, case and all.
func Exactly(s string) Value { return Value{s} }

// Number is a number as it is written: Number("300") does not match 300.0. For numbers that are equal however they are written
// use [Numeric].
func Number(n json.Number) Value { return Value{n} }

// Bool is true or false.
func Bool(b bool) Value { return Value{b} }

// Null is null, which is not the same as absent.
func Null() Value { return Value{nil} }

// Prefix is a string that begins so.
func Prefix(s string) Value { return operator("prefix", s) }

// PrefixFold is a string that begins so when case is ignored.
func PrefixFold(s string) Value { return operator("prefix", named("equals-ignore-case", s)) }

// Suffix is a string that ends so.
func Suffix(s string) Value { return operator("suffix", s) }

// SuffixFold is a string that ends so when case is ignored: what tells pictures by their names, "CAT.JPG" too.
func SuffixFold(s string) Value { return operator("suffix", named("equals-ignore-case", s)) }

// Fold is a string that is the same when case is ignored.
func Fold(s string) Value { return operator("equals-ignore-case", s) }

// Wildcard is a string in which * stands for any characters. \* is a *, and \\ a backslash.
func Wildcard(s string) Value { return operator("wildcard", s) }

// CIDR is an IPv4 or IPv6 address in a network such as "10.0.0.0/24".
func CIDR(network string) Value { return operator("cidr", network) }

// Exists is any value that is no object; of an array, one with an element.
func Exists() Value { return operator("exists", true) }

// Absent is a field that is not there, or is an object.
func Absent() Value { return operator("exists", false) }

// Numeric is a number that compares so: Numeric(">", 0, "<=", 5).
func Numeric(comparisons ...any) Value { return operator("numeric", comparisons) }

// AnythingBut is any value but these: strings or numbers, not both.
func AnythingBut[T string | json.Number | int | int64 | float64](values ...T) Value {
	return operator("anything-but", values)
}

// AnythingButPrefix is any value but strings that begin with one of these. For the other operators that an anything-but takes
// use [Parse].
func AnythingButPrefix(prefixes ...string) Value {
	return operator("anything-but", named("prefix", prefixes))
}

// AnythingButSuffix is any value but strings that end with one of these.
func AnythingButSuffix(suffixes ...string) Value {
	return operator("anything-but", named("suffix", suffixes))
}

// AnythingButWildcard is any value but strings that one of these wildcards matches.
func AnythingButWildcard(wildcards ...string) Value {
	return operator("anything-but", named("wildcard", wildcards))
}

func operator(name string, value any) Value { return Value{named(name, value)} }

func named(name string, value any) any {
	d := &draft{}
	d.set(name, []string{name}, value)
	return d
}

// draft is an object whose names stay in their order.
type draft struct {
	names  []string
	values map[string]any // *draft for an object
	wrong  string         // the first mistake
}

func (d *draft) refuse(format string, a ...any) {
	if d.wrong == "" {
		d.wrong = fmt.Sprintf(format, a...)
	}
}

func (d *draft) set(whole string, path []string, value any) {
	name := path[0]
	if d.values == nil {
		d.values = map[string]any{}
	}
	old, taken := d.values[name]
	inner, isObject := old.(*draft)
	switch {
	case name == "":
		d.refuse("the field %q has a name that is empty", whole)
	case len(path) > 1 && (!taken || isObject):
		if !taken {
			inner = &draft{}
			d.put(name, inner)
		}
		inner.set(whole, path[1:], value)
		if inner.wrong != "" {
			d.refuse("%s", inner.wrong)
		}
	case taken:
		d.refuse("the field %s is given twice, or once with values and once with further fields", whole)
	default:
		d.put(name, value)
	}
}

func (d *draft) put(name string, value any) {
	d.names = append(d.names, name)
	d.values[name] = value
}

func (d *draft) write(w *bytes.Buffer) {
	w.WriteByte('{')
	for i, name := range d.names {
		if i > 0 {
			w.WriteByte(',')
		}
		writeJSON(w, name)
		w.WriteByte(':')
		writeJSON(w, d.values[name])
	}
	w.WriteByte('}')
}

func writeJSON(w *bytes.Buffer, v any) {
	switch v := v.(type) {
	case *draft:
		v.write(w)
		return
	case []*draft:
		list := make([]any, len(v))
		for i := range v {
			list[i] = v[i]
		}
		writeJSON(w, list)
		return
	case []any:
		w.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				w.WriteByte(',')
			}
			writeJSON(w, e)
		}
		w.WriteByte(']')
		return
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		w.WriteString("null") // a comparison of Numeric's that is neither text nor number: Parse refuses null there
		return
	}
	w.Truncate(w.Len() - 1) // the line end
}
