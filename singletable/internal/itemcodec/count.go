package itemcodec

import "reflect"

// counts says how many values of each kind an item of a struct has, if no field is nil or left out, and without what lies
// behind pointers and in slices and maps. It is a hint: encoders make more room as they need it.
type counts struct{ strings, numbers, bools, maps, lists, text int }

const (
	numberLength = 8  // bytes of text expected of a number
	timeLength   = 32 // and of a time
)

func (c *compiler) count(t reflect.Type) counts {
	var n counts
	c.countFields(&n, t)
	return n
}

func (c *compiler) countFields(n *counts, t reflect.Type) {
	for _, a := range c.attributesOf(t) {
		if !a.Pointer { // behind a pointer the type may come again
			c.countValue(n, a.Field.Type, a.Options)
		}
	}
}

func (c *compiler) countValue(n *counts, t reflect.Type, o Options) {
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
		c.countFields(n, t)
	case t.Kind() == reflect.Map:
		n.maps++
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Array:
		if t.Elem().Kind() != reflect.Uint8 && o.set(t) == noSet {
			n.lists++
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
