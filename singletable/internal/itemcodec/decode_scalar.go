package itemcodec

import (
	"math"
	"reflect"
	"strconv"
	"time"
	"unsafe"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func decodeString(t reflect.Type) decodeFunc {
	return func(av types.AttributeValue, p unsafe.Pointer) error {
		s, err := textOf(av, t)
		if err == nil {
			*(*string)(p) = s
		}
		return err
	}
}

// textOf returns the text of a string, or of a number, which a string takes too.
func textOf(av types.AttributeValue, t reflect.Type) (string, error) {
	switch av := av.(type) {
	case *types.AttributeValueMemberS:
		return av.Value, nil
	case *types.AttributeValueMemberN:
		return av.Value, nil
	case *types.AttributeValueMemberNULL, nil:
		return "", nil
	}
	return "", mismatch(av, t)
}

func decodeBool(t reflect.Type) decodeFunc {
	return func(av types.AttributeValue, p unsafe.Pointer) error {
		switch av := av.(type) {
		case *types.AttributeValueMemberBOOL:
			*(*bool)(p) = av.Value
		case *types.AttributeValueMemberNULL, nil:
			*(*bool)(p) = false
		default:
			return mismatch(av, t)
		}
		return nil
	}
}

// numeral returns the text of an attribute that can be a number: texts only where the field has the option string.
func numeral(av types.AttributeValue, o Options) (string, bool) {
	switch av := av.(type) {
	case *types.AttributeValueMemberN:
		return av.Value, true
	case *types.AttributeValueMemberS:
		return av.Value, o.String
	}
	return "", false
}

func decodeInt[I int | int8 | int16 | int32 | int64](t reflect.Type, o Options) decodeFunc {
	return func(av types.AttributeValue, p unsafe.Pointer) error {
		text, ok := numeral(av, o)
		if !ok {
			return zeroOrMismatch[I](av, t, p)
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return badNumber(t, err)
		}
		if int64(I(n)) != n {
			return overflow(t)
		}
		*(*I)(p) = I(n)
		return nil
	}
}

func decodeUint[U uint | uint8 | uint16 | uint32 | uint64](t reflect.Type, o Options) decodeFunc {
	return func(av types.AttributeValue, p unsafe.Pointer) error {
		text, ok := numeral(av, o)
		if !ok {
			return zeroOrMismatch[U](av, t, p)
		}
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return badNumber(t, err)
		}
		if uint64(U(n)) != n {
			return overflow(t)
		}
		*(*U)(p) = U(n)
		return nil
	}
}

func decodeFloat[F float32 | float64](t reflect.Type, o Options) decodeFunc {
	return func(av types.AttributeValue, p unsafe.Pointer) error {
		text, ok := numeral(av, o)
		if !ok {
			return zeroOrMismatch[F](av, t, p)
		}
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return badNumber(t, err)
		}
		if abs := math.Abs(n); t.Kind() == reflect.Float32 && abs > math.MaxFloat32 && !math.IsInf(abs, 1) {
			return overflow(t)
		}
		*(*F)(p) = F(n)
		return nil
	}
}

// zeroOrMismatch sets the scalar at p to zero if the attribute is null.
func zeroOrMismatch[N any](av types.AttributeValue, t reflect.Type, p unsafe.Pointer) error {
	if !isNull(av) {
		return mismatch(av, t)
	}
	*(*N)(p) = *new(N)
	return nil
}

// decodeTime returns the function for times that are strings or numbers. Numbers are seconds since 1970, with the option
// unixtime or without.
func decodeTime(t reflect.Type, o Options) func(av types.AttributeValue, at *time.Time) error {
	return func(av types.AttributeValue, at *time.Time) error {
		if seconds, ok := numeral(av, o); ok {
			n, err := strconv.ParseInt(seconds, 10, 64)
			if err != nil {
				return badTime(t, errUnixTime)
			}
			*at = time.Unix(n, 0)
			return nil
		}
		s, ok := av.(*types.AttributeValueMemberS)
		if !ok {
			return mismatch(av, t)
		}
		parsed, err := time.Parse(time.RFC3339, s.Value)
		if err != nil {
			return badTime(t, errTime)
		}
		*at = parsed
		return nil
	}
}
