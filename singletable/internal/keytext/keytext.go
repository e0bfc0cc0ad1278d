// Package keytext writes values as components of keys, so that none can leave its component: PATTERNS.md of package
// singletable specifies it.
package keytext

import (
	"fmt"
	"strings"
)

// Separator stands between the components of a key, and nowhere else in it.
const Separator = "#"

const hexDigits = "0123456789ABCDEF"

// Escaped tells the bytes that are written as % and two hexadecimal digits: all up to and including "%" itself. That
// the escaped bytes are the lowest ones, and the separator is among them, is what keeps the order: a component that ends is
// smaller than one that goes on, escaped or not.
func Escaped(b byte) bool { return b <= '%' }

// Append appends s as a component's text.
func Append(dst []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		if b := s[i]; Escaped(b) {
			dst = append(dst, s[from:i]...)
			dst = append(dst, '%', hexDigits[b>>4], hexDigits[b&15])
			from = i + 1
		}
	}
	return append(dst, s[from:]...)
}

// Read reverses Append and accepts nothing that Append does not write.
func Read(s string) (string, error) {
	plain := true
	for i := range len(s) {
		plain = plain && !Escaped(s[i])
	}
	if plain {
		return s, nil
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		b := s[i]
		if !Escaped(b) {
			out = append(out, b)
			continue
		}
		if b != '%' || i+2 >= len(s) {
			return "", fmt.Errorf("byte %d is neither plain nor an escape", i)
		}
		high, low := strings.IndexByte(hexDigits, s[i+1]), strings.IndexByte(hexDigits, s[i+2])
		if high < 0 || low < 0 || !Escaped(byte(high<<4|low)) {
			return "", fmt.Errorf("byte %d begins no escape that this package writes", i)
		}
		out = append(out, byte(high<<4|low))
		i += 2
	}
	return string(out), nil
}
