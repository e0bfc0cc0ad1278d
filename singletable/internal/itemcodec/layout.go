package itemcodec

import (
	"reflect"
	"unsafe"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// layout is how the values that nearly every item of a type has lie in one piece of memory: an array for each kind of value,
// and behind them bytes for the texts of numbers and times. It takes one allocation in place of one for each kind.
type layout struct {
	counts
	memory reflect.Type // a struct of the arrays; nil if it would be empty

	// Where the arrays begin in it.
	stringsAt, numbersAt, boolsAt, nullsAt, mapsAt, listsAt, textAt uintptr
}

func newLayout(c counts) layout {
	l := layout{counts: c}
	arrays := []struct {
		at   *uintptr
		n    int
		elem reflect.Type
		name string
	}{
		{&l.stringsAt, c.strings, reflect.TypeFor[types.AttributeValueMemberS](), "Strings"},
		{&l.numbersAt, c.numbers, reflect.TypeFor[types.AttributeValueMemberN](), "Numbers"},
		{&l.mapsAt, c.maps, reflect.TypeFor[types.AttributeValueMemberM](), "Maps"},
		{&l.listsAt, c.lists, reflect.TypeFor[types.AttributeValueMemberL](), "Lists"},
		{&l.boolsAt, c.bools, reflect.TypeFor[types.AttributeValueMemberBOOL](), "Bools"},
		{&l.nullsAt, c.nulls, reflect.TypeFor[types.AttributeValueMemberNULL](), "Nulls"},
		{&l.textAt, c.text, byteType, "Text"},
	}
	var fields []reflect.StructField
	for _, a := range arrays {
		if a.n > 0 {
			fields = append(fields, reflect.StructField{Name: a.name, Type: reflect.ArrayOf(a.n, a.elem)})
		}
	}
	if len(fields) == 0 {
		return l
	}
	l.memory = reflect.StructOf(fields)
	for _, a := range arrays {
		if f, ok := l.memory.FieldByName(a.name); ok {
			*a.at = f.Offset
		}
	}
	return l
}

// allocate gives an encoder the memory for one item.
func (l *layout) allocate(e *encoder) {
	if l.memory == nil {
		return
	}
	p := reflect.New(l.memory).UnsafePointer()
	e.strings.rest = array[types.AttributeValueMemberS](p, l.stringsAt, l.strings)
	e.numbers.rest = array[types.AttributeValueMemberN](p, l.numbersAt, l.numbers)
	e.bools.rest = array[types.AttributeValueMemberBOOL](p, l.boolsAt, l.bools)
	e.maps.rest = array[types.AttributeValueMemberM](p, l.mapsAt, l.maps)
	e.lists.rest = array[types.AttributeValueMemberL](p, l.listsAt, l.lists)
	e.nulls.rest = array[types.AttributeValueMemberNULL](p, l.nullsAt, l.nulls)
	e.texts = array[byte](p, l.textAt, l.text)[:0]
}

// array is an array of n elements in the memory at p, whose type has it at that offset.
func array[E any](p unsafe.Pointer, offset uintptr, n int) []E {
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*E)(unsafe.Add(p, offset)), n)
}
