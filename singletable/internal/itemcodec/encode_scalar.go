package itemcodec

import (
	"reflect"
	"strconv"
	"time"
	"unsafe"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func encodeString(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
	return e.string(*(*string)(p)), nil
}

func encodeNumberText(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
	return e.number(*(*string)(p)), nil
}

func encodeBool(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
	return e.bool(*(*bool)(p)), nil
}

func encodeTime(o Options) encodeFunc {
	if o.UnixTime {
		return func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
			return e.number(e.text(strconv.AppendInt(e.scratch[:0], (*(*time.Time)(p)).Unix(), 10))), nil
		}
	}
	return func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
		return e.string(e.text((*(*time.Time)(p)).AppendFormat(e.scratch[:0], time.RFC3339Nano))), nil
	}
}

func encodeNumber(format func([]byte, unsafe.Pointer) []byte, o Options) encodeFunc {
	if o.String {
		return func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
			return e.string(e.text(format(e.scratch[:0], p))), nil
		}
	}
	return func(e *encoder, p unsafe.Pointer) (types.AttributeValue, error) {
		return e.number(e.text(format(e.scratch[:0], p))), nil
	}
}

// formatNumber returns what appends the text of a type's numbers; nil if the type has none.
func formatNumber(t reflect.Type) func([]byte, unsafe.Pointer) []byte {
	switch t.Kind() {
	case reflect.Int:
		return formatInt[int]
	case reflect.Int8:
		return formatInt[int8]
	case reflect.Int16:
		return formatInt[int16]
	case reflect.Int32:
		return formatInt[int32]
	case reflect.Int64:
		return formatInt[int64]
	case reflect.Uint:
		return formatUint[uint]
	case reflect.Uint8:
		return formatUint[uint8]
	case reflect.Uint16:
		return formatUint[uint16]
	case reflect.Uint32:
		return formatUint[uint32]
	case reflect.Uint64:
		return formatUint[uint64]
	case reflect.Float32:
		return func(b []byte, p unsafe.Pointer) []byte {
			return strconv.AppendFloat(b, float64(*(*float32)(p)), 'f', -1, 32)
		}
	case reflect.Float64:
		return func(b []byte, p unsafe.Pointer) []byte { return strconv.AppendFloat(b, *(*float64)(p), 'f', -1, 64) }
	}
	return nil
}

func formatInt[I int | int8 | int16 | int32 | int64](b []byte, p unsafe.Pointer) []byte {
	return strconv.AppendInt(b, int64(*(*I)(p)), 10)
}

func formatUint[U uint | uint8 | uint16 | uint32 | uint64](b []byte, p unsafe.Pointer) []byte {
	return strconv.AppendUint(b, uint64(*(*U)(p)), 10)
}
