package itemcodec

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Error is the error of a value that cannot be encoded or decoded. Its text holds nothing of an item but the names of
// attributes that are fields.
type Error struct {
	Op     string       // "encode" or "decode"
	Path   string       // the attribute, as in address.lines[2].zip, where [*] is an entry of a map; empty for the item as a whole
	Type   reflect.Type // the Go type of the value there
	Reason string

	// Err is the error that attributevalue or a method of the type returned, or one of the kind that attributevalue returns,
	// without the value: an [*attributevalue.UnmarshalTypeError], an [*attributevalue.UnmarshalError], an
	// [*attributevalue.InvalidMarshalError], a [*strconv.NumError]. What came from elsewhere may quote values.
	Err error
}

func (e *Error) Error() string {
	where := ""
	if e.Path != "" {
		where = " attribute " + e.Path
	}
	return fmt.Sprintf("itemcodec: cannot %s%s, Go type %s: %s", e.Op, where, e.Type, e.Reason)
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

// under puts a name or an index in front of the path of an error.
func under(name string, err error) error {
	e, ok := err.(*Error)
	if !ok {
		return err
	}
	if e.Path != "" && !strings.HasPrefix(e.Path, "[") {
		name += "."
	}
	e.Path = name + e.Path
	return err
}

func underIndex(i int, err error) error { return under("["+strconv.Itoa(i)+"]", err) }

// anyKey stands for a map's key in a path: keys are data.
const anyKey = "[*]"

// invalid is the error of a Go value that makes no attribute.
func invalid(t reflect.Type, reason string) *Error {
	return &Error{Op: "encode", Type: t, Reason: reason, Err: &attributevalue.InvalidMarshalError{}}
}

// mismatch is the error of an attribute of a kind that the Go type does not take.
func mismatch(av types.AttributeValue, t reflect.Type) *Error {
	kind := kindOf(av)
	if kind == "" {
		return &Error{Op: "decode", Type: t, Reason: fmt.Sprintf("unknown kind of attribute value %T", av)}
	}
	return typeError(t, kind, "the attribute is a "+kind)
}

// typeError is an error in the place of attributevalue's of the same name.
func typeError(t reflect.Type, what, reason string) *Error {
	return &Error{Op: "decode", Type: t, Reason: reason, Err: &attributevalue.UnmarshalTypeError{Value: what, Type: t}}
}

// kindOf names an attribute's kind in attributevalue's words.
func kindOf(av types.AttributeValue) string {
	switch av.(type) {
	case *types.AttributeValueMemberB:
		return "binary"
	case *types.AttributeValueMemberBOOL:
		return "bool"
	case *types.AttributeValueMemberBS:
		return "binary set"
	case *types.AttributeValueMemberL:
		return "list"
	case *types.AttributeValueMemberM:
		return "map"
	case *types.AttributeValueMemberN:
		return "number"
	case *types.AttributeValueMemberNS:
		return "number set"
	case *types.AttributeValueMemberNULL, nil:
		return "null"
	case *types.AttributeValueMemberS:
		return "string"
	case *types.AttributeValueMemberSS:
		return "string set"
	}
	return ""
}

// overflow is the error of a number that is out of the type's range.
func overflow(t reflect.Type) *Error {
	return typeError(t, "number overflow", "the number is out of range")
}

// badNumber is the error of a text that strconv refused.
func badNumber(t reflect.Type, err error) *Error {
	reason := "the text is not a number of this type"
	if errors.Is(err, strconv.ErrRange) {
		reason = "the number is out of range"
	}
	return &Error{Op: "decode", Type: t, Reason: reason, Err: withoutText(err)}
}

// withoutText returns strconv's error without the text that it quotes.
func withoutText(err error) error {
	var n *strconv.NumError
	if errors.As(err, &n) {
		return &strconv.NumError{Func: n.Func, Err: n.Err}
	}
	return err
}

var (
	errTime     = errors.New("not a time in RFC 3339")
	errUnixTime = errors.New("not a whole number of seconds")
)

// badTime is the error of a text that makes no time.
func badTime(t reflect.Type, err error) *Error {
	return &Error{Op: "decode", Type: t, Reason: "the text is " + err.Error(),
		Err: &attributevalue.UnmarshalError{Type: timeType, Err: err}}
}

// foreign is the error of a method of the type, or of attributevalue.
func foreign(op string, t reflect.Type, reason string, err error) *Error {
	return &Error{Op: op, Type: t, Reason: reason, Err: err}
}
