package itemcodec_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
)

// A nil pointer behind a pointer, to a type that encodes itself by a method of the value, makes attributevalue panic. It is an error.
func TestNilInsideOfAPointer(t *testing.T) {
	t.Parallel()
	type entity struct {
		At  **attributevalue.UnixTime
		All []**attributevalue.UnixTime
	}
	p := codecOf[entity](t)
	inner := new(*attributevalue.UnixTime)
	for _, v := range []entity{{At: inner}, {All: []**attributevalue.UnixTime{inner}}} {
		if it, err := p.Encode(&v, 0); err == nil {
			t.Errorf("%+v makes %s", v, show(it))
		}
	}
	set := &attributevalue.UnixTime{}
	if _, err := p.Encode(&entity{At: &set}, 0); err != nil {
		t.Error(err)
	}
}
