package itemcodec_test

import (
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/internal/itemcodec"
)

const secret = "s3cr3t"

// Errors name the path and the type, and quote neither values nor the keys of maps.
func TestErrorsNameThePath(t *testing.T) {
	t.Parallel()
	p := planOf(t, reflect.TypeFor[rich]())
	lines := func(m item) item { return item{"lines": avL(avM(nil), avM(m))} }
	for _, test := range []struct {
		item item
		path string
		typ  reflect.Type
		as   func(error) bool
	}{
		{item{"b": avS(secret)}, "B", reflect.TypeFor[bool](), as[*attributevalue.UnmarshalTypeError]},
		{item{"I8": avN("300")}, "I8", reflect.TypeFor[int8](), as[*attributevalue.UnmarshalTypeError]},
		{item{"U16": avN(secret)}, "U16", reflect.TypeFor[uint16](), as[*strconv.NumError]},
		{item{"F64": avN("1e999")}, "f64", reflect.TypeFor[float64](), func(err error) bool { return errors.Is(err, strconv.ErrRange) }},
		{item{"Time": avS(secret)}, "Time", reflect.TypeOf(moment), as[*attributevalue.UnmarshalError]},
		{item{"unix": avN(secret)}, "unix", reflect.TypeOf(moment), as[*attributevalue.UnmarshalError]},
		{item{"array": avB(1)}, "array", reflect.TypeFor[[3]byte](), as[*attributevalue.UnmarshalTypeError]},
		{lines(item{"quantity": avS(secret)}), "lines[1].quantity", reflect.TypeFor[int](), as[*attributevalue.UnmarshalTypeError]},
		{lines(item{"Options": avM(item{secret: avL(avBool(true))})}), "lines[1].Options[*][0]", reflect.TypeFor[string](), as[*attributevalue.UnmarshalTypeError]},
		{item{"Labels": avM(item{secret: avBool(true)})}, "Labels[*]", reflect.TypeFor[string](), as[*attributevalue.UnmarshalTypeError]},
		{item{"by_id": avM(item{secret: avM(nil)})}, "by_id[*]", reflect.TypeFor[int](), as[*attributevalue.UnmarshalTypeError]},
		{item{"by_text": avM(item{secret: avBool(true)})}, "by_text", reflect.TypeFor[map[textKey]bool](), as[*attributevalue.UnmarshalTypeError]},
		{item{"Doc": avM(item{secret: avL(avN(secret))})}, "Doc[*][0]", reflect.TypeFor[float64](), as[*strconv.NumError]},
		{item{"next": avM(item{"ns": avNS("1", secret)})}, "next.ns[1]", reflect.TypeFor[int](), as[*strconv.NumError]},
		{item{"Value": avB(1)}, "Value", reflect.TypeFor[byValue](), func(err error) bool { return errors.Is(err, errOwn) }},
		{item{"s": &types.UnknownUnionMember{Tag: secret}}, "s", reflect.TypeFor[string](), func(error) bool { return true }},
	} {
		err := p.Decode(test.item, new(rich))
		var e *itemcodec.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", test.path, err)
			continue
		}
		if e.Op != "decode" || e.Path != test.path || e.Type != test.typ || !test.as(err) {
			t.Errorf("%v\n%+v unwraps to %T, want %s of type %s", err, e, e.Err, test.path, test.typ)
		}
		if !strings.Contains(err.Error(), test.path) || !strings.Contains(err.Error(), test.typ.String()) {
			t.Errorf("%v: names not both of %s and %s", err, test.path, test.typ)
		}
		for text := err; text != nil && !errors.As(err, new(*attributevalue.UnmarshalTypeError)); text = errors.Unwrap(text) {
			if strings.Contains(text.Error(), secret) {
				t.Errorf("%v quotes the value", text)
			}
		}
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%v quotes the value", err)
		}
	}
}

func TestEncodeErrors(t *testing.T) {
	t.Parallel()
	p := planOf(t, reflect.TypeFor[rich]())
	isInvalid := as[*attributevalue.InvalidMarshalError]
	for _, test := range []struct {
		value rich
		path  string
		as    func(error) bool
	}{
		{rich{Labels: map[string]string{"": secret}}, "Labels", isInvalid},
		{rich{Next: &rich{Doc: map[string]any{"a": map[string]any{"": secret}}}}, "next.Doc[*]", isInvalid},
		{rich{Doc: map[string]any{"a": []any{0, map[textKey]int{{-1}: 1}}}}, "Doc[*][1]", func(err error) bool { return errors.Is(err, errOwn) }},
		{rich{BS: [][]byte{{1}, nil}}, "bs[1]", isInvalid},
		{rich{Value: byValue{-1}}, "Value", func(err error) bool { return errors.Is(err, errOwn) }},
		{rich{Lines: []line{{}, {Options: map[string][]string{"": {secret}}}}}, "lines[1].Options", isInvalid},
	} {
		_, err := p.Encode(&test.value, 0)
		var e *itemcodec.Error
		if !errors.As(err, &e) || e.Op != "encode" || e.Path != test.path || !test.as(err) {
			t.Errorf("%v: want one at %s", err, test.path)
		}
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%v quotes the value", err)
		}
	}
}

// Panics of methods are their callers' business; only reflect's, which items provoke in attributevalue, become errors.
func TestPanicsOfMethodsPass(t *testing.T) {
	t.Parallel()
	type holder struct{ F any }
	p := planOf(t, reflect.TypeFor[holder]())
	defer func() {
		if r := recover(); r != errOwn {
			t.Errorf("recovered %v", r)
		}
	}()
	_, err := p.Encode(&holder{panics{}}, 0)
	t.Errorf("no panic, but %v", err)
}

type panics struct{}

func (panics) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) { panic(errOwn) }
