package singletabletest

import (
	"strings"
	"unicode/utf8"
)

// token is a piece of an expression, by its place in the source. A token's form is its first byte: a letter for a name
// or a keyword, # and : for placeholders, a digit for an index, and the operator itself for operators.
type token struct {
	text       string
	start, end int
	class      tokenClass
}

type tokenClass int

const (
	tokenEnd tokenClass = iota
	tokenName
	tokenKeyword
	tokenNamePlaceholder
	tokenValuePlaceholder
	tokenIndex
	tokenOperator
	tokenOther // a character that no expression has
)

// keyword returns the upper-case keyword that s is in any case, or "". Keywords are never names, not even where the
// grammar has no place for them.
func keyword(s string) string {
	for _, k := range [...]string{"AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"} {
		if strings.EqualFold(s, k) {
			return k
		}
	}
	return ""
}

// lex cuts an expression into tokens. The last one is the end.
func lex(src string) []token {
	tokens := make([]token, 0, len(src)/3+2)
	for i := 0; ; {
		for i < len(src) && isSpace(src[i]) {
			i++
		}
		class, length := scan(src[i:])
		t := token{text: src[i : i+length], start: i, end: i + length, class: class}
		if class == tokenName {
			if k := keyword(t.text); k != "" {
				t.class = tokenKeyword
			}
		}
		tokens = append(tokens, t)
		if class == tokenEnd {
			return tokens
		}
		i += length
	}
}

// scan finds the token at the beginning of s.
func scan(s string) (class tokenClass, length int) {
	if s == "" {
		return tokenEnd, 0
	}
	switch c := s[0]; {
	case isLetter(c):
		return tokenName, 1 + wordLength(s[1:])
	case c == '#' || c == ':':
		n := wordLength(s[1:])
		switch {
		case n == 0:
			return tokenOther, 1
		case c == '#':
			return tokenNamePlaceholder, 1 + n
		}
		return tokenValuePlaceholder, 1 + n
	case c == '0':
		return tokenIndex, 1
	case isDigit(c):
		digits, _ := leadingDigits(s)
		return tokenIndex, len(digits)
	case strings.HasPrefix(s, "<>") || strings.HasPrefix(s, "<=") || strings.HasPrefix(s, ">="):
		return tokenOperator, 2
	case strings.IndexByte("=<>()[],.+-", c) >= 0:
		return tokenOperator, 1
	}
	_, size := utf8.DecodeRuneInString(s)
	return tokenOther, size
}

// wordLength counts the characters that a name can have after its first.
func wordLength(s string) int {
	n := 0
	for n < len(s) && (isLetter(s[n]) || isDigit(s[n]) || s[n] == '_') {
		n++
	}
	return n
}

func isPlaceholder(s string, mark byte) bool {
	return len(s) > 1 && s[0] == mark && wordLength(s[1:]) == len(s)-1
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isSpace(c byte) bool  { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
