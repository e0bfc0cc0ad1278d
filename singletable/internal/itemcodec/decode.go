package itemcodec

import (
	"reflect"
	"unsafe"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func (c *compiler) makeDecoder(t reflect.Type, o Options) decodeFunc {
	switch {
	case t.Kind() == reflect.Pointer:
		return c.decodePointer(t, o)
	case t.Name() != "" && reflect.PointerTo(t).Implements(unmarshalerType):
		c.handsOn = true
		return func(av types.AttributeValue, p unsafe.Pointer) error {
			return callUnmarshaler(reflect.NewAt(t, p), t, av)
		}
	}
	return c.decodeKind(t, o)
}

func callUnmarshaler(v reflect.Value, t reflect.Type, av types.AttributeValue) error {
	if err := v.Interface().(attributevalue.Unmarshaler).UnmarshalDynamoDBAttributeValue(av); err != nil {
		return foreign("decode", t, "its own method failed", err)
	}
	return nil
}

func (c *compiler) decodePointer(t reflect.Type, o Options) decodeFunc {
	elem := t.Elem()
	target := c.decoder(elem, o)
	if elem.Kind() != reflect.Pointer {
		// Methods are looked for on the pointer, here and once. A struct type without a name has methods, by embedding, only
		// behind a pointer.
		target = c.decodeKind(elem, o)
		if t.Implements(unmarshalerType) {
			c.handsOn = true
			target = func(av types.AttributeValue, p unsafe.Pointer) error {
				return callUnmarshaler(reflect.NewAt(t, unsafe.Pointer(&p)).Elem(), t, av)
			}
		}
	}
	return func(av types.AttributeValue, p unsafe.Pointer) error {
		slot := (*unsafe.Pointer)(p)
		if isNull(av) {
			*slot = nil
			return nil
		}
		if *slot == nil {
			*slot = reflect.New(elem).UnsafePointer()
		}
		return target(av, *slot)
	}
}

func isNull(av types.AttributeValue) bool {
	if av == nil {
		return true
	}
	_, null := av.(*types.AttributeValueMemberNULL)
	return null
}

// decodeKind returns the function for types that have no method to decode them.
func (c *compiler) decodeKind(t reflect.Type, o Options) decodeFunc {
	switch t.Kind() {
	case reflect.String:
		return decodeString(t)
	case reflect.Bool:
		return decodeBool(t)
	case reflect.Int:
		return decodeInt[int](t, o)
	case reflect.Int8:
		return decodeInt[int8](t, o)
	case reflect.Int16:
		return decodeInt[int16](t, o)
	case reflect.Int32:
		return decodeInt[int32](t, o)
	case reflect.Int64:
		return decodeInt[int64](t, o)
	case reflect.Uint:
		return decodeUint[uint](t, o)
	case reflect.Uint8:
		return decodeUint[uint8](t, o)
	case reflect.Uint16:
		return decodeUint[uint16](t, o)
	case reflect.Uint32:
		return decodeUint[uint32](t, o)
	case reflect.Uint64:
		return decodeUint[uint64](t, o)
	case reflect.Float32:
		return decodeFloat[float32](t, o)
	case reflect.Float64:
		return decodeFloat[float64](t, o)
	case reflect.Struct:
		return c.decodeStruct(t, o)
	case reflect.Slice, reflect.Array:
		return c.decodeList(t, o)
	case reflect.Map:
		return c.decodeMap(t, o)
	case reflect.Interface:
		return decodeInterface(t, o)
	}
	return decodeNull(t)
}

// decodeNull is for types that take nothing but a null.
func decodeNull(t reflect.Type) decodeFunc {
	return func(av types.AttributeValue, p unsafe.Pointer) error {
		if !isNull(av) {
			return mismatch(av, t)
		}
		setZero(t, p)
		return nil
	}
}
