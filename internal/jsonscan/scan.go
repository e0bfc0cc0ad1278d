package jsonscan

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// Scanner is one pass over JSON. Its methods take what they are named after, white space before it included. When they cannot,
// the scanner has given up: what they return is not used then, and More ends every loop. A Scanner is for one goroutine.
type Scanner struct {
	data       []byte
	off        int
	gaveUp     bool
	understood int // off at that moment
	texts      texts
}

// New returns a scanner of data, which must not change while it is used.
func New(data []byte) Scanner { return Scanner{data: data} }

// GiveUp ends the pass, for something that only encoding/json knows how to read.
func (s *Scanner) GiveUp() { s.GiveUpAt(s.off) }

// GiveUpAt is GiveUp where the bytes before offset are all that is understood.
func (s *Scanner) GiveUpAt(offset int) {
	if !s.gaveUp {
		s.gaveUp, s.understood = true, offset
	}
}

// GaveUp reports whether the pass has ended early.
func (s *Scanner) GaveUp() bool { return s.gaveUp }

// Understood returns how many bytes had been understood when the pass ended early.
func (s *Scanner) Understood() int { return s.understood }

// Offset returns how many bytes are taken.
func (s *Scanner) Offset() int { return s.off }

// End takes white space, and gives up unless the data ends there.
func (s *Scanner) End() {
	s.Next()
	if s.off < len(s.data) {
		s.GiveUp()
	}
}

// Rest returns how many bytes are not taken yet.
func (s *Scanner) Rest() int { return len(s.data) - s.off }

// Next takes white space only and returns the byte after it, or 0 at the end of the payload.
func (s *Scanner) Next() byte {
	for s.off < len(s.data) {
		c := s.data[s.off]
		if c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
		s.off++
	}
	return 0
}

// Take takes the byte c.
func (s *Scanner) Take(c byte) {
	if s.Next() != c {
		s.GiveUp()
		return
	}
	s.off++
}

// Null takes null if that is next, and reports it.
func (s *Scanner) Null() bool {
	if s.Next() != 'n' {
		return false
	}
	s.literal("null")
	return true
}

// Array takes null and reports false, or the beginning of an array.
func (s *Scanner) Array() bool {
	if s.Null() {
		return false
	}
	s.Take('[')
	return true
}

func (s *Scanner) literal(word string) {
	if !bytes.HasPrefix(s.data[s.off:], []byte(word)) {
		s.GiveUp()
		return
	}
	s.off += len(word)
}

// More reports whether element i of an array or object comes next, and takes the comma before it. Otherwise it takes the
// closing byte.
func (s *Scanner) More(i int, closing byte) bool {
	c := s.Next()
	switch {
	case s.gaveUp:
		return false
	case c == ',' && i > 0:
		s.off++
		if s.Next() == closing {
			s.GiveUp()
		}
		return !s.gaveUp
	case c == closing:
		s.off++
		return false
	case i > 0 || c == 0:
		s.GiveUp()
	}
	return !s.gaveUp
}

// Key takes the key of an object's field and the colon after it. It gives up on an escaped key, which could be any.
func (s *Scanner) Key() []byte {
	raw, size := s.Quoted()
	if size != len(raw) {
		s.GiveUp()
	}
	s.Take(':')
	return raw
}

// Unknown takes the value of a field that is none of known, with [Scanner.Unlike].
func (s *Scanner) Unknown(key []byte, known ...string) {
	s.Unlike(key, known...)
	s.skip(0)
}

// Unlike gives up on a key that is none of known but that encoding/json would take for one of them: it compares letters
// without their case.
func (s *Scanner) Unlike(key []byte, known ...string) {
	for _, c := range key {
		if c >= utf8.RuneSelf {
			s.GiveUp() // two letters beyond ASCII, ſ and the Kelvin sign, are the same as s and k
		}
	}
	for _, name := range known {
		if len(key) == len(name) && strings.EqualFold(string(key), name) {
			s.GiveUp()
		}
	}
}

// Raw takes any value and returns its text, which is part of the data. To append to it copies it.
func (s *Scanner) Raw() []byte {
	s.Next()
	start := s.off
	s.skip(0)
	return s.data[start:s.off:s.off]
}

// maxDepth is how deep a value may be nested that is taken as a whole.
const maxDepth = 64

// skip takes any value.
func (s *Scanner) skip(depth int) {
	switch s.Next() {
	case '"':
		s.Quoted()
	case '{':
		s.off++
		for i := 0; s.deeper(depth) && s.More(i, '}'); i++ {
			s.Quoted()
			s.Take(':')
			s.skip(depth + 1)
		}
	case '[':
		s.off++
		for i := 0; s.deeper(depth) && s.More(i, ']'); i++ {
			s.skip(depth + 1)
		}
	case 't':
		s.literal("true")
	case 'f':
		s.literal("false")
	case 'n':
		s.literal("null")
	default:
		s.number()
	}
}

func (s *Scanner) deeper(depth int) bool {
	if depth == maxDepth {
		s.GiveUp()
	}
	return !s.gaveUp
}

// number takes a number. What comes after it is for the caller to see.
func (s *Scanner) number() {
	s.oneOf("-")
	if !s.oneOf("0") {
		s.digits()
	}
	if s.oneOf(".") {
		s.digits()
	}
	if s.oneOf("eE") {
		s.oneOf("+-")
		s.digits()
	}
}

// oneOf takes the next byte if it is in set, and reports that.
func (s *Scanner) oneOf(set string) bool {
	if s.Rest() == 0 || strings.IndexByte(set, s.data[s.off]) < 0 {
		return false
	}
	s.off++
	return true
}

func (s *Scanner) digits() {
	start := s.off
	for s.oneOf("0123456789") {
	}
	if s.off == start {
		s.GiveUp()
	}
}

// Quoted takes a string. It returns what is between its quotation marks, and the size of that without escapes, or a little
// more. The size is the length of raw if, and only if, there are no escapes.
func (s *Scanner) Quoted() (raw []byte, size int) {
	if s.Next() != '"' {
		s.GiveUp()
		return nil, 0
	}
	data, start := s.data, s.off+1
	i, saved, seen := start, 0, uint64(0)
	for {
		for i+8 <= len(data) {
			w := binary.LittleEndian.Uint64(data[i:])
			seen |= w
			if m := Special(w); m != 0 {
				i += bits.TrailingZeros64(m) / 8
				break
			}
			i += 8
		}
		if i >= len(data) {
			s.GiveUp()
			return nil, 0
		}
		switch c := data[i]; {
		case c == '"':
			raw, s.off = data[start:i], i+1
			if seen&highBits != 0 && !utf8.Valid(raw) {
				s.GiveUp()
			}
			return raw, len(raw) - saved
		case c == '\\':
			n := EscapeLen(data[i:])
			if n == 0 {
				s.GiveUp()
				return nil, 0
			}
			i += n
			saved += n / 2 // one byte of two, three of the six that stand for three at most
		case c < ' ':
			s.GiveUp()
			return nil, 0
		default:
			seen |= uint64(c)
			i++
		}
	}
}

const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

// Special finds the bytes of w that end a run of ordinary ones in a string: quotation mark, backslash and control
// characters. The lowest byte whose high bit is set in the result is the first of them; bits above that one mean nothing.
func Special(w uint64) uint64 {
	quote, backslash := w^(lowBits*'"'), w^(lowBits*'\\')
	return ((quote-lowBits)&^quote | (backslash-lowBits)&^backslash | (w-lowBits*' ')&^w) & highBits
}

// EscapeLen returns the length of the escape sequence that s begins with, 2 or 6, or 0 if it is none.
func EscapeLen(s []byte) int {
	if len(s) < 2 {
		return 0
	}
	switch s[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if hex4(s[2:]) >= 0 {
			return 6
		}
	}
	return 0
}

// hex4 returns the number that the first four bytes of s are in hexadecimal, or -1.
func hex4(s []byte) rune {
	if len(s) < 4 {
		return -1
	}
	var r rune
	for _, c := range s[:4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}
