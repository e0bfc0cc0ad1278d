package itemcodec

import (
	"math"
	"reflect"
	"unsafe"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func (c *compiler) makeEncoder(t reflect.Type, o Options, addressable bool) encodeFunc {
	var f encodeFunc
	switch t.Kind() {
	case reflect.Pointer:
		if t.Elem().Kind() == reflect.Interface {
			return newFallback(t, o).encode(addressable)
		}
		target := c.encodeValue(t.Elem(), o, true)
		f = func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
			return target(e, *(*unsafe.Pointer)(p))
		}
	case reflect.Interface:
		f = c.encodeInterface(t, o)
	default:
		f = c.encodeValue(t, o, addressable)
	}
	return checkZero(t, o, f)
}

// checkZero treats zero values as the options say, before f sees them. Nil is never left to f.
func checkZero(t reflect.Type, o Options, f encodeFunc) encodeFunc {
	zero, nilable := zeroTest(t)
	if zero == nil || !nilable && !o.OmitEmpty && !o.NullEmpty {
		return f
	}
	switch {
	case o.OmitEmpty && o.NullEmpty:
		return func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
			if zero(p) {
				return nil, invalid(t, "the value is zero, and its tag says both omitempty and nullempty")
			}
			return f(e, p)
		}
	case o.OmitEmpty:
		return func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
			if zero(p) {
				return nil, nil
			}
			return f(e, p)
		}
	}
	return func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
		if zero(p) {
			return e.null(), nil
		}
		return f(e, p)
	}
}

// zeroTest returns what tells zero values of a type, in attributevalue's sense: structs and arrays with elements are never zero,
// and empty slices and maps are not, only nil ones. It returns nil where no value is zero.
func zeroTest(t reflect.Type) (zero func(unsafe.Pointer) bool, nilable bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Slice:
		return func(p unsafe.Pointer) bool { return *(*unsafe.Pointer)(p) == nil }, true
	case reflect.Array:
		if t.Len() == 0 {
			return func(unsafe.Pointer) bool { return true }, false
		}
		return nil, false
	case reflect.String:
		return func(p unsafe.Pointer) bool { return *(*string)(p) == "" }, false
	case reflect.Bool, reflect.Int8, reflect.Uint8:
		return func(p unsafe.Pointer) bool { return *(*uint8)(p) == 0 }, false
	case reflect.Int16, reflect.Uint16:
		return func(p unsafe.Pointer) bool { return *(*uint16)(p) == 0 }, false
	case reflect.Int32, reflect.Uint32:
		return func(p unsafe.Pointer) bool { return *(*uint32)(p) == 0 }, false
	case reflect.Int64, reflect.Uint64:
		return func(p unsafe.Pointer) bool { return *(*uint64)(p) == 0 }, false
	case reflect.Int, reflect.Uint, reflect.Uintptr:
		return func(p unsafe.Pointer) bool { return *(*uint)(p) == 0 }, false
	case reflect.Float32: // minus zero is zero too
		return func(p unsafe.Pointer) bool { return math.Float32bits(*(*float32)(p))<<1 == 0 }, false
	case reflect.Float64:
		return func(p unsafe.Pointer) bool { return math.Float64bits(*(*float64)(p))<<1 == 0 }, false
	}
	return nil, false
}

// encodeValue returns the function for values that are not left out or null by being zero, and that are not behind a pointer
// or interface any more.
func (c *compiler) encodeValue(t reflect.Type, o Options, addressable bool) encodeFunc {
	if t.Kind() == reflect.Pointer {
		return c.encodePointer(t, o)
	}
	f := c.encodeKind(t, o, addressable)
	if !implementsMarshaler(t, addressable) {
		return f
	}
	return func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
		// Methods of the value are in the pointer's method set too, and are given a copy.
		av, err := callMarshaler(reflect.NewAt(t, p), t)
		if av != nil || err != nil {
			return av, err
		}
		return f(e, p)
	}
}

func callMarshaler(v reflect.Value, t reflect.Type) (types.AttributeValue, error) {
	av, err := v.Interface().(attributevalue.Marshaler).MarshalDynamoDBAttributeValue()
	if err != nil {
		return nil, foreign("encode", t, "its own method failed", err)
	}
	return av, nil
}

// encodePointer is for pointers that are behind a pointer. Here, other than for single pointers, the options are
// asked again about the value that is pointed to.
func (c *compiler) encodePointer(t reflect.Type, o Options) encodeFunc {
	target := c.encoder(t.Elem(), o, true)
	marshaler := t.Implements(marshalerType)
	needsValue := t.Elem().Implements(marshalerType) // where attributevalue panics at nil
	return func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
		if marshaler {
			if needsValue && *(*unsafe.Pointer)(p) == nil {
				return nil, invalid(t, "the pointer is nil, and the method that encodes it is one of the value")
			}
			av, err := callMarshaler(reflect.NewAt(t, p).Elem(), t)
			if av != nil || err != nil {
				return av, err
			}
		}
		if q := *(*unsafe.Pointer)(p); q != nil {
			return target(e, q)
		}
		if o.OmitEmpty && o.OmitEmptyElem {
			return nil, nil
		}
		return e.null(), nil
	}
}

// encodeKind returns the function for values that have no method to encode them.
func (c *compiler) encodeKind(t reflect.Type, o Options, addressable bool) encodeFunc {
	switch t.Kind() {
	case reflect.String:
		if isNumberText(t) && !o.String {
			return encodeNumberText
		}
		return encodeString
	case reflect.Bool:
		return encodeBool
	case reflect.Struct:
		if isTime(t) {
			return encodeTime(o)
		}
		return c.encodeStruct(t, addressable)
	case reflect.Map:
		return c.encodeMap(t, o)
	case reflect.Slice, reflect.Array:
		return c.encodeList(t, o, addressable)
	}
	if number := formatNumber(t); number != nil {
		return encodeNumber(number, o)
	}
	return encodeNothing
}

// encodeNothing leaves out what attributevalue leaves out: channels, functions, complex numbers, uintptr.
func encodeNothing(*encoder, unsafe.Pointer) (types.AttributeValue, error) { return nil, nil }
