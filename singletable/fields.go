package singletable

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
)

// attribute is a field of an entity as feature/dynamodb/attributevalue sees it.
type attribute struct {
	name     string
	field    reflect.StructField // Index leads from the entity to the field
	tagged   bool                // the name is from the dynamodbav tag
	unixTime bool
	pointer  bool // the way to the field leads through an embedded pointer, which may be nil
}

// fields are the top-level attributes of an entity type.
type fields struct {
	entity reflect.Type
	byName map[string]attribute
}

var (
	marshaler   = reflect.TypeFor[attributevalue.Marshaler]()
	unmarshaler = reflect.TypeFor[attributevalue.Unmarshaler]()

	// numberText is what tells attributevalue that a string is a number: json.Number and attributevalue.Number.
	numberText = reflect.TypeFor[interface {
		Float64() (float64, error)
		Int64() (int64, error)
		String() string
	}]()
)

// customised tells whether a type's values are encoded or decoded by methods of its own.
func customised(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(marshaler) || p.Implements(unmarshaler)
}

// fieldsOf finds the attributes by attributevalue's rules: embedded structs without a tag name are flattened; of several
// fields with one name the shallowest counts, and among those the tagged one; if that leaves several, none does.
func fieldsOf(t reflect.Type) (fields, error) {
	if t.Kind() != reflect.Struct {
		return fields{}, fmt.Errorf("singletable: %s is no struct: entities are structs, given by value", t)
	}
	if customised(t) {
		return fields{}, fmt.Errorf("singletable: %s encodes or decodes itself, by a method of its own or of an embedded field: "+
			"an entity's fields must become attributes one by one", t)
	}
	var all []attribute
	type embedded struct {
		t       reflect.Type
		index   []int
		pointer bool
		times   int // how often the type is embedded at this depth: its fields hide each other
	}
	seen := map[reflect.Type]bool{}
	for level := []embedded{{t: t, times: 1}}; len(level) > 0; {
		var next []embedded
		for _, e := range level {
			if seen[e.t] {
				continue
			}
			seen[e.t] = true
			for i := range e.t.NumField() {
				f := e.t.Field(i)
				name, options, _ := strings.Cut(f.Tag.Get("dynamodbav"), ",")
				if !f.IsExported() && !f.Anonymous || name == "-" {
					continue
				}
				f.Index = append(slices.Clone(e.index), i)
				inner, pointer := f.Type, false
				if inner.Kind() == reflect.Pointer && inner.Name() == "" {
					inner, pointer = inner.Elem(), true
				}
				if f.Anonymous && name == "" && inner.Kind() == reflect.Struct {
					same := slices.IndexFunc(next, func(n embedded) bool { return n.t == inner })
					if same >= 0 {
						next[same].times++
					} else {
						next = append(next, embedded{inner, f.Index, e.pointer || pointer, e.times})
					}
					continue
				}
				a := attribute{
					name: cmp.Or(name, f.Name), field: f, tagged: name != "", pointer: e.pointer,
					unixTime: slices.Contains(strings.Split(options, ","), "unixtime"),
				}
				all = append(all, a)
				if e.times > 1 {
					all = append(all, a)
				}
			}
		}
		level = next
	}
	result := fields{t, make(map[string]attribute, len(all))}
	for _, a := range all {
		if d, ok := dominant(all, a.name); ok {
			result.byName[a.name] = d
		}
	}
	return result, nil
}

// dominant returns the one of the fields with a name that counts, if one does.
func dominant(all []attribute, name string) (attribute, bool) {
	var best attribute
	n := 0
	for _, a := range all {
		if a.name != name {
			continue
		}
		order := -1
		if n > 0 {
			order = cmp.Compare(len(a.field.Index), len(best.field.Index))
			if order == 0 && a.tagged != best.tagged {
				order = 1
				if a.tagged {
					order = -1
				}
			}
		}
		switch {
		case order < 0:
			best, n = a, 1
		case order == 0:
			n++
		}
	}
	return best, n == 1
}

// inKey returns the attribute that a key pattern names, if it can be part of a key: what is stored must come back as it was,
// or an entity that was read would have another key.
func (f fields) inKey(name string) (attribute, error) {
	a, ok := f.byName[name]
	switch {
	case !ok:
		return a, fmt.Errorf("%s has no such attribute; it has %s", f.entity, strings.Join(f.names(), ", "))
	case a.pointer:
		return a, fmt.Errorf("it lies behind an embedded pointer, which may be nil")
	case a.unixTime:
		return a, fmt.Errorf("unixtime stores whole seconds only: use a time.Time without it, or an integer")
	case customised(a.field.Type):
		return a, fmt.Errorf("a %s encodes or decodes itself, so that what is read may make another key", a.field.Type)
	case a.field.Type.Kind() == reflect.String && a.field.Type.Implements(numberText):
		return a, fmt.Errorf("a %s is stored as a number and would sort as text: use an integer", a.field.Type)
	}
	return a, nil
}

// like returns an attribute whose name differs from the given one at most in case: attributevalue decodes by such names too.
func (f fields) like(name string) (attribute, bool) {
	for _, other := range f.names() {
		if strings.EqualFold(other, name) {
			return f.byName[other], true
		}
	}
	return attribute{}, false
}

func (f fields) names() []string {
	var names []string
	for name := range f.byName {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
