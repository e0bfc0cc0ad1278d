package itemcodec

import (
	"reflect"
	"unsafe"
)

// location is the way from a struct's address to that of one of its fields, perhaps through embedded pointers.
type location struct {
	offset uintptr
	hops   []hop
}

// hop leads on from an embedded pointer.
type hop struct {
	elem       reflect.Type // what the pointer points to
	offset     uintptr
	unexported bool // the embedded field is unexported: reflect cannot set it
}

func locate(t reflect.Type, index []int) location {
	var l location
	at := &l.offset
	unexported := false
	for i, x := range index {
		if i > 0 && t.Kind() == reflect.Pointer {
			t = t.Elem()
			l.hops = append(l.hops, hop{elem: t, unexported: unexported})
			at = &l.hops[len(l.hops)-1].offset
		}
		f := t.Field(x)
		*at += f.Offset
		t, unexported = f.Type, !f.IsExported()
	}
	return l
}

// find returns the field's address in the struct at p; nil if a pointer on the way is nil.
func (l *location) find(p unsafe.Pointer) unsafe.Pointer {
	p = unsafe.Add(p, l.offset)
	for i := range l.hops {
		h := &l.hops[i]
		if p = *(*unsafe.Pointer)(p); p == nil {
			return nil
		}
		p = unsafe.Add(p, h.offset)
	}
	return p
}

// reach returns the field's address as find does, and makes what nil pointers on the way should point to.
func (l *location) reach(p unsafe.Pointer) (unsafe.Pointer, error) {
	p = unsafe.Add(p, l.offset)
	for i := range l.hops {
		h := &l.hops[i]
		slot := (*unsafe.Pointer)(p)
		if *slot == nil {
			if h.unexported {
				return nil, typeError(h.elem, "attribute", "a nil pointer to an unexported embedded struct cannot be set")
			}
			*slot = reflect.New(h.elem).UnsafePointer()
		}
		p = unsafe.Add(*slot, h.offset)
	}
	return p, nil
}

// slice is how a slice lies in memory.
type slice struct {
	data     unsafe.Pointer
	len, cap int
}

// at returns the address of an element of a slice or array.
func at(data unsafe.Pointer, i int, size uintptr) unsafe.Pointer {
	return unsafe.Add(data, uintptr(i)*size)
}

// setZero sets the value at p to zero.
func setZero(t reflect.Type, p unsafe.Pointer) { reflect.NewAt(t, p).Elem().SetZero() }
