package singletabletest_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// A source makes the random parts of requests. It draws from few keys, names and values, so that they meet.
type source struct{ *rand.Rand }

// oneIn is true once in n times.
func (r source) oneIn(n int) bool { return r.IntN(n) == 0 }

func one[T any](r source, of ...T) T { return of[r.IntN(len(of))] }

// some picks n of the things, with repetitions.
func some[T any](r source, n int, of ...T) []T {
	picked := make([]T, n)
	for i := range picked {
		picked[i] = one(r, of...)
	}
	return picked
}

var (
	texts    = []string{"", "a", "b", "ab", "b#c", "é", "Z", "\U0001F600", "aaaa"}
	binaries = []string{"", "\x00", "a", "ab", "\xff"}
	// Numbers are spelled as the service spells them: spellings have cases of their own in the conformance suite.
	numbers = []string{
		"0", "1", "2", "-1", "10", "1.5", "-0.5", "0.1", "100000000000000000000", "12345678901234567890123456789012345678",
		"-12345678901234567890123456789012345678", "0.0000000000000000000000000000000000001",
	}
	extremes = []string{
		"1E+125", "9.9999999999999999999999999999999999999E+125", "-9.9999999999999999999999999999999999999E+125", "1E-130", "-1E-130",
		"0.10", "1e2", "+3", "007",
	}
	badNumbers = []string{"1E+126", "1E-131", "123456789012345678901234567890123456789", "abc", "", "1.2.3", "NaN", "0x1"}
)

func (r source) number() string {
	switch {
	case r.oneIn(150):
		return one(r, badNumbers...)
	default:
		return one(r, numbers...)
	}
}

// topNumber is a number that is not inside a list or map, where any spelling is told apart by value alone.
func (r source) topNumber() string {
	if r.oneIn(8) {
		return one(r, extremes...)
	}
	return r.number()
}

// set picks elements of a set: mostly distinct and at least one.
func set[T comparable](r source, of []T) []T {
	picked := some(r, r.IntN(3)+1, of...)
	if r.oneIn(60) {
		return append(picked, picked[0])
	}
	if r.oneIn(100) {
		return picked[:0]
	}
	slices.SortFunc(picked, func(a, b T) int { return slices.Index(of, a) - slices.Index(of, b) })
	return slices.Compact(picked)
}

// value makes a value of any type, nested up to some depth.
func (r source) value(depth int) value {
	kinds := 8
	if depth > 0 {
		kinds = 12
	}
	switch r.IntN(kinds) {
	case 0, 1:
		return S(one(r, texts...))
	case 2, 3:
		if depth == 2 {
			return N(r.topNumber())
		}
		return N(r.number())
	case 4:
		return B(one(r, binaries...))
	case 5:
		if r.oneIn(3) {
			return NULL()
		}
		return BOOL(r.oneIn(2))
	case 6:
		return SS(set(r, texts[1:])...)
	case 7:
		if r.oneIn(2) {
			return BS(set(r, binaries[1:])...)
		}
		return NS(set(r, numbers)...)
	case 8, 9:
		list := make([]value, r.IntN(4))
		for i := range list {
			list[i] = r.value(depth - 1)
		}
		return L(list...)
	default:
		m := item{}
		for range r.IntN(4) {
			m[one(r, nestedNames...)] = r.value(depth - 1)
		}
		return M(m)
	}
}

var (
	// status and name are reserved words; none is SIZE, which DynamoDB Local does not know to be one.
	attributeNames = []string{"a", "b", "c", "name", "status", "with.dot"}
	nestedNames    = []string{"x", "y", "name", "a"}
)

// valueOf makes a value for an attribute, mostly of the type that is usual there, so that updates often suit what they find.
func (r source) valueOf(attribute string) value {
	if r.oneIn(4) && !slices.Contains(keyNames, attribute) || r.oneIn(60) {
		return r.value(2)
	}
	switch attribute {
	case "a":
		return N(r.topNumber())
	case "b":
		return S(one(r, texts...))
	case "c":
		return one(r, L(r.value(1), r.value(1)), M(item{"x": r.value(1), "y": r.value(0)}), M(item{"name": N("1"), "a": L(r.value(0))}))
	case "name":
		return one(r, SS(set(r, texts[1:])...), NS(set(r, numbers)...))
	case "g":
		return S(one(r, "u", "v"))
	case "h", "r":
		return N(one(r, "1", "2", "3"))
	default:
		return r.value(2)
	}
}

// canonise writes all numbers inside v in one spelling, because the engines may keep different ones.
func canonise(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		switch n := v.Interface().(type) {
		case *types.AttributeValueMemberN:
			n.Value = canonical(n.Value)
			return
		case *types.AttributeValueMemberNS:
			for i := range n.Value {
				n.Value[i] = canonical(n.Value[i])
			}
			return
		}
		canonise(v.Elem())
	case reflect.Interface:
		canonise(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && v.Type().Field(i).Name != "ResultMetadata" {
				canonise(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			for i := range v.Len() {
				canonise(v.Index(i))
			}
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			canonise(v.MapIndex(k))
		}
	}
}

func canonical(number string) string {
	n, ok := new(big.Rat).SetString(number)
	if !ok {
		return fmt.Sprintf("not a number: %q", number)
	}
	return n.RatString()
}
