package singletabletest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// wireValue is an attribute value as a request carries it. Exactly one field must be set.
type wireValue struct {
	S    *string                `json:",omitempty"`
	N    *string                `json:",omitempty"`
	B    *[]byte                `json:",omitempty"`
	BOOL *bool                  `json:",omitempty"`
	NULL *bool                  `json:",omitempty"`
	L    *[]*wireValue          `json:",omitempty"`
	M    *map[string]*wireValue `json:",omitempty"`
	SS   *[]string              `json:",omitempty"`
	NS   *[]string              `json:",omitempty"`
	BS   *[][]byte              `json:",omitempty"`
}

type wireItem map[string]*wireValue

var (
	errNoType        = validation("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
	errSeveralTypes  = validation("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
	errNullValue     = validation("The supplied Item contains a null AttributeValue")
	errEmptyName     = validation("Empty attribute name")
	errNullFalse     = invalidParameter("Null attribute value types must have the value of true")
	errEmptyStrings  = invalidParameter("An string set  may not be empty")
	errEmptyNumbers  = invalidParameter("An number set  may not be empty")
	errEmptyBinaries = invalidParameter("Binary sets should not be empty")
	errDuplicateNS   = validation("Input collection contains duplicates")
	errDuplicateBS   = invalidParameter("Input collection of type BS contains duplicates.")
)

// decode checks the value and everything in it, and puts it into its normal form.
func (w *wireValue) decode() (value, error) {
	if w == nil {
		return nil, errNullValue
	}
	switch set := w.fields(); {
	case set == 0:
		return nil, errNoType
	case set > 1:
		return nil, errSeveralTypes
	}
	switch {
	case w.S != nil:
		return stringValue(*w.S), nil
	case w.N != nil:
		return decodeNumber(*w.N)
	case w.B != nil:
		return binaryValue(*w.B), nil
	case w.BOOL != nil:
		return boolValue(*w.BOOL), nil
	case w.NULL != nil:
		if !*w.NULL {
			return nil, errNullFalse
		}
		return nullValue{}, nil
	case w.L != nil:
		return decodeList(*w.L)
	case w.M != nil:
		return decodeMap(*w.M)
	case w.SS != nil:
		return decodeStringSet(*w.SS)
	case w.NS != nil:
		return decodeNumberSet(*w.NS)
	default:
		return decodeBinarySet(*w.BS)
	}
}

func (w *wireValue) fields() int {
	n := 0
	for _, set := range [...]bool{
		w.S != nil, w.N != nil, w.B != nil, w.BOOL != nil, w.NULL != nil,
		w.L != nil, w.M != nil, w.SS != nil, w.NS != nil, w.BS != nil,
	} {
		if set {
			n++
		}
	}
	return n
}

func decodeNumber(s string) (value, error) {
	n, err := parseNumber(s)
	if err != nil {
		return nil, err
	}
	return n, nil
}

func decodeList(elements []*wireValue) (value, error) {
	list := make(listValue, len(elements))
	for i, e := range elements {
		v, err := e.decode()
		if err != nil {
			return nil, err
		}
		list[i] = v
	}
	return list, nil
}

func decodeMap(entries wireItem) (value, error) {
	m, err := entries.decode()
	if err != nil {
		return nil, err
	}
	return m, nil
}

// decode checks and converts the attributes of an item, a key or a map. Of several errors it returns that of the first
// name, so that a request is always refused for the same reason.
func (w wireItem) decode() (mapValue, error) {
	item := make(mapValue, len(w))
	var failed string
	var failure error
	for name, e := range w {
		v, err := e.decode()
		switch {
		case name == "":
			err = errEmptyName
		case e == nil:
			err = validation("%s: %s is null", message(errNullValue), name)
		}
		if err != nil && (failure == nil || name < failed) {
			failed, failure = name, err
		}
		item[name] = v
	}
	if failure != nil {
		return nil, failure
	}
	return item, nil
}

func decodeStringSet(elements []string) (value, error) {
	if len(elements) == 0 {
		return nil, errEmptyStrings
	}
	set := slices.Clone(elements)
	slices.Sort(set)
	if hasDuplicates(set) {
		return nil, invalidParameter("Input collection [%s] contains duplicates", strings.Join(elements, ", "))
	}
	return stringSet(set), nil
}

func decodeNumberSet(elements []string) (value, error) {
	if len(elements) == 0 {
		return nil, errEmptyNumbers
	}
	set := make(numberSet, len(elements))
	for i, e := range elements {
		n, err := parseNumber(e)
		if err != nil {
			return nil, err
		}
		set[i] = n
	}
	slices.SortFunc(set, compareNumbers)
	if hasDuplicates(set) {
		return nil, errDuplicateNS
	}
	return set, nil
}

func decodeBinarySet(elements [][]byte) (value, error) {
	if len(elements) == 0 {
		return nil, errEmptyBinaries
	}
	set := make(binarySet, len(elements))
	for i, e := range elements {
		set[i] = string(e)
	}
	slices.Sort(set)
	if hasDuplicates(set) {
		return nil, errDuplicateBS
	}
	return set, nil
}

func hasDuplicates[E comparable](sorted []E) bool {
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			return true
		}
	}
	return false
}

// decodeRequest reads a request's body into in. Parameters that this engine does not know are passed over, as the
// service does.
func decodeRequest(body []byte, in any) error {
	if len(bytes.TrimSpace(body)) == 0 {
		body = []byte("{}")
	}
	if err := json.Unmarshal(body, in); err != nil {
		if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			name := e.Field[strings.LastIndexByte(e.Field, '.')+1:]
			return &apiError{code: codeSerialization, message: fmt.Sprintf("%s value cannot be converted to the type of %q", e.Value, name)}
		}
		return &apiError{code: codeSerialization, message: "The request body is not valid JSON for this operation"}
	}
	return nil
}
