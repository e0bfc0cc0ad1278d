package itemcodec_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/internal/itemcodec"
)

type item = map[string]types.AttributeValue

// Short names for the tests' tables.
func avS(s string) types.AttributeValue  { return &types.AttributeValueMemberS{Value: s} }
func avN(n string) types.AttributeValue  { return &types.AttributeValueMemberN{Value: n} }
func avB(b ...byte) types.AttributeValue { return &types.AttributeValueMemberB{Value: b} }
func avBool(b bool) types.AttributeValue { return &types.AttributeValueMemberBOOL{Value: b} }
func avNull() types.AttributeValue       { return &types.AttributeValueMemberNULL{Value: true} }
func avL(l ...types.AttributeValue) types.AttributeValue {
	return &types.AttributeValueMemberL{Value: l}
}
func avM(m item) types.AttributeValue       { return &types.AttributeValueMemberM{Value: m} }
func avSS(s ...string) types.AttributeValue { return &types.AttributeValueMemberSS{Value: s} }
func avNS(n ...string) types.AttributeValue { return &types.AttributeValueMemberNS{Value: n} }
func avBS(b ...[]byte) types.AttributeValue { return &types.AttributeValueMemberBS{Value: b} }

// Where attributevalue panics on a value, the codec has to return an error.
var errPanic = errors.New("attributevalue panicked")

func oracleEncode(v any) (it item, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", errPanic, r)
		}
	}()
	return attributevalue.MarshalMap(v)
}

func oracleDecode(it item, v any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", errPanic, r)
		}
	}()
	return attributevalue.UnmarshalMap(it, v)
}

func planOf(tb testing.TB, t reflect.Type) *itemcodec.Plan {
	tb.Helper()
	p, err := itemcodec.NewPlan(t)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// sameEncoding holds the item of v, a pointer to a struct, against attributevalue's, and returns it; nil if neither makes one.
func sameEncoding(tb testing.TB, p *itemcodec.Plan, v any) item {
	tb.Helper()
	want, wantErr := oracleEncode(v)
	got, err := p.Encode(v, 3)
	if (err == nil) != (wantErr == nil) {
		tb.Errorf("%T\n%+v\nerror          %v\nattributevalue %v", v, reflect.ValueOf(v).Elem(), err, wantErr)
		return nil
	}
	if err != nil {
		sameErrors(tb, err, wantErr)
		return nil
	}
	if !reflect.DeepEqual(got, want) {
		tb.Errorf("%T\n%+v\nmakes          %s\nattributevalue %s", v, reflect.ValueOf(v).Elem(), show(got), show(want))
	}
	distinct(tb, got)
	return got
}

// distinct checks that no two values of an item are the same memory, but for nulls, which have nothing in them.
func distinct(tb testing.TB, it item) {
	tb.Helper()
	seen := map[types.AttributeValue]bool{}
	var walk func(av types.AttributeValue)
	walk = func(av types.AttributeValue) {
		if _, null := av.(*types.AttributeValueMemberNULL); null || av == nil {
			return
		}
		if seen[av] {
			tb.Errorf("a value is handed out twice in %s", show(it))
		}
		seen[av] = true
		switch av := av.(type) {
		case *types.AttributeValueMemberM:
			for _, v := range av.Value {
				walk(v)
			}
		case *types.AttributeValueMemberL:
			for _, v := range av.Value {
				walk(v)
			}
		}
	}
	for _, v := range it {
		walk(v)
	}
}

// sameDecoding decodes an item into got with the codec and into want with attributevalue, both pointers to equal structs. It
// tells whether it could be decoded.
func sameDecoding(tb testing.TB, p *itemcodec.Plan, it item, got, want any) bool {
	tb.Helper()
	wantErr := oracleDecode(it, want)
	err := p.Decode(it, got)
	if (err == nil) != (wantErr == nil) {
		tb.Errorf("%s\ninto           %T\nerror          %v\nattributevalue %v", show(it), got, err, wantErr)
		return false
	}
	if err != nil {
		if inOrder(avM(it)) {
			sameErrors(tb, err, wantErr)
		}
		return false
	}
	if !reflect.DeepEqual(got, want) {
		tb.Errorf("%s\nmakes          %+v\nattributevalue %+v", show(it), reflect.ValueOf(got).Elem(), reflect.ValueOf(want).Elem())
	}
	return true
}

// sameErrors checks that an error is found as attributevalue's is.
func sameErrors(tb testing.TB, err, want error) {
	tb.Helper()
	if errors.Is(want, errPanic) {
		return
	}
	find := func(name string, found func(error) bool) {
		if found(want) && !found(err) {
			tb.Errorf("%v\nis no %s, attributevalue's is: %v", err, name, want)
		}
	}
	find("UnmarshalTypeError", as[*attributevalue.UnmarshalTypeError])
	find("UnmarshalError", as[*attributevalue.UnmarshalError])
	find("InvalidMarshalError", as[*attributevalue.InvalidMarshalError])
	find("errOwn", func(err error) bool { return errors.Is(err, errOwn) })
}

func as[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}

func show(it item) string {
	text, err := attributevalue.MarshalMapJSON(it)
	if err != nil {
		return fmt.Sprintf("%v", it)
	}
	return string(text)
}

// inOrder tells whether a value holds no map of several entries, of which either may be met first.
func inOrder(av types.AttributeValue) bool {
	switch av := av.(type) {
	case *types.AttributeValueMemberM:
		for _, v := range av.Value {
			return len(av.Value) == 1 && inOrder(v)
		}
	case *types.AttributeValueMemberL:
		for _, v := range av.Value {
			if !inOrder(v) {
				return false
			}
		}
	}
	return true
}
