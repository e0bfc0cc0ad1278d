package jsonscan

import (
	"bytes"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// What a decoder's strings keep alive.
const (
	ChunkSize = 8 << 10 // what a string that is kept keeps at most
	MaxShared = 1 << 10 // the longest string that shares a chunk: less than an eighth of a chunk stays empty
)

// texts makes strings, many to an allocation.
type texts struct {
	chunk []byte // what is below its length belongs to strings and is not written again
}

// of returns the string that raw stands for, which takes at most size bytes. rest is how many bytes of the payload follow.
func (t *texts) of(raw []byte, size, rest int) string {
	switch {
	case size == 0:
		return ""
	case size <= MaxShared:
		if cap(t.chunk)-len(t.chunk) < size {
			t.chunk = make([]byte, 0, min(ChunkSize, size+rest))
		}
		start := len(t.chunk)
		t.chunk = appendText(t.chunk, raw, size)
		return text(t.chunk[start:])
	case size == len(raw):
		return string(raw)
	default:
		return text(Unescape(make([]byte, 0, size), raw))
	}
}

// text returns b, which nobody writes to any more, as a string.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func appendText(dst, raw []byte, size int) []byte {
	if size == len(raw) {
		return append(dst, raw...)
	}
	return Unescape(dst, raw)
}

// Unescape appends to dst what raw, the text between the quotation marks of a string, stands for. Its escape sequences must be
// correct. Half of a surrogate pair is U+FFFD, as for encoding/json; invalid UTF-8 stays.
func Unescape(dst, raw []byte) []byte {
	for {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 {
			return append(dst, raw...)
		}
		dst = append(dst, raw[:i]...)
		c := raw[i+1]
		raw = raw[i+2:]
		switch c {
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		case 'u':
			r := hex4(raw)
			raw = raw[4:]
			if utf16.IsSurrogate(r) {
				var low rune = -1
				if len(raw) >= 6 && raw[0] == '\\' && raw[1] == 'u' {
					low = hex4(raw[2:])
				}
				if r = utf16.DecodeRune(r, low); r != unicode.ReplacementChar {
					raw = raw[6:]
				}
			}
			dst = utf8.AppendRune(dst, r)
			continue
		}
		dst = append(dst, c)
	}
}

// Text returns the string that Quoted has returned raw and size for.
func (s *Scanner) Text(raw []byte, size int) string { return s.texts.of(raw, size, s.Rest()) }

// String takes a string, or null, which is the empty one.
func (s *Scanner) String() string {
	if s.Null() {
		return ""
	}
	raw, size := s.Quoted()
	return s.Text(raw, size)
}

// Repeated takes a string that is mostly the same as last, which it then shares, or null, which is the empty one.
func (s *Scanner) Repeated(last *string) string {
	if s.Null() {
		return ""
	}
	raw, size := s.Quoted()
	if size != len(raw) || string(raw) != *last {
		*last = s.Text(raw, size)
	}
	return *last
}
