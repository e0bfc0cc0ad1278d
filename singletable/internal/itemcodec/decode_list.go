package itemcodec

import (
	"reflect"
	"unsafe"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// list decodes into a slice or an array.
type list struct {
	t      reflect.Type
	elem   reflect.Type
	decode decodeFunc // of elements
	array  bool
	bytes  bool
	texts  bool       // elements are strings, which a set's are copied to
	set    decodeFunc // of sets, where that cannot be done element by element; otherwise nil
}

func (c *compiler) decodeList(t reflect.Type, o Options) decodeFunc {
	l := &list{
		t:      t,
		elem:   t.Elem(),
		decode: c.decoder(t.Elem(), Options{}),
		array:  t.Kind() == reflect.Array,
		bytes:  t.Elem().Kind() == reflect.Uint8,
	}
	if setIsHandedOn(t.Elem()) {
		l.set = newFallback(t, o).decode
	} else {
		l.texts = t.Elem().Kind() == reflect.String
	}
	return l.into
}

// setIsHandedOn tells whether attributevalue may give a whole set to the first element, as it does if that has a method to
// decode itself.
func setIsHandedOn(elem reflect.Type) bool {
	for elem.Kind() == reflect.Pointer {
		if elem.Implements(unmarshalerType) {
			return true
		}
		elem = elem.Elem()
	}
	return elem.Kind() == reflect.Interface || elem.Name() != "" && reflect.PointerTo(elem).Implements(unmarshalerType)
}

func (l *list) into(av types.AttributeValue, p unsafe.Pointer) error {
	switch av := av.(type) {
	case *types.AttributeValueMemberL:
		return l.each(p, len(av.Value), func(i int, at unsafe.Pointer) error { return l.decode(av.Value[i], at) })
	case *types.AttributeValueMemberB:
		return l.binary(av, p)
	case *types.AttributeValueMemberNULL, nil:
		setZero(l.t, p)
		return nil
	}
	if l.set != nil {
		return l.set(av, p)
	}
	switch av := av.(type) {
	case *types.AttributeValueMemberSS:
		if l.texts {
			l.copy(p, av.Value)
			return nil
		}
		var elem types.AttributeValueMemberS
		return l.each(p, len(av.Value), func(i int, at unsafe.Pointer) error {
			elem.Value = av.Value[i]
			return l.decode(&elem, at)
		})
	case *types.AttributeValueMemberNS:
		if l.texts {
			l.copy(p, av.Value)
			return nil
		}
		var elem types.AttributeValueMemberN
		return l.each(p, len(av.Value), func(i int, at unsafe.Pointer) error {
			elem.Value = av.Value[i]
			return l.decode(&elem, at)
		})
	case *types.AttributeValueMemberBS:
		var elem types.AttributeValueMemberB
		return l.each(p, len(av.Value), func(i int, at unsafe.Pointer) error {
			elem.Value = av.Value[i]
			return l.decode(&elem, at)
		})
	}
	return mismatch(av, l.t)
}

// each decodes n elements: into an array as many as it has, leaving others as they are; into a slice all, over what it
// holds. As attributevalue does, an empty list leaves a slice that has elements as it is.
func (l *list) each(p unsafe.Pointer, n int, decode func(i int, at unsafe.Pointer) error) error {
	size := l.elem.Size()
	if l.array {
		for i := range min(n, l.t.Len()) {
			if err := decode(i, at(p, i, size)); err != nil {
				return underIndex(i, err)
			}
		}
		return nil
	}
	s := (*slice)(p)
	if s.data == nil || s.cap < n {
		l.make(p, n)
	}
	for i := range n {
		s.len = i + 1
		if err := decode(i, at(s.data, i, size)); err != nil {
			return underIndex(i, err)
		}
	}
	return nil
}

// copy is each for texts that become strings as they are.
func (l *list) copy(p unsafe.Pointer, texts []string) {
	if l.array {
		copy(unsafe.Slice((*string)(p), l.t.Len()), texts)
		return
	}
	s := (*slice)(p)
	if s.data == nil || s.cap < len(texts) {
		l.make(p, len(texts))
	}
	if len(texts) > 0 {
		s.len = len(texts)
		copy(unsafe.Slice((*string)(s.data), s.len), texts)
	}
}

// make sets the slice at p to one of length 0 with room for n zero elements. Its capacity is exact because it decides later
// whether a longer list is decoded over these elements or into new ones.
func (l *list) make(p unsafe.Pointer, n int) {
	switch {
	case n == 0:
		*(*[]struct{})(p) = []struct{}{}
	case l.elem.Kind() == reflect.String:
		*(*[]string)(p) = make([]string, 0, n)
	default:
		*(*[]struct{})(p) = nil
		reflect.NewAt(l.t, p).Elem().Grow(n)
		(*slice)(p).cap = n
	}
}

// binary copies bytes.
func (l *list) binary(av *types.AttributeValueMemberB, p unsafe.Pointer) error {
	b := av.Value
	switch {
	case !l.bytes:
		return mismatch(av, l.t)
	case !l.array:
		s := (*[]byte)(p)
		if *s == nil || cap(*s) < len(b) {
			*s = make([]byte, len(b))
		}
		*s = (*s)[:len(b)]
		copy(*s, b)
	case l.t.Len() != len(b):
		return typeError(l.t, "binary", "the attribute is a binary of another length")
	default:
		copy(unsafe.Slice((*byte)(p), len(b)), b)
	}
	return nil
}
