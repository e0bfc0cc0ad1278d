package itemcodec

import (
	"fmt"
	"reflect"
	"strings"
	"unsafe"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// fallback leaves a value to attributevalue. The value at p is taken for the only field of a struct, which lies in memory as
// the value alone does, so that the field's options reach attributevalue in a tag.
type fallback struct {
	t       reflect.Type // for errors
	wrapper reflect.Type
}

const wrapped = "F"

func newFallback(t reflect.Type, o Options) fallback { return fallback{t, wrap(t, o)} }

func wrap(t reflect.Type, o Options) reflect.Type {
	return reflect.StructOf([]reflect.StructField{{Name: wrapped, Type: t, Tag: o.tag(wrapped)}})
}

// encodeThrough is encode for values that have been found not to be zero, or whose being zero no longer counts. It hands them
// over behind a pointer, as attributevalue asks no more than whether that is nil, and under a type without a name and thus
// without methods.
func encodeThrough(t, unnamed reflect.Type, o Options) encodeFunc {
	encode := fallback{t, wrap(reflect.PointerTo(unnamed), o)}.encode(true)
	return func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
		return encode(e, unsafe.Pointer(&p))
	}
}

// encode returns an encodeFunc. Of values that are not addressable, attributevalue calls no methods of the pointer.
func (f fallback) encode(addressable bool) encodeFunc {
	return func(_ *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
		v := reflect.NewAt(f.wrapper, p)
		if !addressable {
			v = v.Elem()
		}
		var item map[string]types.AttributeValue
		err := withoutPanic(func() (err error) {
			item, err = attributevalue.MarshalMap(v.Interface())
			return err
		})
		if err != nil {
			return nil, foreign("encode", f.t, "attributevalue refused it", err)
		}
		return item[wrapped], nil
	}
}

func (f fallback) decode(av types.AttributeValue, p unsafe.Pointer) error {
	err := withoutPanic(func() error {
		return attributevalue.UnmarshalMap(map[string]types.AttributeValue{wrapped: av}, reflect.NewAt(f.wrapper, p).Interface())
	})
	if err != nil {
		reason := "attributevalue refused it"
		if kind := kindOf(av); kind != "" {
			reason = "the attribute is a " + kind + ", and attributevalue refused it"
		}
		return foreign("decode", f.t, reason, err)
	}
	return nil
}

// withoutPanic makes an error of a panic of reflect's, as attributevalue provokes with a string for an interface that has
// methods: what an item holds must not stop the program. Panics of the type's own methods pass.
func withoutPanic(f func() error) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *reflect.ValueError:
			err = r
		case string:
			if !strings.HasPrefix(r, "reflect") {
				panic(r)
			}
			err = fmt.Errorf("attributevalue: %s", r)
		default:
			panic(r)
		}
	}()
	return f()
}
