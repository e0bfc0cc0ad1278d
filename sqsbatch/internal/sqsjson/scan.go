package sqsjson

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf8"
)

func (d *decoder) giveUp() {
	if !d.gaveUp {
		d.gaveUp, d.understood = true, d.off
	}
}

// rest returns how many bytes are not taken yet.
func (d *decoder) rest() int { return len(d.data) - d.off }

// next takes white space only and returns the byte after it, or 0 at the end of the payload.
func (d *decoder) next() byte {
	for d.off < len(d.data) {
		c := d.data[d.off]
		if c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
		d.off++
	}
	return 0
}

func (d *decoder) take(c byte) {
	if d.next() != c {
		d.giveUp()
		return
	}
	d.off++
}

// null takes null if that is next, and reports it.
func (d *decoder) null() bool {
	if d.next() != 'n' {
		return false
	}
	d.literal("null")
	return true
}

// array takes null and reports false, or the beginning of an array.
func (d *decoder) array() bool {
	if d.null() {
		return false
	}
	d.take('[')
	return true
}

func (d *decoder) literal(s string) {
	if !bytes.HasPrefix(d.data[d.off:], []byte(s)) {
		d.giveUp()
		return
	}
	d.off += len(s)
}

// more reports whether element i of an array or object comes next, and takes the comma before it. Otherwise it takes the
// closing byte.
func (d *decoder) more(i int, closing byte) bool {
	c := d.next()
	switch {
	case d.gaveUp:
		return false
	case c == ',' && i > 0:
		d.off++
		if d.next() == closing {
			d.giveUp()
		}
		return !d.gaveUp
	case c == closing:
		d.off++
		return false
	case i > 0 || c == 0:
		d.giveUp()
	}
	return !d.gaveUp
}

// key takes the key of an object's field and the colon after it. It gives up on an escaped key, which could be any.
func (d *decoder) key() []byte {
	raw, size := d.quoted()
	if size != len(raw) {
		d.giveUp()
	}
	d.take(':')
	return raw
}

// unknown takes the value of a field that is none of known, unless encoding/json would take it for one of them: it compares
// letters without their case.
func (d *decoder) unknown(key []byte, known ...string) {
	for _, c := range key {
		if c >= utf8.RuneSelf {
			d.giveUp() // two letters beyond ASCII, ſ and the Kelvin sign, are the same as s and k
		}
	}
	for _, name := range known {
		if len(key) == len(name) && strings.EqualFold(string(key), name) {
			d.giveUp()
		}
	}
	d.skip(0)
}

// maxDepth is how deep an unknown field may be nested. No event of SQS has any.
const maxDepth = 64

// skip takes any value.
func (d *decoder) skip(depth int) {
	switch d.next() {
	case '"':
		d.quoted()
	case '{':
		d.off++
		for i := 0; d.deeper(depth) && d.more(i, '}'); i++ {
			d.quoted()
			d.take(':')
			d.skip(depth + 1)
		}
	case '[':
		d.off++
		for i := 0; d.deeper(depth) && d.more(i, ']'); i++ {
			d.skip(depth + 1)
		}
	case 't':
		d.literal("true")
	case 'f':
		d.literal("false")
	case 'n':
		d.literal("null")
	default:
		d.number()
	}
}

func (d *decoder) deeper(depth int) bool {
	if depth == maxDepth {
		d.giveUp()
	}
	return !d.gaveUp
}

// number takes a number. What comes after it is for the caller to see.
func (d *decoder) number() {
	d.oneOf("-")
	if !d.oneOf("0") {
		d.digits()
	}
	if d.oneOf(".") {
		d.digits()
	}
	if d.oneOf("eE") {
		d.oneOf("+-")
		d.digits()
	}
}

// oneOf takes the next byte if it is in set, and reports that.
func (d *decoder) oneOf(set string) bool {
	if d.rest() == 0 || strings.IndexByte(set, d.data[d.off]) < 0 {
		return false
	}
	d.off++
	return true
}

func (d *decoder) digits() {
	start := d.off
	for d.oneOf("0123456789") {
	}
	if d.off == start {
		d.giveUp()
	}
}

// quoted takes a string. It returns what is between its quotation marks, and the size of that without escapes, or a little
// more. The size is the length of raw if, and only if, there are no escapes.
func (d *decoder) quoted() (raw []byte, size int) {
	if d.next() != '"' {
		d.giveUp()
		return nil, 0
	}
	data, start := d.data, d.off+1
	i, saved, seen := start, 0, uint64(0)
	for {
		for i+8 <= len(data) {
			w := binary.LittleEndian.Uint64(data[i:])
			seen |= w
			if m := special(w); m != 0 {
				i += bits.TrailingZeros64(m) / 8
				break
			}
			i += 8
		}
		if i >= len(data) {
			d.giveUp()
			return nil, 0
		}
		switch c := data[i]; {
		case c == '"':
			raw, d.off = data[start:i], i+1
			if seen&highBits != 0 && !utf8.Valid(raw) {
				d.giveUp()
			}
			return raw, len(raw) - saved
		case c == '\\':
			n := escape(data[i:])
			if n == 0 {
				d.giveUp()
				return nil, 0
			}
			i += n
			saved += n / 2 // one byte of two, three of the six that stand for three at most
		case c < ' ':
			d.giveUp()
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

// special finds the bytes of w that end a run of ordinary ones in a string: quotation mark, backslash and control
// characters. The lowest byte whose high bit is set in the result is the first of them; bits above that one mean nothing.
func special(w uint64) uint64 {
	quote, backslash := w^(lowBits*'"'), w^(lowBits*'\\')
	return ((quote-lowBits)&^quote | (backslash-lowBits)&^backslash | (w-lowBits*' ')&^w) & highBits
}

// escape returns the length of the escape sequence that s begins with, 2 or 6, or 0 if it is none.
func escape(s []byte) int {
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
