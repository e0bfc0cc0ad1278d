package stepfunctions

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// loader collects what is wrong with a definition.
type loader struct{ errs []error }

func (l *loader) report(at, problem string) {
	l.errs = append(l.errs, &DefinitionError{strings.TrimPrefix(at, "."), problem})
}

// object is a JSON object of a definition. Fields that nobody takes out of it are reported by done.
type object struct {
	*loader
	at     string
	fields map[string]any
}

func (l *loader) object(at string, v any) *object {
	fields, ok := v.(map[string]any)
	if !ok {
		l.report(at, "it must be an object")
	}
	return &object{l, at, maps.Clone(fields)}
}

func (o *object) wrong(field, format string, args ...any) {
	o.report(o.at+"."+field, fmt.Sprintf(format, args...))
}

func (o *object) take(field string) (any, bool) {
	v, ok := o.fields[field]
	delete(o.fields, field)
	return v, ok
}

func (o *object) text(field string) (string, bool) {
	v, ok := o.take(field)
	text, isText := v.(string)
	if ok && (!isText || text == "") {
		o.wrong(field, "it must be a text that is not empty")
	}
	return text, ok
}

// number reads a number between least and most; otherwise stands for one that is missing.
func (o *object) number(field string, otherwise, least, most float64, whole bool) float64 {
	v, ok := o.take(field)
	if !ok {
		return otherwise
	}
	n, isNumber := v.(json.Number)
	f, err := n.Float64()
	if !isNumber || err != nil || f < least || f > most || whole && f != float64(int64(f)) {
		kind := "number"
		if whole {
			kind = "whole number"
		}
		o.wrong(field, "%v: use a %s from %v to %.0f", v, kind, least, most)
		return otherwise
	}
	return f
}

func (o *object) list(field string) []any {
	v, ok := o.take(field)
	list, isList := v.([]any)
	if ok && (!isList || len(list) == 0) {
		o.wrong(field, "it must be a list that is not empty")
	}
	return list
}

func (o *object) path(field string, use pathUse) path {
	text, ok := o.text(field)
	if !ok {
		return path{}
	}
	p, err := use.parse(text)
	if err != nil {
		o.wrong(field, "%v", err)
	}
	return p
}

func (o *object) template(field string, use pathUse) *template {
	v, ok := o.take(field)
	if !ok {
		return nil
	}
	return newTemplate(v, o.at+"."+field, use, o.report)
}

// done reports the fields that are left.
func (o *object) done() {
	for _, field := range slices.Sorted(maps.Keys(o.fields)) {
		o.wrong(field, "this field is not known here")
	}
}

// duplicates finds fields that an object has twice, of which a decoder would keep the last in silence.
func (l *loader) duplicates(definition string) error {
	d := json.NewDecoder(strings.NewReader(definition))
	d.UseNumber()
	if err := l.walk(d, ""); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more than one JSON value")
	}
	return nil
}

func (l *loader) walk(d *json.Decoder, at string) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for i := 0; (token == json.Delim('{') || token == json.Delim('[')) && d.More(); i++ {
		inner := fmt.Sprintf("%s[%d]", at, i)
		if token == json.Delim('{') {
			name, err := d.Token()
			if err != nil {
				return err
			}
			if inner = fmt.Sprintf("%s.%s", at, name); seen[inner] {
				l.report(inner, "the name is there twice")
			}
			seen[inner] = true
		}
		if err := l.walk(d, inner); err != nil {
			return err
		}
	}
	if token == json.Delim('{') || token == json.Delim('[') {
		_, err = d.Token()
	}
	return err
}
