package singletable

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/lambdapatterns/lambdapatterns/singletable/internal/itemcodec"
)

// attribute is a field of an entity that is stored as a top-level attribute.
type attribute = itemcodec.Attribute

// fields are the attributes of an entity type, exactly those that attributevalue encodes and decodes.
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

// compileType compiles the codec of an entity type, and finds its attributes.
func compileType(t reflect.Type) (*itemcodec.Plan, fields, error) {
	if t.Kind() != reflect.Struct {
		return nil, fields{}, fmt.Errorf("%s is no struct: entities are structs, given by value", t)
	}
	plan, err := itemcodec.NewPlan(t)
	if err != nil {
		return nil, fields{}, err
	}
	if plan.EncodesItself() || customised(t) {
		return nil, fields{}, fmt.Errorf("%s encodes or decodes itself, by a method of its own or of an embedded field: "+
			"an entity's fields must become attributes one by one", t)
	}
	f := fields{t, map[string]attribute{}}
	for a := range plan.Attributes() {
		f.byName[a.Name] = a
	}
	return plan, f, nil
}

// inKey returns the attribute that a key pattern names, if it can be part of a key: what is stored must come back as it was,
// or an entity that was read would have another key.
func (f fields) inKey(name string) (attribute, error) {
	a, ok := f.byName[name]
	switch {
	case !ok:
		return a, fmt.Errorf("%s has no such attribute; it has %s", f.entity, strings.Join(f.names(), ", "))
	case a.Pointer:
		return a, fmt.Errorf("it lies behind an embedded pointer, which may be nil")
	case a.Options.UnixTime:
		return a, fmt.Errorf("unixtime stores whole seconds only: use a time.Time without it, or an integer")
	case customised(a.Field.Type):
		return a, fmt.Errorf("a %s encodes or decodes itself, so that what is read may make another key", a.Field.Type)
	case a.Field.Type.Kind() == reflect.String && a.Field.Type.Implements(numberText):
		return a, fmt.Errorf("a %s is stored as a number and would sort as text: use an integer", a.Field.Type)
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
