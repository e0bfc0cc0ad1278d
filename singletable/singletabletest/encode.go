package singletabletest

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// encode writes an answer as JSON.
func encode(out any) ([]byte, error) {
	if page, ok := out.(*pageOutput); ok {
		return page.encode()
	}
	return json.Marshal(out)
}

// encode spares the items of a page, which are most of what an engine ever answers, the second look that encoding/json
// takes at what a MarshalJSON wrote.
func (p *pageOutput) encode() ([]byte, error) {
	rest := *p
	rest.Items = nil
	tail, err := json.Marshal(rest)
	if err != nil || p.Items == nil {
		return tail, err
	}
	body := appendArray([]byte(`{"Items":`), p.Items, appendEntries)
	return append(append(body, ','), tail[1:]...), nil
}

// MarshalJSON writes an item, a key or the contents of a map in the form of the service's answers.
func (m mapValue) MarshalJSON() ([]byte, error) {
	if m == nil {
		return []byte("null"), nil
	}
	return appendEntries(nil, m), nil
}

func appendEntries(dst []byte, m mapValue) []byte {
	dst = append(dst, '{')
	for name, v := range m {
		if dst[len(dst)-1] != '{' {
			dst = append(dst, ',')
		}
		dst = appendString(dst, name)
		dst = append(dst, ':')
		dst = appendValue(dst, v)
	}
	return append(dst, '}')
}

func appendValue(dst []byte, v value) []byte {
	dst = append(dst, `{"`...)
	dst = append(dst, v.kind()...)
	dst = append(dst, `":`...)
	switch v := v.(type) {
	case stringValue:
		dst = appendString(dst, string(v))
	case number:
		dst = appendNumber(dst, v)
	case binaryValue:
		dst = appendBinary(dst, string(v))
	case boolValue:
		dst = strconv.AppendBool(dst, bool(v))
	case nullValue:
		dst = append(dst, "true"...)
	case listValue:
		dst = appendArray(dst, v, appendValue)
	case mapValue:
		dst = appendEntries(dst, v)
	case stringSet:
		dst = appendArray(dst, v, appendString)
	case numberSet:
		dst = appendArray(dst, v, appendNumber)
	case binarySet:
		dst = appendArray(dst, v, appendBinary)
	}
	return append(dst, '}')
}

func appendArray[E any](dst []byte, elements []E, element func([]byte, E) []byte) []byte {
	dst = append(dst, '[')
	for i, e := range elements {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = element(dst, e)
	}
	return append(dst, ']')
}

func appendNumber(dst []byte, n number) []byte {
	dst = append(dst, '"')
	dst = n.append(dst)
	return append(dst, '"')
}

func appendBinary(dst []byte, b string) []byte {
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, []byte(b))
	return append(dst, '"')
}

// appendString copies what needs no escape, which is nearly everything, and leaves the rest to encoding/json.
func appendString(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			quoted, err := json.Marshal(s)
			if err != nil {
				return strconv.AppendQuoteToASCII(dst, s) // a string always marshals
			}
			return append(dst, quoted...)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}
