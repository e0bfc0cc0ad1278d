package itemcodec

import (
	"reflect"
	"time"
	"unsafe"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// decodeFields is a struct's attributes, to be found by name.
type decodeFields struct {
	fields []decodeField
	names  nameIndex
}

type decodeField struct {
	name string
	location
	decode decodeFunc
}

func (c *compiler) decodeFields(t reflect.Type) decodeFields {
	var d decodeFields
	var names []string
	for _, a := range c.attributesOf(t) {
		f := decodeField{name: a.Name, location: locate(t, a.Field.Index)}
		if a.Field.IsExported() {
			f.decode = c.decoder(a.Field.Type, a.Options)
		} else {
			f.decode = c.decodeUnexported(a.Field.Type, a.Options)
		}
		d.fields = append(d.fields, f)
		names = append(names, a.Name)
	}
	d.names = indexNames(names)
	return d
}

// decode reads an item into the struct at p.
func (d *decodeFields) decode(item map[string]types.AttributeValue, p unsafe.Pointer) error {
	for name, av := range item {
		i := d.names.find(name)
		if i < 0 {
			continue
		}
		f := &d.fields[i]
		at, err := f.reach(p)
		if err == nil {
			err = f.decode(av, at)
		}
		if err != nil {
			return under(f.name, err)
		}
	}
	return nil
}

func (c *compiler) decodeStruct(t reflect.Type, o Options) decodeFunc {
	fields := c.decodeFields(t)
	var text func(types.AttributeValue, *time.Time) error
	if isTime(t) {
		text = decodeTime(t, o)
	}
	return func(av types.AttributeValue, p unsafe.Pointer) error {
		if m, ok := av.(*types.AttributeValueMemberM); ok {
			return fields.decode(m.Value, p) // nothing is in it for a time, which has no exported fields
		}
		if isNull(av) {
			setZero(t, p)
			return nil
		}
		if text != nil {
			return text(av, (*time.Time)(p))
		}
		return mismatch(av, t)
	}
}

// decodeUnexported is for an unexported embedded field that is an attribute by itself; see encodeUnexported. reflect lets
// attributevalue set the exported fields of such a struct, and neither the struct as a whole nor a pointer to it.
func (c *compiler) decodeUnexported(t reflect.Type, o Options) decodeFunc {
	inner, pointer := pointedTo(t)
	var fields decodeFunc
	if inner.Kind() == reflect.Struct && !isTime(inner) {
		fields = c.decodeStruct(inner, o)
	}
	return func(av types.AttributeValue, p unsafe.Pointer) error {
		if pointer {
			p = *(*unsafe.Pointer)(p)
		}
		switch {
		case p != nil && isNull(av):
			return nil
		case p != nil && fields != nil:
			return fields(av, p)
		}
		return typeError(t, kindOf(av), "an unexported embedded field cannot be set: export its type or tag it with \"-\"")
	}
}
