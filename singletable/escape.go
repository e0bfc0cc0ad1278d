package singletable

import (
	"fmt"
	"strings"
)

// separator stands between the components of a key, and nowhere else in it.
const separator = "#"

const hexDigits = "0123456789ABCDEF"

// mustEscape tells the bytes that are written as % and two hexadecimal digits: all up to and including "%" itself. That
// the escaped bytes are the lowest ones, and the separator is among them, is what keeps the order: a component that ends is
// smaller than one that goes on, escaped or not.
func mustEscape(b byte) bool { return b <= '%' }

// appendEscaped appends s as a component's text.
func appendEscaped(dst []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		if b := s[i]; mustEscape(b) {
			dst = append(dst, s[from:i]...)
			dst = append(dst, '%', hexDigits[b>>4], hexDigits[b&15])
			from = i + 1
		}
	}
	return append(dst, s[from:]...)
}

// unescape reverses appendEscaped and accepts nothing that appendEscaped does not write.
func unescape(s string) (string, error) {
	plain := true
	for i := range len(s) {
		plain = plain && !mustEscape(s[i])
	}
	if plain {
		return s, nil
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		b := s[i]
		if !mustEscape(b) {
			out = append(out, b)
			continue
		}
		if b != '%' || i+2 >= len(s) {
			return "", fmt.Errorf("byte %d is neither plain nor an escape", i)
		}
		high, low := strings.IndexByte(hexDigits, s[i+1]), strings.IndexByte(hexDigits, s[i+2])
		if high < 0 || low < 0 || !mustEscape(byte(high<<4|low)) {
			return "", fmt.Errorf("byte %d begins no escape that this package writes", i)
		}
		out = append(out, byte(high<<4|low))
		i += 2
	}
	return string(out), nil
}
