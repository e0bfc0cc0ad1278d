package itemcodec

import (
	"reflect"
	"strconv"
	"unsafe"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// decodeInterface returns the function for interfaces. What one holds already decides what attributevalue does with it, so
// that only empty ones are filled here.
func decodeInterface(t reflect.Type, o Options) decodeFunc {
	other := newFallback(t, o).decode
	document := t.NumMethod() == 0 && !o.String
	return func(av types.AttributeValue, p unsafe.Pointer) error {
		isNil := *(*unsafe.Pointer)(p) == nil
		switch {
		case isNil && isNull(av):
			return nil
		case isNil && document:
			v, err := decodeAny(av)
			if err != nil {
				return err
			}
			*(*any)(p) = v
			return nil
		}
		return other(av, p)
	}
}

// decodeAny returns an attribute in the types that attributevalue chooses where it is given none.
func decodeAny(av types.AttributeValue) (any, error) {
	switch av := av.(type) {
	case *types.AttributeValueMemberS:
		return av.Value, nil
	case *types.AttributeValueMemberN:
		return parseAnyNumber(av.Value)
	case *types.AttributeValueMemberBOOL:
		return av.Value, nil
	case *types.AttributeValueMemberNULL, nil:
		return nil, nil
	case *types.AttributeValueMemberB:
		return copyBytes(av.Value), nil
	case *types.AttributeValueMemberL:
		list := make([]any, len(av.Value))
		for i, elem := range av.Value {
			var err error
			if list[i], err = decodeAny(elem); err != nil {
				return nil, underIndex(i, err)
			}
		}
		return list, nil
	case *types.AttributeValueMemberM:
		m := make(map[string]any, len(av.Value))
		for name, elem := range av.Value {
			v, err := decodeAny(elem)
			if err != nil {
				return nil, under(anyKey, err)
			}
			m[name] = v
		}
		return m, nil
	case *types.AttributeValueMemberSS:
		return append(make([]string, 0, len(av.Value)), av.Value...), nil
	case *types.AttributeValueMemberNS:
		set := make([]float64, len(av.Value))
		for i, n := range av.Value {
			var err error
			if set[i], err = parseAnyNumber(n); err != nil {
				return nil, underIndex(i, err)
			}
		}
		return set, nil
	case *types.AttributeValueMemberBS:
		set := make([][]byte, len(av.Value))
		for i, b := range av.Value {
			set[i] = copyBytes(b)
		}
		return set, nil
	}
	return nil, mismatch(av, anyType)
}

func parseAnyNumber(text string) (float64, error) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, badNumber(reflect.TypeFor[float64](), err)
	}
	return n, nil
}

// copyBytes returns a copy that is not nil.
func copyBytes(b []byte) []byte { return append(make([]byte, 0, len(b)), b...) }
