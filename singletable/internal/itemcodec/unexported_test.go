package itemcodec_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/internal/itemcodec"
)

type (
	hidden        struct{ A, B string }
	hiddenText    string
	hiddenMethods struct{ A string }
	hiddenTime    namedTime
)

func (*hiddenMethods) Method() {}

func (*hiddenMethods) UnmarshalDynamoDBAttributeValue(types.AttributeValue) error { return errOwn }

// Embedded fields of unexported types: attributevalue reaches the exported fields of structs, and panics at most else.
func TestUnexportedEmbeddedFields(t *testing.T) {
	t.Parallel()
	type flat struct{ hidden }
	type flatPointer struct{ *hidden }
	type tagged struct {
		hidden `dynamodbav:"h"`
	}
	type omitted struct {
		*hidden `dynamodbav:"h,omitempty"`
	}
	type withMethods struct {
		hiddenMethods `dynamodbav:"h"`
		Other         string
	}
	type text struct {
		hiddenText `dynamodbav:"h,omitempty"`
	}
	type moments struct {
		hiddenTime `dynamodbav:"h"`
	}
	for _, v := range []any{
		flat{}, flat{hidden{A: "a"}}, flatPointer{}, flatPointer{&hidden{B: "b"}}, tagged{}, tagged{hidden{A: "a"}}, omitted{}, omitted{&hidden{A: "a"}},
		text{}, text{"x"}, struct {
			*hidden `dynamodbav:"h"`
		}{},
	} {
		p := planOf(t, reflect.TypeOf(v))
		fresh := func() any {
			c := reflect.New(p.Type())
			c.Elem().Set(reflect.ValueOf(v))
			return c.Interface()
		}
		sameEncoding(t, p, fresh())
		for _, av := range attributes {
			for _, name := range []string{"h", "A"} {
				// Both targets point to the same hidden struct, where there is one: it is left as decoding leaves it twice.
				sameDecoding(t, p, item{name: av}, fresh(), fresh())
			}
		}
	}
	p := planOf(t, reflect.TypeFor[moments]())
	sameEncoding(t, p, &moments{hiddenTime(moment)})
	sameDecoding(t, p, item{"h": avS("2026-03-04T05:06:07Z")}, &moments{}, &moments{})
	// hiddenMethods makes the struct as a whole decode itself, so that its own plan is asked by way of a field.
	type holder struct{ F struct{ W withMethods } }
	p = planOf(t, reflect.TypeFor[holder]())
	sameEncoding(t, p, &holder{})
}

func TestUnexportedEmbeddedPointerIsNamed(t *testing.T) {
	t.Parallel()
	type flatPointer struct{ *hidden }
	c := codecOf[flatPointer](t)
	err := c.Decode(item{"A": avS("x")}, new(flatPointer))
	var e *itemcodec.Error
	if !errors.As(err, &e) || e.Path != "A" || !strings.Contains(err.Error(), "unexported") {
		t.Errorf("%v", err)
	}
}
