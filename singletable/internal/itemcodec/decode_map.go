package itemcodec

import (
	"reflect"
	"unsafe"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// decodeMap returns the function for maps, which are added to: entries that the attribute does not mention stay.
func (c *compiler) decodeMap(t reflect.Type, o Options) decodeFunc {
	key, elem := t.Key(), t.Elem()
	decodeKey := c.mapKeyDecoder(key)
	if decodeKey == nil {
		c.handsOn = true // for all that is known of elem
		return nullOr(t, newFallback(t, o).decode)
	}
	decode := c.decoder(elem, Options{})
	into := func(m map[string]types.AttributeValue, p unsafe.Pointer) error {
		to := reflect.NewAt(t, p).Elem()
		if to.IsNil() {
			to.Set(reflect.MakeMapWithSize(t, len(m)))
		}
		k, v := reflect.New(key), reflect.New(elem)
		for name, av := range m {
			if err := decodeKey(name, k.UnsafePointer()); err != nil {
				return under(anyKey, err)
			}
			v.Elem().SetZero()
			if err := decode(av, v.UnsafePointer()); err != nil {
				return under(anyKey, err)
			}
			to.SetMapIndex(k.Elem(), v.Elem())
		}
		return nil
	}
	if key == stringType {
		switch elem {
		case stringType:
			into = decodeEntries(func(av types.AttributeValue) (string, error) { return textOf(av, elem) })
		case anyType:
			into = decodeEntries(decodeAny)
		}
	}
	return nullOr(t, func(av types.AttributeValue, p unsafe.Pointer) error {
		m, ok := av.(*types.AttributeValueMemberM)
		if !ok {
			return mismatch(av, t)
		}
		return into(m.Value, p)
	})
}

// nullOr sets a value to zero if the attribute is null, and leaves any other to f.
func nullOr(t reflect.Type, f decodeFunc) decodeFunc {
	return func(av types.AttributeValue, p unsafe.Pointer) error {
		if isNull(av) {
			setZero(t, p)
			return nil
		}
		return f(av, p)
	}
}

// decodeEntries decodes into a map from string to V.
func decodeEntries[V any](value func(types.AttributeValue) (V, error)) func(map[string]types.AttributeValue, unsafe.Pointer) error {
	return func(m map[string]types.AttributeValue, p unsafe.Pointer) error {
		to := (*map[string]V)(p)
		if *to == nil {
			*to = make(map[string]V, len(m))
		}
		for name, av := range m {
			v, err := value(av)
			if err != nil {
				return under(anyKey, err)
			}
			(*to)[name] = v
		}
		return nil
	}
}

// mapKeyDecoder returns the function for a map's keys; nil where that takes a method, or a kind of key that is rare.
func (c *compiler) mapKeyDecoder(t reflect.Type) func(name string, p unsafe.Pointer) error {
	if t.Implements(textUnmarshalerType) || reflect.PointerTo(t).Implements(textUnmarshalerType) {
		return nil
	}
	switch t.Kind() {
	case reflect.String:
		return func(name string, p unsafe.Pointer) error {
			*(*string)(p) = name
			return nil
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		decode := c.decodeKind(t, Options{})
		return func(name string, p unsafe.Pointer) error {
			if err := decode(&types.AttributeValueMemberN{Value: name}, p); err != nil {
				return &Error{Op: "decode", Type: t, Reason: "a map's key is no number of this type",
					Err: &attributevalue.UnmarshalTypeError{Value: "map key", Type: t, Err: err.(*Error).Err}}
			}
			return nil
		}
	}
	return nil
}
