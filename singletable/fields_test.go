package singletable

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type (
	Inner struct {
		ID   string `dynamodbav:"inner_id"`
		Only string
		Both string
	}
	Other struct {
		Both  string
		Other string `dynamodbav:"Only2"`
	}
	inner2 struct{ Hidden string }
	Deep   struct{ Inner }
	Left   struct{ Inner }
	Right  struct{ Inner }
	Text   string
)

// The attributes that are found, and the fields that they are found in, must be those that attributevalue encodes.
func TestFieldsAreAttributevalues(t *testing.T) {
	t.Parallel()
	for _, v := range []any{
		struct{ A, B string }{},
		struct {
			A string `dynamodbav:"a,omitempty"`
			B string `dynamodbav:"-"`
			C string `dynamodbav:",omitempty"`
			d string
		}{d: "unexported"},
		struct {
			ID    string
			Other string `dynamodbav:"ID"`
		}{},
		struct {
			A string `dynamodbav:"x"`
			B string `dynamodbav:"x"`
		}{},
		struct{ Inner }{},
		struct{ *Inner }{},
		struct{ inner2 }{},
		struct {
			Inner `dynamodbav:"inner"`
		}{},
		struct {
			Inner `dynamodbav:"-"`
		}{},
		struct {
			Inner
			Only string
		}{},
		struct {
			Inner
			Tagged string `dynamodbav:"Only"`
		}{},
		struct {
			Inner
			Other
		}{},
		struct {
			Deep
			Other
		}{},
		struct {
			Left
			Right
		}{},
		struct {
			Left
			Inner
		}{},
		struct{ Text }{},
	} {
		typ := reflect.TypeOf(v)
		got, err := fieldsOf(typ)
		if err != nil {
			t.Fatal(err)
		}
		// Fill every field with its own path, encode, and see which field each attribute came from.
		filled := reflect.New(typ).Elem()
		fill(filled, "")
		item, err := attributevalue.MarshalMap(filled.Addr().Interface())
		if err != nil {
			t.Fatal(err)
		}
		if names := slices.Sorted(maps.Keys(item)); !slices.Equal(names, got.names()) {
			t.Errorf("%s: got the attributes %v, attributevalue has %v", typ, got.names(), names)
			continue
		}
		for name, a := range got.byName {
			if s, ok := item[name].(*types.AttributeValueMemberS); ok && s.Value != filled.FieldByIndex(a.field.Index).String() {
				t.Errorf("%s: attribute %s was found in field %v, attributevalue has it from %s", typ, name, a.field.Index, s.Value)
			}
		}
	}
}

func fill(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() {
			v.SetString(path)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), path)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), path+"."+v.Type().Field(i).Name)
		}
	}
}
