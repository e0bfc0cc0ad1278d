package singletabletest_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The codes of the errors that cases expect.
const (
	invalid         = "ValidationException"
	conditionFailed = "ConditionalCheckFailedException"
	notFound        = "ResourceNotFoundException"
	inUse           = "ResourceInUseException"
	cancelled       = "TransactionCanceledException"
	mismatch        = "IdempotentParameterMismatchException"
)

// modelled tells for each error that the SDK has a type for whether an error holds one.
var modelled = map[string]func(error) bool{
	conditionFailed: is[*types.ConditionalCheckFailedException],
	notFound:        is[*types.ResourceNotFoundException],
	inUse:           is[*types.ResourceInUseException],
	cancelled:       is[*types.TransactionCanceledException],
	mismatch:        is[*types.IdempotentParameterMismatchException],
}

func is[T error](err error) bool {
	_, ok := errors.AsType[T](err)
	return ok
}

// An operation is a method of the client: call(t, db.PutItem, &dynamodb.PutItemInput{…}).
type operation[I, O any] = func(context.Context, I, ...func(*dynamodb.Options)) (O, error)

// call does an operation that must succeed.
func call[I, O any](t *testing.T, do operation[I, O], in I) O {
	t.Helper()
	out, err := do(t.Context(), in)
	if err != nil {
		t.Fatalf("%T: %v", in, err)
	}
	return out
}

// refused does an operation that must fail with an error code and with every phrase in its message. It returns the error.
func refused[I, O any](t *testing.T, do operation[I, O], in I, code string, phrases ...string) error {
	t.Helper()
	out, err := do(t.Context(), in)
	if err == nil {
		t.Fatalf("%T: got %s, want %s", in, show(out), code)
	}
	var api interface {
		error
		ErrorCode() string
		ErrorMessage() string
	}
	if !errors.As(err, &api) {
		t.Fatalf("%T: got %v, want an API error %s", in, err, code)
	}
	if api.ErrorCode() != code {
		t.Fatalf("%T: got %s: %s, want %s", in, api.ErrorCode(), api.ErrorMessage(), code)
	}
	if typed, known := modelled[code]; known && !typed(err) {
		t.Errorf("%T: %v has no error of the SDK's type in its chain", in, err)
	}
	for _, phrase := range phrases {
		if !strings.Contains(api.ErrorMessage(), phrase) {
			t.Errorf("%T: message %q lacks %q", in, api.ErrorMessage(), phrase)
		}
	}
	return err
}

// same compares two values of the SDK in full: every field that is set, sets in any order, nil apart from empty.
func same(t *testing.T, got, want any) {
	t.Helper()
	if g, w := show(got), show(want); g != w {
		t.Errorf("\n got %s\nwant %s", g, w)
	}
}

// show writes a value of the SDK in one canonical line. Fields that are nil or zero are left out.
func show(v any) string {
	var b strings.Builder
	write(&b, reflect.ValueOf(v))
	return b.String()
}

func write(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Invalid:
		b.WriteString("nil")
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		if !writeAttribute(b, v.Interface()) {
			write(b, v.Elem())
		}
	case reflect.Struct:
		writeStruct(b, v)
	case reflect.Map:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(x, y reflect.Value) int { return cmp.Compare(x.String(), y.String()) })
		writeList(b, '{', '}', len(keys), func(i int) {
			fmt.Fprintf(b, "%s:", keys[i])
			write(b, v.MapIndex(keys[i]))
		})
	case reflect.Slice:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		writeList(b, '[', ']', v.Len(), func(i int) { write(b, v.Index(i)) })
	case reflect.String:
		b.WriteString(abridged(v.String()))
	default:
		fmt.Fprint(b, v)
	}
}

func writeStruct(b *strings.Builder, v reflect.Value) {
	var set []int
	for i, f := range reflect.VisibleFields(v.Type()) {
		if f.IsExported() && f.Name != "ResultMetadata" && !v.Field(i).IsZero() {
			set = append(set, i)
		}
	}
	b.WriteString(v.Type().Name())
	writeList(b, '{', '}', len(set), func(i int) {
		fmt.Fprintf(b, "%s:", v.Type().Field(set[i]).Name)
		write(b, v.Field(set[i]))
	})
}

func writeList(b *strings.Builder, opening, closing byte, n int, element func(i int)) {
	b.WriteByte(opening)
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		element(i)
	}
	b.WriteByte(closing)
}

// writeAttribute writes an attribute value as its type and its content, and says whether it was one.
func writeAttribute(b *strings.Builder, v any) bool {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		b.WriteString(abridged(v.Value))
	case *types.AttributeValueMemberN:
		b.WriteString(v.Value)
	case *types.AttributeValueMemberB:
		fmt.Fprintf(b, "b%s", abridged(string(v.Value)))
	case *types.AttributeValueMemberNULL:
		fmt.Fprintf(b, "NULL(%t)", v.Value)
	case *types.AttributeValueMemberBOOL:
		fmt.Fprint(b, v.Value)
	case *types.AttributeValueMemberL:
		writeList(b, '[', ']', len(v.Value), func(i int) { b.WriteString(show(v.Value[i])) })
	case *types.AttributeValueMemberM:
		b.WriteString(show(v.Value))
	case *types.AttributeValueMemberSS:
		fmt.Fprintf(b, "SS%q", slices.Sorted(slices.Values(v.Value)))
	case *types.AttributeValueMemberNS:
		fmt.Fprintf(b, "NS%s", slices.Sorted(slices.Values(v.Value)))
	case *types.AttributeValueMemberBS:
		fmt.Fprintf(b, "BS%q", slices.SortedFunc(slices.Values(v.Value), slices.Compare))
	default:
		return false
	}
	return true
}

// abridged quotes a text, and stands a checksum in for the middle of a long one.
func abridged(s string) string {
	if len(s) <= 120 {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprintf("%.20q…(%d bytes, checksum %08x)", s, len(s), crc32.ChecksumIEEE([]byte(s)))
}
