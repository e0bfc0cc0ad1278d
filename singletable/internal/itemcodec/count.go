package itemcodec

import (
	"reflect"
	"unsafe"
)

// counts says how many values of each kind are expected, and how many bytes of text for those that are formatted. It is a hint:
// encoders make more room as they need it.
type counts struct{ strings, numbers, bools, maps, lists, nulls, text int }

const (
	numberLength = 8  // bytes of text expected of a number
	timeLength   = 32 // and of a time
)

// add adds n times m.
func (c *counts) add(n int, m *counts) {
	c.strings += n * m.strings
	c.numbers += n * m.numbers
	c.bools += n * m.bools
	c.maps += n * m.maps
	c.lists += n * m.lists
	c.text += n * m.text
}

// expected is what an item of a struct holds, if no field is nil or left out.
type expected struct {
	always      counts       // without the elements of slices and maps, and without what structs behind pointers hold
	collections []collection // the slices and maps

	inElement bool // of a collection, whose own collections are not looked at
}

// collection is a slice or map of a struct, each element of which needs some values.
type collection struct {
	offset uintptr
	t      reflect.Type
	elem   counts
}

// within counts what the elements of all the collections need of the struct at p.
func (x *expected) within(p unsafe.Pointer) counts {
	var n counts
	for i := range x.collections {
		c := &x.collections[i]
		n.add(c.len(unsafe.Add(p, c.offset)), &c.elem)
	}
	return n
}

func (c *collection) len(p unsafe.Pointer) int {
	switch {
	case c.t.Kind() == reflect.Slice:
		return (*slice)(p).len
	case c.t.Key() == stringType && c.t.Elem() == stringType:
		return len(*(*map[string]string)(p))
	}
	return reflect.NewAt(c.t, p).Elem().Len()
}

func (c *compiler) expect(t reflect.Type) expected {
	var x expected
	c.countFields(&x, t, 0)
	return x
}

// countFields counts a struct that lies at an offset.
func (c *compiler) countFields(x *expected, t reflect.Type, offset uintptr) {
	for _, a := range c.attributesOf(t) {
		if !a.Pointer { // behind a pointer the type may come again
			c.countValue(x, a.Field.Type, a.Options, offset+locate(t, a.Field.Index).offset)
		}
	}
}

func (c *compiler) countValue(x *expected, t reflect.Type, o Options, offset uintptr) {
	n := &x.always
	zero, nilable := zeroTest(t)
	if zero != nil && !o.OmitEmpty && (nilable || o.NullEmpty) {
		n.nulls = 1 // all nulls of an item are one
	}
	if zero != nil && o.OmitEmpty && x.inElement {
		return // memory for what most of many elements may leave out would be wasted
	}
	switch {
	case implementsMarshaler(t, true):
	case isNumberText(t) && !o.String:
		n.numbers++
	case t.Kind() == reflect.String:
		n.strings++
	case t.Kind() == reflect.Bool:
		n.bools++
	case isTime(t):
		n.text += timeLength
		if o.UnixTime {
			n.numbers++
		} else {
			n.strings++
		}
	case t.Kind() == reflect.Struct:
		n.maps++
		c.countFields(x, t, offset)
	case t.Kind() == reflect.Map:
		n.maps++
		c.countElements(x, t, o, offset)
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return
		}
		if o.set(t) == noSet {
			n.lists++
		}
		if t.Kind() == reflect.Slice {
			c.countElements(x, t, o, offset)
		}
	case formatNumber(t) != nil:
		n.text += numberLength
		if o.String {
			n.strings++
		} else {
			n.numbers++
		}
	}
}

// countElements adds a collection, but for those in the elements of another.
func (c *compiler) countElements(x *expected, t reflect.Type, o Options, offset uintptr) {
	if x.inElement {
		return
	}
	elem := expected{inElement: true}
	c.countValue(&elem, t.Elem(), o.elem(), 0)
	if elem.always != (counts{nulls: elem.always.nulls}) {
		x.collections = append(x.collections, collection{offset, t, elem.always})
	}
}
