package itemcodec

import (
	"fmt"
	"iter"
	"reflect"
	"slices"
	"unsafe"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Codec encodes and decodes values of one struct type as attributevalue.MarshalMap and UnmarshalMap do with their default
// options. Safe for concurrent use.
type Codec[T any] struct{ plan *Plan }

// New compiles a codec. It fails if T is no struct.
func New[T any]() (*Codec[T], error) {
	plan, err := NewPlan(reflect.TypeFor[T]())
	if err != nil {
		return nil, err
	}
	return &Codec[T]{plan}, nil
}

// Encode returns the item of *v, in a map that is the caller's own and has room for so many extra attributes. A nil v makes
// an empty item. The error is an [*Error].
func (c *Codec[T]) Encode(v *T, extra int) (map[string]types.AttributeValue, error) {
	return c.plan.encode(unsafe.Pointer(v), extra)
}

// Decode reads an item into *v. What the item does not mention stays as it is. After an error, *v may be partly filled. Texts
// are shared with the item, bytes are copied. The error is an [*Error] or, if v is nil, an
// [*attributevalue.InvalidUnmarshalError].
func (c *Codec[T]) Decode(item map[string]types.AttributeValue, v *T) error {
	return c.plan.decode(item, unsafe.Pointer(v))
}

// Plan returns what the codec does, for callers that do not know T.
func (c *Codec[T]) Plan() *Plan { return c.plan }

// Plan is a codec for values whose type is known at run time only. Safe for concurrent use.
type Plan struct {
	t          reflect.Type
	attributes []Attribute

	fields   encodeFields
	names    decodeFields
	expected expected // of an item that is encoded
	layout   layout

	encodesItself, decodesItself bool
	handsOn                      bool
}

// NewPlan compiles a plan. It fails if t is no struct.
func NewPlan(t reflect.Type) (*Plan, error) {
	if t == nil || t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("itemcodec: %v is no struct: items are encoded from structs and decoded into them", t)
	}
	c := newCompiler()
	x := c.expect(t)
	p := &Plan{
		t:             t,
		attributes:    c.attributesOf(t),
		fields:        c.encodeFields(t, true),
		names:         c.decodeFields(t),
		expected:      x,
		layout:        newLayout(x.always),
		encodesItself: implementsMarshaler(t, true) || isTime(t),
		decodesItself: reflect.PointerTo(t).Implements(unmarshalerType),
	}
	p.handsOn = p.decodesItself || c.handsOn
	return p, nil
}

// Type returns the struct type.
func (p *Plan) Type() reflect.Type { return p.t }

// Attributes yields the fields that are attributes, exactly those that attributevalue encodes and decodes, in their order in
// the struct.
func (p *Plan) Attributes() iter.Seq[Attribute] { return slices.Values(p.attributes) }

// Attribute returns the attribute with exactly this name.
func (p *Plan) Attribute(name string) (Attribute, bool) {
	for _, a := range p.attributes {
		if a.Name == name {
			return a, true
		}
	}
	return Attribute{}, false
}

// DecodedAs returns the name of the attribute that one of this name is decoded as: differences in case are passed over where there is
// none of exactly this name. It is empty where the name means nothing.
func (p *Plan) DecodedAs(name string) string {
	if i := p.names.names.find(name); i >= 0 {
		return p.names.fields[i].name
	}
	return ""
}

// HandsOn tells whether parts of an item are given to methods of types when it is decoded. Such a method may keep them: two values
// that are decoded from one item may then share what they hold.
func (p *Plan) HandsOn() bool { return p.handsOn }

// EncodesItself tells whether the struct's values are encoded or decoded by methods of its own, or of an embedded field, and
// not by their attributes.
func (p *Plan) EncodesItself() bool { return p.encodesItself || p.decodesItself }

// Encode is [Codec.Encode] for v, a pointer to the struct type.
func (p *Plan) Encode(v any, extra int) (map[string]types.AttributeValue, error) {
	at, err := p.address("encode", v)
	if err != nil {
		return nil, err
	}
	return p.encode(at, extra)
}

// Decode is [Codec.Decode] for v, a pointer to the struct type.
func (p *Plan) Decode(item map[string]types.AttributeValue, v any) error {
	at, err := p.address("decode", v)
	if err != nil {
		return err
	}
	return p.decode(item, at)
}

func (p *Plan) address(op string, v any) (unsafe.Pointer, error) {
	r := reflect.ValueOf(v)
	if want := reflect.PointerTo(p.t); !r.IsValid() || r.Type() != want {
		return nil, fmt.Errorf("itemcodec: cannot %s a %T: give a %s", op, v, want)
	}
	return r.UnsafePointer(), nil
}

func (p *Plan) encode(v unsafe.Pointer, extra int) (map[string]types.AttributeValue, error) {
	if v == nil {
		return make(map[string]types.AttributeValue, extra), nil
	}
	if p.encodesItself {
		return p.encodeItself(v, extra)
	}
	item := make(map[string]types.AttributeValue, len(p.fields)+extra)
	e := newEncoder(&p.layout, &p.expected, v)
	defer e.free()
	if err := p.fields.into(e, item, v); err != nil {
		return nil, err
	}
	return item, nil
}

// encodeItself copies the item that a method of the type made: the method may keep its map.
func (p *Plan) encodeItself(v unsafe.Pointer, extra int) (map[string]types.AttributeValue, error) {
	made, err := attributevalue.MarshalMap(reflect.NewAt(p.t, v).Interface())
	if err != nil {
		return nil, foreign("encode", p.t, "its own method failed", err)
	}
	item := make(map[string]types.AttributeValue, len(made)+extra)
	for name, av := range made {
		item[name] = av
	}
	return item, nil
}

func (p *Plan) decode(item map[string]types.AttributeValue, v unsafe.Pointer) error {
	if v == nil {
		return &attributevalue.InvalidUnmarshalError{Type: reflect.PointerTo(p.t)}
	}
	if p.decodesItself {
		if err := attributevalue.UnmarshalMap(item, reflect.NewAt(p.t, v).Interface()); err != nil {
			return foreign("decode", p.t, "its own method failed", err)
		}
		return nil
	}
	return p.names.decode(item, v)
}
