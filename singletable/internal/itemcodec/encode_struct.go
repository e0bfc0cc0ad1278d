package itemcodec

import (
	"reflect"
	"unsafe"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// encodeFields is a struct's attributes.
type encodeFields []encodeField

type encodeField struct {
	name string
	location
	encode encodeFunc
}

// into puts the attributes of the struct at p into a map.
func (fields encodeFields) into(e *encoder, m map[string]types.AttributeValue, p unsafe.Pointer) error {
	for i := range fields {
		f := &fields[i]
		at := f.find(p)
		if at == nil {
			continue
		}
		av, err := f.encode(e, at)
		if err != nil {
			return under(f.name, err)
		}
		if av != nil {
			m[f.name] = av
		}
	}
	return nil
}

func (c *compiler) encodeFields(t reflect.Type, addressable bool) encodeFields {
	var fields encodeFields
	for _, a := range c.attributesOf(t) {
		// What lies behind a pointer is addressable, whatever the struct is.
		reachable := addressable || a.Pointer
		f := encodeField{name: a.Name, location: locate(t, a.Field.Index)}
		if a.Field.IsExported() {
			f.encode = c.encoder(a.Field.Type, a.Options, reachable)
		} else {
			f.encode = c.encodeUnexported(a.Field.Type, a.Options, reachable)
		}
		fields = append(fields, f)
	}
	return fields
}

func (c *compiler) encodeStruct(t reflect.Type, addressable bool) encodeFunc {
	fields := c.encodeFields(t, addressable)
	return func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
		m := make(map[string]types.AttributeValue, len(fields))
		if err := fields.into(e, m, p); err != nil {
			return nil, err
		}
		return e.mapOf(m), nil
	}
}

// encodeUnexported is for an unexported embedded field that is an attribute by itself, because it has a name in its tag or
// is no struct. reflect shows attributevalue the exported fields of such a struct and nothing else: where attributevalue
// would panic, there is an error.
func (c *compiler) encodeUnexported(t reflect.Type, o Options, addressable bool) encodeFunc {
	inner, pointer := pointedTo(t)
	if inner.Kind() == reflect.Struct && !isTime(inner) && methodSet(inner, addressable || pointer).NumMethod() == 0 {
		return c.encoder(t, o, addressable)
	}
	return checkZero(t, o, func(*encoder, unsafe.Pointer) (types.AttributeValue, error) {
		return nil, invalid(t, "an unexported embedded field cannot be read: export its type or tag it with \"-\"")
	})
}
