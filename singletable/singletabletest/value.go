package singletabletest

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// kind is a data type by its descriptor on the wire.
type kind string

const (
	kindS    kind = "S"
	kindN    kind = "N"
	kindB    kind = "B"
	kindBool kind = "BOOL"
	kindNull kind = "NULL"
	kindL    kind = "L"
	kindM    kind = "M"
	kindSS   kind = "SS"
	kindNS   kind = "NS"
	kindBS   kind = "BS"
)

func (k kind) valid() bool {
	switch k {
	case kindS, kindN, kindB, kindBool, kindNull, kindL, kindM, kindSS, kindNS, kindBS:
		return true
	}
	return false
}

// ordered says whether values of the kind can be compared by <, and can be keys.
func (k kind) ordered() bool { return k == kindS || k == kindN || k == kindB }

// value is an attribute value. Values are never changed once they are made: items, indexes and answers share them, and
// an update builds anew what it changes.
type value interface{ kind() kind }

type (
	stringValue string
	binaryValue string // the bytes
	boolValue   bool
	nullValue   struct{}
	listValue   []value
	mapValue    map[string]value // an item is one too
	stringSet   []string         // sorted, without duplicates, never empty
	numberSet   []number         // likewise
	binarySet   []string         // likewise
)

func (stringValue) kind() kind { return kindS }
func (binaryValue) kind() kind { return kindB }
func (boolValue) kind() kind   { return kindBool }
func (nullValue) kind() kind   { return kindNull }
func (listValue) kind() kind   { return kindL }
func (mapValue) kind() kind    { return kindM }
func (stringSet) kind() kind   { return kindSS }
func (numberSet) kind() kind   { return kindNS }
func (binarySet) kind() kind   { return kindBS }

// equal compares as the = operator does: the kind and everything inside.
func equal(a, b value) bool {
	switch a := a.(type) {
	case listValue:
		b, ok := b.(listValue)
		return ok && slices.EqualFunc(a, b, equal)
	case mapValue:
		b, ok := b.(mapValue)
		return ok && maps.EqualFunc(a, b, equal)
	case stringSet:
		b, ok := b.(stringSet)
		return ok && slices.Equal(a, b)
	case numberSet:
		b, ok := b.(numberSet)
		return ok && slices.Equal(a, b)
	case binarySet:
		b, ok := b.(binarySet)
		return ok && slices.Equal(a, b)
	default:
		// The scalars are comparable, and a value of another kind is of another type. A container in b is not
		// compared, because the types differ.
		return a == b
	}
}

// compare orders two strings, two numbers or two binaries; anything else has no order.
func compare(a, b value) (order int, ok bool) {
	switch a := a.(type) {
	case stringValue:
		if b, ok := b.(stringValue); ok {
			return strings.Compare(string(a), string(b)), true
		}
	case binaryValue:
		if b, ok := b.(binaryValue); ok {
			return strings.Compare(string(a), string(b)), true
		}
	case number:
		if b, ok := b.(number); ok {
			return a.compare(b), true
		}
	}
	return 0, false
}

// maxContainers is how deep lists and maps can be inside each other: 32 levels with the scalar in the innermost.
const maxContainers = 31

// containers counts how deep lists and maps are inside each other.
func containers(v value) int {
	deepest := 0
	switch v := v.(type) {
	case listValue:
		for _, e := range v {
			deepest = max(deepest, containers(e))
		}
	case mapValue:
		for _, e := range v {
			deepest = max(deepest, containers(e))
		}
	default:
		return 0
	}
	return deepest + 1
}

// union and difference work on sorted sets. Both return a new slice.
func union[E any](a, b []E, compare func(E, E) int) []E {
	all := slices.Concat(a, b)
	slices.SortFunc(all, compare)
	return slices.CompactFunc(all, func(x, y E) bool { return compare(x, y) == 0 })
}

func difference[E any](a, b []E, compare func(E, E) int) []E {
	return slices.DeleteFunc(slices.Clone(a), func(x E) bool {
		_, found := slices.BinarySearchFunc(b, x, compare)
		return found
	})
}

var (
	compareStrings = cmp.Compare[string]
	compareNumbers = number.compare
)
