package itemcodec

import (
	"reflect"
	"slices"
	"unsafe"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// setKind is which set a slice or array is encoded as.
type setKind int

const (
	noSet setKind = iota
	binarySet
	numberSet
	stringSet
)

func (o Options) set(t reflect.Type) setKind {
	switch {
	case o.BinarySet || t == bytesListType:
		return binarySet
	case o.NumberSet:
		return numberSet
	case o.StringSet:
		return stringSet
	}
	return noSet
}

// elements finds the elements of a slice or an array.
func elements(t reflect.Type) func(p unsafe.Pointer) (data unsafe.Pointer, n int) {
	if t.Kind() == reflect.Array {
		return func(p unsafe.Pointer) (unsafe.Pointer, int) { return p, t.Len() }
	}
	return func(p unsafe.Pointer) (unsafe.Pointer, int) {
		s := (*slice)(p)
		return s.data, s.len
	}
}

func (c *compiler) encodeList(t reflect.Type, o Options, addressable bool) encodeFunc {
	span, elem := elements(t), t.Elem()
	if elem.Kind() == reflect.Uint8 {
		return encodeBytes(t, span)
	}
	addressable = addressable || t.Kind() == reflect.Slice
	plain := elem.Kind() == reflect.String && !isNumberText(elem) && !implementsMarshaler(elem, addressable) && o.elem() == Options{}
	set := o.set(t)
	switch {
	case plain && set == noSet:
		return encodeStrings(span)
	case plain && set == stringSet:
		return encodeStringSet(span)
	case set != noSet:
		return encodeSet(t, set, span, c.encoder(elem, o.elem(), addressable))
	}
	encode, size := c.encoder(elem, o.elem(), addressable), elem.Size()
	return func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
		data, n := span(p)
		list := make([]types.AttributeValue, 0, n)
		for i := range n {
			av, err := encode(e, at(data, i, size))
			if err != nil {
				return nil, underIndex(i, err)
			}
			if av != nil {
				list = append(list, av)
			}
		}
		return e.listOf(list), nil
	}
}

func encodeBytes(t reflect.Type, span func(unsafe.Pointer) (unsafe.Pointer, int)) encodeFunc {
	if t.Elem() != byteType {
		return func(*encoder, unsafe.Pointer) (types.AttributeValue, error) {
			return nil, invalid(t, "attributevalue does not copy bytes of a type of their own: use byte")
		}
	}
	return func(_ *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
		data, n := span(p)
		b := make([]byte, n)
		copy(b, unsafe.Slice((*byte)(data), n))
		return &types.AttributeValueMemberB{Value: b}, nil
	}
}

// encodeStrings makes a list of texts.
func encodeStrings(span func(unsafe.Pointer) (unsafe.Pointer, int)) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
		data, n := span(p)
		list := make([]types.AttributeValue, n)
		for i, s := range unsafe.Slice((*string)(data), n) {
			list[i] = e.string(s)
		}
		return e.listOf(list), nil
	}
}

func encodeStringSet(span func(unsafe.Pointer) (unsafe.Pointer, int)) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
		data, n := span(p)
		if n == 0 {
			return e.null(), nil
		}
		return &types.AttributeValueMemberSS{Value: slices.Clone(unsafe.Slice((*string)(data), n))}, nil
	}
}

// encodeSet makes a set of the elements' values. There are no empty sets in DynamoDB: a slice without elements makes a null,
// but one whose elements are all left out makes an empty set, which DynamoDB will refuse.
func encodeSet(t reflect.Type, set setKind, span func(unsafe.Pointer) (unsafe.Pointer, int), encode encodeFunc) encodeFunc {
	size := t.Elem().Size()
	return func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
		data, n := span(p)
		if n == 0 {
			return e.null(), nil
		}
		var texts []string
		var binaries [][]byte
		if set == binarySet {
			binaries = make([][]byte, 0, n)
		} else {
			texts = make([]string, 0, n)
		}
		for i := range n {
			av, err := encode(e, at(data, i, size))
			if err != nil {
				return nil, underIndex(i, err)
			}
			fits := av == nil
			switch av := av.(type) {
			case *types.AttributeValueMemberB:
				if fits = set == binarySet && av.Value != nil; fits {
					binaries = append(binaries, av.Value)
				}
			case *types.AttributeValueMemberN:
				if fits = set == numberSet; fits {
					texts = append(texts, av.Value)
				}
			case *types.AttributeValueMemberS:
				if fits = set == stringSet; fits {
					texts = append(texts, av.Value)
				}
			}
			if !fits {
				return nil, underIndex(i, invalid(t.Elem(), "an element of a set must be a value of the set's kind and not null"))
			}
		}
		switch set {
		case binarySet:
			return &types.AttributeValueMemberBS{Value: binaries}, nil
		case numberSet:
			return &types.AttributeValueMemberNS{Value: texts}, nil
		}
		return &types.AttributeValueMemberSS{Value: texts}, nil
	}
}
