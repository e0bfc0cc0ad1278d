package itemcodec

import (
	"reflect"
	"strconv"
	"unsafe"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func (c *compiler) encodeMap(t reflect.Type, o Options) encodeFunc {
	key, elem := t.Key(), t.Elem()
	name := keyName(key)
	if name == nil {
		return encodeThrough(t, reflect.MapOf(key, elem), o)
	}
	if key == stringType && elem == stringType && o.elem() == (Options{}) {
		return encodeStringMap(t)
	}
	encode := c.encoder(elem, o.elem(), false) // a map's elements have no address
	return func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
		m := reflect.NewAt(t, p).Elem()
		out := make(map[string]types.AttributeValue, m.Len())
		k, v := reflect.New(key).Elem(), reflect.New(elem)
		for entries := m.MapRange(); entries.Next(); {
			k.SetIterKey(entries)
			v.Elem().SetIterValue(entries)
			av, err := encode(e, v.UnsafePointer())
			if err != nil {
				return nil, under(anyKey, err)
			}
			text := name(k)
			if text == "" {
				return nil, emptyKey(t)
			}
			if av != nil {
				out[text] = av
			}
		}
		return e.mapOf(out), nil
	}
}

func emptyKey(t reflect.Type) *Error { return invalid(t, "a map's key cannot be empty") }

// keyName returns what gives a map's key as an attribute's name; nil where that takes a method or is not possible.
func keyName(t reflect.Type) func(reflect.Value) string {
	if t.NumMethod() > 0 {
		return nil
	}
	switch t.Kind() {
	case reflect.String:
		return reflect.Value.String
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(k reflect.Value) string { return strconv.FormatInt(k.Int(), 10) }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return func(k reflect.Value) string { return strconv.FormatUint(k.Uint(), 10) }
	}
	return nil
}

func encodeStringMap(t reflect.Type) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
		m := *(*map[string]string)(p)
		out := make(map[string]types.AttributeValue, len(m))
		for k, s := range m {
			if k == "" {
				return nil, emptyKey(t)
			}
			out[k] = e.string(s)
		}
		return e.mapOf(out), nil
	}
}
