package pattern

import (
	"unicode"
	"unicode/utf8"
)

// hasPrefixFold tells whether text begins with prefix when case is ignored.
func hasPrefixFold(text, prefix []byte) bool {
	for len(prefix) > 0 {
		if len(text) == 0 {
			return false
		}
		want, n := utf8.DecodeRune(prefix)
		got, m := utf8.DecodeRune(text)
		if !equalFold(want, got) {
			return false
		}
		prefix, text = prefix[n:], text[m:]
	}
	return true
}

// hasSuffixFold tells whether text ends with suffix when case is ignored.
func hasSuffixFold(text, suffix []byte) bool {
	for len(suffix) > 0 {
		if len(text) == 0 {
			return false
		}
		want, n := utf8.DecodeLastRune(suffix)
		got, m := utf8.DecodeLastRune(text)
		if !equalFold(want, got) {
			return false
		}
		suffix, text = suffix[:len(suffix)-n], text[:len(text)-m]
	}
	return true
}

// equalFold compares as bytes.EqualFold does: by Unicode's simple case folding.
func equalFold(a, b rune) bool {
	if a == b {
		return true
	}
	for r := unicode.SimpleFold(a); r != a; r = unicode.SimpleFold(r) {
		if r == b {
			return true
		}
	}
	return false
}
