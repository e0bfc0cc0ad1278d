package singletable

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// fields are the attributes of an entity type, by the rules of feature/dynamodb/attributevalue: the name in the dynamodbav
// tag or else the field's own, embedded structs without a name of their own flattened, the shallowest of equal names first.
type fields struct {
	entity reflect.Type
	byName map[string]reflect.StructField
}

func fieldsOf(t reflect.Type) (fields, error) {
	if t.Kind() != reflect.Struct {
		return fields{}, fmt.Errorf("singletable: %s is no struct: entities are structs, given by value", t)
	}
	f := fields{entity: t, byName: make(map[string]reflect.StructField)}
	for _, field := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(field.Tag.Get("dynamodbav"), ",")
		embedded := field.Anonymous && name == "" && field.Type.Kind() == reflect.Struct
		if name == "-" || embedded || !field.IsExported() || f.throughPointer(field) {
			continue
		}
		if name == "" {
			name = field.Name
		}
		if other, taken := f.byName[name]; !taken || len(field.Index) < len(other.Index) {
			f.byName[name] = field
		}
	}
	return f, nil
}

// throughPointer tells whether the way to the field leads through an embedded pointer, which may be nil.
func (f fields) throughPointer(field reflect.StructField) bool {
	t := f.entity
	for _, i := range field.Index[:len(field.Index)-1] {
		t = t.Field(i).Type
		if t.Kind() == reflect.Pointer {
			return true
		}
	}
	return false
}

func (f fields) named(attribute string) (reflect.StructField, error) {
	field, ok := f.byName[attribute]
	if !ok {
		return field, fmt.Errorf("%s has no such attribute; it has %s", f.entity, strings.Join(f.names(), ", "))
	}
	return field, nil
}

func (f fields) names() []string {
	var names []string
	for name := range f.byName {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
