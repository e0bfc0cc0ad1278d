package singletable

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/lambdapatterns/lambdapatterns/singletable/internal/keytext"
)

// partKind is how the value of a placeholder is written.
type partKind uint8

const (
	textPart     partKind = iota // strings: escaped
	signedPart                   // int to int64
	unsignedPart                 // uint to uint64
	timePart                     // time.Time
)

const (
	signedDigits   = 19 // of math.MaxInt64 and of -math.MinInt64
	unsignedDigits = 20 // of math.MaxUint64

	allNines = 9_999_999_999_999_999_999 // signedDigits of them

	maxOffset = 24 * 60 * 60 // seconds from UTC, which RFC 3339 ends below

	// timeLayout is RFC 3339 in UTC with a fraction of fixed length, so that texts sort as times do.
	timeLayout = "2006-01-02T15:04:05.000000000Z"
)

// partKindOf tells how a Go type is written in a key.
func partKindOf(t reflect.Type, width int) (partKind, error) {
	kind := textPart
	switch k := t.Kind(); {
	case t == reflect.TypeFor[time.Time]():
		kind = timePart
	case k == reflect.String:
	case k >= reflect.Int && k <= reflect.Int64:
		kind = signedPart
	case k >= reflect.Uint && k <= reflect.Uint64:
		kind = unsignedPart
	default:
		return 0, fmt.Errorf("a %s cannot be part of a key: use a string, an integer or a time.Time", t)
	}
	if width > 0 && kind != signedPart && kind != unsignedPart {
		return 0, fmt.Errorf("a width is for integers, not for a %s", t)
	}
	if kind == signedPart && width > signedDigits {
		return 0, fmt.Errorf("a width for a %s is at most %d digits", t, signedDigits)
	}
	return kind, nil
}

// isSet tells whether a value counts as given when a query is made of the fields that are set.
func (k partKind) isSet(v reflect.Value) bool {
	if k == timePart {
		return !v.Interface().(time.Time).IsZero() // in any location
	}
	return !v.IsZero()
}

// appendPart appends the text of v, escaped. Equal kinds of values sort as their texts do.
func (k partKind) appendPart(dst []byte, v reflect.Value, width int) ([]byte, error) {
	switch k {
	case signedPart:
		return appendSigned(dst, v.Int(), width)
	case unsignedPart:
		if width == 0 {
			width = unsignedDigits
		}
		return appendDigits(dst, v.Uint(), width)
	case timePart:
		stored := v.Interface().(time.Time)
		t := stored.UTC()
		if t.IsZero() {
			return dst, fmt.Errorf("it is the zero time")
		}
		for _, year := range []int{t.Year(), stored.Year()} {
			if year < 0 || year > 9999 {
				return dst, fmt.Errorf("year %d has no place in RFC 3339", year)
			}
		}
		// The attribute beside the key is written with the time's own offset, and must be read as the same time.
		if _, offset := stored.Zone(); offset%60 != 0 || offset <= -maxOffset || offset >= maxOffset {
			return dst, fmt.Errorf("the offset of its time zone, %d seconds, has no place in RFC 3339: give the time in UTC", offset)
		}
		return t.AppendFormat(dst, timeLayout), nil
	default:
		s := v.String()
		if s == "" {
			return dst, fmt.Errorf("it is empty")
		}
		if !utf8.ValidString(s) {
			return dst, fmt.Errorf("it is not UTF-8")
		}
		return keytext.Append(dst, s), nil
	}
}

// appendSigned writes a negative number as "-" and what its size lacks to the largest number of 19 digits: "-" is
// below the digits, and the smaller a negative number, the less its size lacks.
func appendSigned(dst []byte, n int64, width int) ([]byte, error) {
	switch {
	case n < 0 && width > 0:
		return dst, fmt.Errorf("%d is negative, and a part with a width is not", n)
	case n < 0:
		return appendDigits(append(dst, '-'), allNines-uint64(-n), signedDigits)
	case width == 0:
		width = signedDigits
	}
	return appendDigits(dst, uint64(n), width)
}

func appendDigits(dst []byte, n uint64, width int) ([]byte, error) {
	var text [unsignedDigits]byte
	digits := strconv.AppendUint(text[:0], n, 10)
	if len(digits) > width {
		return dst, fmt.Errorf("%d has more than %d digits", n, width)
	}
	for range width - len(digits) {
		dst = append(dst, '0')
	}
	return append(dst, digits...), nil
}

// setPart reverses appendPart: it reads an unescaped text into v. It accepts nothing that appendPart does not write.
func (k partKind) setPart(v reflect.Value, text string, width int) error {
	switch k {
	case signedPart:
		n, err := parseSigned(text)
		if err != nil || v.OverflowInt(n) {
			return fmt.Errorf("%q is no %s", text, v.Type())
		}
		v.SetInt(n)
	case unsignedPart:
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil || v.OverflowUint(n) {
			return fmt.Errorf("%q is no %s", text, v.Type())
		}
		v.SetUint(n)
	case timePart:
		t, err := time.Parse(timeLayout, text)
		if err != nil {
			return fmt.Errorf("%q is no time of this package's", text)
		}
		v.Set(reflect.ValueOf(t))
	default:
		v.SetString(text)
	}
	if again, err := k.appendPart(nil, v, width); err != nil || k != textPart && string(again) != text {
		return fmt.Errorf("%q is not how this package writes a %s", text, v.Type())
	}
	return nil
}

func parseSigned(text string) (int64, error) {
	if text == "" || text[0] != '-' {
		return strconv.ParseInt(text, 10, 64)
	}
	distance, err := strconv.ParseUint(text[1:], 10, 64)
	if err != nil || distance > allNines || allNines-distance > -math.MinInt64 {
		return 0, strconv.ErrRange
	}
	return -int64(allNines - distance), nil
}
