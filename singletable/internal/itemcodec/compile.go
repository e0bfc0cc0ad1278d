package itemcodec

import (
	"encoding"
	"reflect"
	"time"
	"unsafe"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// encodeFunc encodes the value at p. No value and no error means that the attribute is left out.
type encodeFunc func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error)

// decodeFunc decodes an attribute into the value at p, which is addressable in reflect's sense.
type decodeFunc func(av types.AttributeValue, p unsafe.Pointer) error

// compiler makes the functions for a type and the types in it. What it has made or is making it keeps, so that a type may
// refer to itself.
type compiler struct {
	encoders   map[encoderOf]*encodeFunc
	decoders   map[decoderOf]*decodeFunc
	attributes map[reflect.Type][]Attribute

	handsOn bool // a method of some type is given attributes to decode
}

type encoderOf struct {
	t           reflect.Type
	o           Options
	addressable bool // attributevalue calls methods of a pointer only where it can take the value's address
}

type decoderOf struct {
	t      reflect.Type
	string bool // the field has the option of that name
}

func newCompiler() *compiler {
	return &compiler{encoders: map[encoderOf]*encodeFunc{}, decoders: map[decoderOf]*decodeFunc{}, attributes: map[reflect.Type][]Attribute{}}
}

// attributesOf is the function of that name, each type's answer kept.
func (c *compiler) attributesOf(t reflect.Type) []Attribute {
	a, ok := c.attributes[t]
	if !ok {
		a = attributesOf(t)
		c.attributes[t] = a
	}
	return a
}

// encoder returns the function for values of a type under a field's options.
func (c *compiler) encoder(t reflect.Type, o Options, addressable bool) encodeFunc {
	key := encoderOf{t, o, addressable}
	if f, ok := c.encoders[key]; ok {
		if *f != nil {
			return *f
		}
		return func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) { return (*f)(e, p) }
	}
	f := new(encodeFunc)
	c.encoders[key] = f
	*f = c.makeEncoder(t, o, addressable)
	return *f
}

// decoder returns the function for values of a type under a field's options.
func (c *compiler) decoder(t reflect.Type, o Options) decodeFunc {
	key := decoderOf{t, o.String}
	if f, ok := c.decoders[key]; ok {
		if *f != nil {
			return *f
		}
		return func(av types.AttributeValue, p unsafe.Pointer) error { return (*f)(av, p) }
	}
	f := new(decodeFunc)
	c.decoders[key] = f
	*f = c.makeDecoder(t, o)
	return *f
}

var (
	marshalerType       = reflect.TypeFor[attributevalue.Marshaler]()
	unmarshalerType     = reflect.TypeFor[attributevalue.Unmarshaler]()
	textUnmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
	timeType            = reflect.TypeFor[time.Time]()
	stringType          = reflect.TypeFor[string]()
	byteType            = reflect.TypeFor[byte]()
	bytesListType       = reflect.TypeFor[[][]byte]()
	anyType             = reflect.TypeFor[any]()

	// numberText is what tells attributevalue that a string is a number, as json.Number and attributevalue.Number are.
	numberText = reflect.TypeFor[interface {
		Float64() (float64, error)
		Int64() (int64, error)
		String() string
	}]()
)

func isNumberText(t reflect.Type) bool { return t.Kind() == reflect.String && t.Implements(numberText) }

// isTime tells whether values are times: time.Time and types defined as it.
func isTime(t reflect.Type) bool { return t.Kind() == reflect.Struct && t.ConvertibleTo(timeType) }

// implementsMarshaler tells whether attributevalue encodes such values by a method: of the pointer where there is one to be had
// and the type has a name.
func implementsMarshaler(t reflect.Type, addressable bool) bool {
	return methodSet(t, addressable).Implements(marshalerType)
}

func methodSet(t reflect.Type, addressable bool) reflect.Type {
	if addressable && t.Name() != "" && t.Kind() != reflect.Pointer {
		return reflect.PointerTo(t)
	}
	return t
}
