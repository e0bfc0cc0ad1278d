package singletable

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// attributeKey is an attribute of an entity that an index goes by as it is.
type attributeKey struct {
	attribute
	kind  attributeKind
	limit int // bytes of a text or binary value

	index    string // that refuses an empty value, for errors; empty when none does
	required bool   // that index must hold the entity
	optional bool   // left out of the item when it is empty, for a sparse index
}

// attributeKind is how the values of an attribute are stored and compared.
type attributeKind uint8

const (
	textValue     attributeKind = iota // strings
	bytesValue                         // []byte
	signedValue                        // int to int64
	unsignedValue                      // uint to uint64
	floatValue                         // float32, float64
	secondsValue                       // time.Time with unixtime
)

// compileAttributeKey finds how an attribute is stored that an index goes by.
func compileAttributeKey(a attribute) (attributeKey, error) {
	k := attributeKey{attribute: a}
	t, o := a.Field.Type, a.Options
	switch {
	case a.Pointer:
		return k, errors.New("it lies behind an embedded pointer, which may be nil")
	case t == reflect.TypeFor[time.Time]() && o.UnixTime:
		k.kind = secondsValue
	case t == reflect.TypeFor[time.Time]():
		return k, errors.New("a time.Time is stored as text that does not sort: use the tag unixtime")
	case customised(t):
		return k, fmt.Errorf("a %s encodes or decodes itself, so that its type cannot be told", t)
	case t.Kind() == reflect.String && t.Implements(numberText):
		return k, fmt.Errorf("a %s may be a number or none: use an integer or a floating-point number", t)
	case t.Kind() == reflect.String:
		k.kind = textValue
	case t.Kind() == reflect.Slice && t.Elem() == reflect.TypeFor[byte]() && !o.BinarySet && !o.NumberSet && !o.StringSet:
		k.kind = bytesValue
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64:
		k.kind = signedValue
	case t.Kind() >= reflect.Uint && t.Kind() <= reflect.Uint64:
		k.kind = unsignedValue
	case t.Kind() == reflect.Float32 || t.Kind() == reflect.Float64:
		k.kind = floatValue
	default:
		return k, fmt.Errorf("a %s is not stored as a string, a number or a binary value", t)
	}
	if o.String && k.storedAs() == types.ScalarAttributeTypeN && k.kind != secondsValue {
		return k, errors.New("with the tag string a number is stored as text that does not sort")
	}
	return k, nil
}

func (k *attributeKey) storedAs() types.ScalarAttributeType {
	switch k.kind {
	case textValue:
		return types.ScalarAttributeTypeS
	case bytesValue:
		return types.ScalarAttributeTypeB
	default:
		return types.ScalarAttributeTypeN
	}
}

func (k *attributeKey) of(entity reflect.Value) reflect.Value {
	return entity.FieldByIndex(k.Field.Index)
}

// isEmpty tells whether a value cannot be a key, or should not: an empty text or binary value, or no time at all.
func (k *attributeKey) isEmpty(v reflect.Value) bool {
	switch k.kind {
	case textValue, bytesValue:
		return v.Len() == 0
	case secondsValue:
		return v.Interface().(time.Time).IsZero()
	default:
		return false
	}
}

// isSet tells whether a value counts as given when a query is made of the fields that are set.
func (k *attributeKey) isSet(v reflect.Value) bool {
	return !k.isEmpty(v) && (k.kind == textValue || k.kind == bytesValue || k.kind == secondsValue || !v.IsZero())
}

// The sizes of DynamoDB's numbers ("Supported data types and naming rules in Amazon DynamoDB").
const (
	smallestNumber = 1e-130
	largestNumber  = 9.9999999999999999999999999999999999999e125
)

// problem says why a value cannot be a key; empty if it can.
func (k *attributeKey) problem(v reflect.Value) string {
	switch {
	case k.isEmpty(v) && k.kind == secondsValue:
		return "it is the zero time"
	case k.isEmpty(v):
		return "it is empty"
	case k.kind == textValue && !utf8.ValidString(v.String()):
		return "it is not UTF-8"
	case k.kind == textValue || k.kind == bytesValue:
		if v.Len() > k.limit {
			return fmt.Sprintf("it has %d bytes, and the limit is %d", v.Len(), k.limit)
		}
	case k.kind == floatValue:
		if size := math.Abs(v.Float()); math.IsNaN(size) || size > largestNumber || size != 0 && size < smallestNumber {
			return "it is no number that DynamoDB can store"
		}
	}
	return ""
}

// value is v as it is stored.
func (k *attributeKey) value(v reflect.Value) types.AttributeValue {
	switch k.kind {
	case textValue:
		return &types.AttributeValueMemberS{Value: v.String()}
	case bytesValue:
		return &types.AttributeValueMemberB{Value: bytes.Clone(v.Bytes())}
	case signedValue:
		return number(v.Int())
	case unsignedValue:
		return &types.AttributeValueMemberN{Value: strconv.FormatUint(v.Uint(), 10)}
	case floatValue:
		return &types.AttributeValueMemberN{Value: strconv.FormatFloat(v.Float(), 'f', -1, v.Type().Bits())}
	default:
		return number(v.Interface().(time.Time).Unix())
	}
}

// size is how many bytes the value of an entity's attribute has in a key, of a number about: it takes one byte for two digits,
// and one or two for the rest ("Supported data types and naming rules in Amazon DynamoDB").
func (k *attributeKey) size(entity reflect.Value) int {
	switch v := k.value(k.of(entity)).(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		whole, negative := strings.CutPrefix(v.Value, "-")
		size := 1 + (len(strings.Trim(strings.ReplaceAll(whole, ".", ""), "0"))+1)/2
		if negative {
			size++
		}
		return size
	}
	return 0
}

// compare orders two values as DynamoDB orders what is stored of them.
func (k *attributeKey) compare(a, b reflect.Value) int {
	switch k.kind {
	case textValue:
		return strings.Compare(a.String(), b.String())
	case bytesValue:
		return bytes.Compare(a.Bytes(), b.Bytes())
	case signedValue:
		return cmp.Compare(a.Int(), b.Int())
	case unsignedValue:
		return cmp.Compare(a.Uint(), b.Uint())
	case floatValue:
		return cmp.Compare(a.Float(), b.Float())
	default:
		return cmp.Compare(a.Interface().(time.Time).Unix(), b.Interface().(time.Time).Unix())
	}
}

// next returns what follows v among the values that the attribute can have, or with up false what precedes it; false when
// there is none. DynamoDB has no range that leaves both of its ends out.
func (k *attributeKey) next(v reflect.Value, up bool) (types.AttributeValue, bool) {
	n := reflect.New(v.Type()).Elem()
	step := int64(1)
	if !up {
		step = -1
	}
	switch k.kind {
	case textValue:
		text := ""
		if text = lastBelow(v.String(), k.limit); up {
			text = firstAbove(v.String(), k.limit)
		}
		n.SetString(text)
	case bytesValue:
		n.SetBytes(nextBytes(v.Bytes(), up, k.limit))
	case signedValue:
		if to := v.Int() + step; (to > v.Int()) != up || n.OverflowInt(to) {
			return nil, false
		}
		n.SetInt(v.Int() + step)
	case unsignedValue:
		if to := v.Uint() + uint64(step); (to > v.Uint()) != up || n.OverflowUint(to) {
			return nil, false
		}
		n.SetUint(v.Uint() + uint64(step))
	case floatValue:
		n.SetFloat(nextFloat(v, up))
	default:
		return number(v.Interface().(time.Time).Unix() + step), true
	}
	if k.problem(n) != "" {
		return nil, false
	}
	return k.value(n), true
}

// nextFloat passes over the numbers around zero that DynamoDB does not have.
func nextFloat(v reflect.Value, up bool) float64 {
	from, to := v.Float(), math.Inf(1)
	if !up {
		to = math.Inf(-1)
	}
	next := math.Nextafter(from, to)
	if v.Type().Bits() == 32 {
		next = float64(math.Nextafter32(float32(from), float32(to)))
	}
	switch smallest := math.Copysign(smallestNumber, to); {
	case next == 0 || math.Abs(next) >= smallestNumber:
		return next
	case math.Signbit(next) != math.Signbit(smallest):
		return 0
	default:
		return smallest
	}
}

func nextBytes(b []byte, up bool, limit int) []byte {
	n := len(b)
	switch {
	case up && n < limit:
		return append(bytes.Clone(b), 0)
	case up:
		for n > 0 && b[n-1] == 0xFF {
			n--
		}
		if n == 0 {
			return nil
		}
		next := bytes.Clone(b[:n])
		next[n-1]++
		return next
	case n == 0 || b[n-1] == 0:
		return b[:max(n-1, 0)]
	}
	next := bytes.Clone(b)
	next[n-1]--
	return append(next, bytes.Repeat([]byte{0xFF}, limit-n)...)
}
