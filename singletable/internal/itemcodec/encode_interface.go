package itemcodec

import (
	"reflect"
	"strconv"
	"unsafe"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// encodeInterface returns the function for interfaces that are not nil. What JSON documents are made of is encoded here, values
// of other types by attributevalue. They are never addressable, wherever the interface lies.
func (c *compiler) encodeInterface(t reflect.Type, o Options) encodeFunc {
	other := newFallback(t, o).encode(true)
	if t.NumMethod() > 0 || o.String || o.BinarySet || o.NumberSet || o.StringSet {
		return other
	}
	elem := c.encoder(anyType, o.elem(), true)
	return func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
		switch v := (*(*any)(p)).(type) {
		case string:
			return e.string(v), nil
		case bool:
			return e.bool(v), nil
		case int:
			return e.number(e.text(strconv.AppendInt(e.scratch[:0], int64(v), 10))), nil
		case int64:
			return e.number(e.text(strconv.AppendInt(e.scratch[:0], v, 10))), nil
		case float64:
			return e.number(e.text(strconv.AppendFloat(e.scratch[:0], v, 'f', -1, 64))), nil
		case []any:
			return encodeAnyList(e, v, elem)
		case map[string]any:
			return encodeAnyMap(e, v, elem)
		}
		return other(e, p)
	}
}

func encodeAnyList(e *encoder, values []any, elem encodeFunc) (types.AttributeValue, error) {
	list := make([]types.AttributeValue, 0, len(values))
	for i := range values {
		av, err := elem(e, unsafe.Pointer(&values[i]))
		if err != nil {
			return nil, underIndex(i, err)
		}
		if av != nil {
			list = append(list, av)
		}
	}
	return e.listOf(list), nil
}

func encodeAnyMap(e *encoder, values map[string]any, elem encodeFunc) (types.AttributeValue, error) {
	m := make(map[string]types.AttributeValue, len(values))
	var v any
	for name, value := range values {
		v = value
		if name == "" {
			return nil, emptyKey(reflect.TypeFor[map[string]any]())
		}
		av, err := elem(e, unsafe.Pointer(&v))
		if err != nil {
			return nil, under(anyKey, err)
		}
		if av != nil {
			m[name] = av
		}
	}
	return e.mapOf(m), nil
}
