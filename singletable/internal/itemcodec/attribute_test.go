package itemcodec_test

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"testing"

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
	Left2  struct{ Left }
	Right2 struct{ Left }
	Loop   struct {
		*Loop
		A string
	}
	Text   string
	Wide   struct{ B, A string }
	Tagged struct {
		Both string `dynamodbav:"Both"`
	}
)

// structs have their fields embedded, shadowed, ambiguous and tagged in all the ways that the rules speak of. All fields are
// strings.
var structs = []any{
	struct{}{},
	struct{ A, B string }{},
	struct {
		A string `dynamodbav:"a,omitempty"`
		B string `dynamodbav:"-"`
		C string `dynamodbav:"-,"`
		D string `dynamodbav:",omitempty"`
		E string `json:"e"`
		f string
	}{f: "unexported"},
	struct {
		ID    string
		Other string `dynamodbav:"ID"`
	}{},
	struct {
		A string `dynamodbav:"x"`
		B string `dynamodbav:"x"`
	}{},
	struct {
		A string `dynamodbav:"x"`
		B string `dynamodbav:"x"`
		X string `dynamodbav:"x"`
	}{},
	struct {
		Text
		A string
	}{},
	struct{ Inner }{},
	struct{ *Inner }{},
	struct{ inner2 }{},
	struct{ Deep }{},
	struct {
		Inner `dynamodbav:"-"`
	}{},
	struct {
		Inner
		Only string
	}{},
	struct {
		Inner
		Other string `dynamodbav:"Only"`
	}{},
	struct {
		Inner
		Other
	}{},
	struct {
		Inner
		Tagged
	}{},
	struct {
		Inner
		Other
		Tagged
	}{},
	struct {
		Inner
		Other
		Both string
	}{},
	struct {
		Deep
		Other
	}{},
	struct {
		Deep
		*Inner
	}{},
	struct {
		Left
		Right
	}{},
	struct {
		Left2
		Right2
	}{},
	struct {
		Left
		Right
		Inner
	}{},
	struct {
		*Left
		*Right
		Only string
	}{},
	struct {
		Wide
		A string
	}{},
	Loop{},
	struct{ Loop }{},
}

// The attributes are those that attributevalue encodes, and each lies where its index says.
func TestAttributesAreAttributevalues(t *testing.T) {
	t.Parallel()
	for _, s := range structs {
		st := reflect.TypeOf(s)
		p := planOf(t, st)
		v := reflect.New(st)
		reach(v.Elem(), map[reflect.Type]bool{})
		var names []string
		values := map[string]string{}
		for a := range p.Attributes() {
			names = append(names, a.Name)
			values[a.Name] = "value " + strconv.Itoa(len(names))
			v.Elem().FieldByIndex(a.Field.Index).SetString(values[a.Name])
			if found, ok := p.Attribute(a.Name); !ok || !slices.Equal(found.Field.Index, a.Field.Index) {
				t.Errorf("%s: Attribute(%q) is %v, %t", st, a.Name, found, ok)
			}
		}
		want, err := oracleEncode(v.Interface())
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(names)
		if wantNames := slices.Sorted(maps.Keys(want)); !slices.Equal(names, wantNames) {
			t.Errorf("%s\nhas            %q\nattributevalue %q", st, names, wantNames)
			continue
		}
		for name, av := range want {
			if got := av.(*types.AttributeValueMemberS).Value; got != values[name] {
				t.Errorf("%s: %s is another field: %q", st, name, got)
			}
		}
		sameEncoding(t, p, v.Interface())
		if it := sameEncoding(t, p, reflect.New(st).Interface()); it != nil {
			sameDecoding(t, p, it, reflect.New(st).Interface(), reflect.New(st).Interface())
		}
		sameDecoding(t, p, want, reflect.New(st).Interface(), reflect.New(st).Interface())
	}
}

// reach makes what embedded pointers point to, each type once.
func reach(v reflect.Value, seen map[reflect.Type]bool) {
	for i := range v.NumField() {
		f := v.Field(i)
		switch {
		case f.Kind() == reflect.Pointer && !seen[f.Type()]:
			seen[f.Type()] = true
			f.Set(reflect.New(f.Type().Elem()))
			reach(f.Elem(), seen)
		case f.Kind() == reflect.Struct:
			reach(f, seen)
		}
	}
}

// What a key pattern has to know of an attribute.
func TestAttribute(t *testing.T) {
	t.Parallel()
	p := planOf(t, reflect.TypeFor[rich]())
	a, ok := p.Attribute("unix")
	if !ok || a.Field.Name != "Unix" || !a.Options.UnixTime || a.Pointer {
		t.Errorf("unix: %+v, %t", a, ok)
	}
	if a, ok := p.Attribute("By"); !ok || !a.Pointer || !slices.Equal(a.Field.Index, []int{1, 0}) {
		t.Errorf("By: %+v, %t", a, ok)
	}
	if a, ok := p.Attribute("unix "); ok {
		t.Errorf("%+v", a)
	}
	if a, ok := p.Attribute("UNIX"); ok {
		t.Errorf("names are exact, got %+v", a)
	}
	if p.EncodesItself() {
		t.Error("rich encodes its fields")
	}
}
