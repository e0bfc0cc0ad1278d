package pattern

import (
	"encoding/binary"
	"math/bits"

	"github.com/lambdapatterns/lambdapatterns/internal/jsonscan"
)

// scanner goes once through an event.
type scanner struct {
	data    []byte
	at      int
	depth   int
	reason  string // why the event is not JSON; empty as long as it is
	present bool   // a field that must be absent is there
	scratch [64]byte
}

// match tells whether the whole event has what the tree asks for.
func (s *scanner) match(t *tree) (bool, error) {
	s.space()
	if s.peek() != '{' {
		s.fail("it does not begin with {")
		return false, s.err()
	}
	matched := s.object(t)
	if s.space(); s.reason == "" && s.at < len(s.data) {
		s.fail("something follows the object")
	}
	if s.reason != "" {
		return false, s.err()
	}
	return matched && !s.present, nil
}

func (s *scanner) err() error { return &EventError{Offset: s.at, Reason: s.reason} }

func (s *scanner) fail(reason string) {
	if s.reason == "" {
		s.reason = reason
	}
}

// enter counts a level of nesting.
func (s *scanner) enter() bool {
	if s.depth++; s.depth > maxDepth {
		s.fail("it is nested too deeply")
		return false
	}
	return true
}

// object reads an object and tells whether it has what the tree asks for.
func (s *scanner) object(t *tree) bool {
	if !s.enter() {
		return false
	}
	var few uint64
	var many []bool
	if len(t.branches) > 64 {
		many = make([]bool, len(t.branches))
	}
	s.at++ // {
	for first := true; s.more('}', first); first = false {
		at := t.find(s.name())
		if s.reason != "" {
			return false
		}
		switch {
		case at >= 0:
		case s.peek() == '"':
			s.skipString() // what most fields are
			continue
		default:
			s.skip()
			continue
		}
		from := s.at
		for i := at; i < len(t.branches); i++ {
			if i > at && t.branches[i].name != t.branches[at].name {
				continue
			}
			s.at = from
			ok := s.value(&t.branches[i])
			switch {
			case many != nil:
				many[i] = ok
			case ok:
				few |= 1 << i
			default:
				few &^= 1 << i
			}
		}
	}
	s.depth--
	if s.reason != "" {
		return false
	}
	for i := range t.branches {
		if !t.branches[i].optional && (many != nil && !many[i] || many == nil && few&(1<<i) == 0) {
			return false
		}
	}
	return true
}

// find returns the first branch about the field, or -1. Others may follow.
func (t *tree) find(name []byte) int {
	if t.lengths&(1<<min(len(name), 63)) == 0 {
		return -1
	}
	for i := range t.branches {
		if string(name) == t.branches[i].name {
			return i
		}
	}
	return -1
}

// value reads a value and tells whether it is what the branch asks for. Of an array any element will do.
func (s *scanner) value(b *branch) bool {
	switch c := s.peek(); c {
	case '{':
		if b.children == nil {
			s.skip()
			return false
		}
		return s.object(b.children)
	case '[':
		if !s.enter() {
			return false
		}
		found := false
		s.at++
		for first := true; s.more(']', first); first = false {
			if s.value(b) {
				found = true
			}
		}
		s.depth--
		return found
	case '"':
		text := s.text()
		return s.reason == "" && s.leaf(b, kindString, text)
	case 't':
		return s.literal("true") && s.leaf(b, kindTrue, nil)
	case 'f':
		return s.literal("false") && s.leaf(b, kindFalse, nil)
	case 'n':
		return s.literal("null") && s.leaf(b, kindNull, nil)
	default:
		text := s.number()
		return s.reason == "" && s.leaf(b, kindNumber, text)
	}
}

func (s *scanner) leaf(b *branch, k kind, text []byte) bool {
	if b.absent {
		s.present = true
		return false
	}
	for i := range b.tests {
		if b.tests[i].holds(k, text) {
			return true
		}
	}
	return false
}

// skip reads a value that nobody asks for.
func (s *scanner) skip() {
	switch c := s.peek(); c {
	case '{', '[':
		if !s.enter() {
			return
		}
		end := byte('}')
		if c == '[' {
			end = ']'
		}
		s.at++
		for first := true; s.more(end, first); first = false {
			if c == '{' {
				s.skipString()
				s.colon()
			}
			if s.reason == "" {
				s.skip()
			}
		}
		s.depth--
	case '"':
		s.skipString()
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

func (s *scanner) space() {
	if s.at < len(s.data) && s.data[s.at] <= ' ' {
		s.spaces()
	}
}

// spaces is apart so that space, which seldom finds one, is small wherever it is inlined.
//
//go:noinline
func (s *scanner) spaces() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return
		}
	}
}

// peek is the byte that comes next; 0 at the end, which no value begins with.
func (s *scanner) peek() byte {
	if s.at < len(s.data) {
		return s.data[s.at]
	}
	return 0
}

// more goes to the next element of an object or an array and tells whether there is one.
func (s *scanner) more(end byte, first bool) bool {
	if s.reason != "" {
		return false
	}
	s.space()
	c := s.peek()
	switch {
	case c == end:
		s.at++
		return false
	case first:
		return true
	case c == ',':
		s.at++
		s.space()
		return true
	}
	s.fail("a comma or the end of the object or array is missing")
	return false
}

// name reads a field's name and the colon.
func (s *scanner) name() []byte {
	text := s.text()
	if s.at+1 < len(s.data) && s.data[s.at] == ':' && s.data[s.at+1] > ' ' {
		s.at++
	} else {
		s.colon()
	}
	return text
}

func (s *scanner) colon() {
	if s.space(); s.peek() != ':' {
		s.fail("a colon is missing")
		return
	}
	s.at++
	s.space()
}

// skipString reads a string, and returns what is between its quotes and whether there are escapes in it.
func (s *scanner) skipString() (raw []byte, escaped bool) {
	if s.at >= len(s.data) || s.data[s.at] != '"' {
		s.fail("a string is missing")
		return nil, false
	}
	s.at++
	whole := s.data[s.at:]
	for rest := whole; ; {
		for len(rest) >= 8 {
			m := jsonscan.Special(binary.LittleEndian.Uint64(rest))
			if m != 0 {
				rest = rest[bits.TrailingZeros64(m)/8:]
				break
			}
			rest = rest[8:]
		}
		n := len(whole) - len(rest)
		if len(rest) == 0 {
			s.at += n
			s.fail("a string does not end")
			return nil, false
		}
		switch c := rest[0]; {
		case c == '"':
			s.at += n + 1
			return whole[:n], escaped
		case c < 0x20:
			s.at += n
			s.fail("a control character stands in a string")
			return nil, false
		case c == '\\':
			length := jsonscan.EscapeLen(rest)
			if length == 0 {
				s.at += n + 1
				s.fail("an escape in a string is none")
				return nil, false
			}
			escaped = true
			rest = rest[length:]
		default:
			rest = rest[1:]
		}
	}
}

// text reads a string and resolves its escapes, as encoding/json does.
func (s *scanner) text() []byte {
	raw, escaped := s.skipString()
	if !escaped {
		return raw
	}
	return jsonscan.Unescape(s.scratch[:0], raw)
}

func (s *scanner) literal(word string) bool {
	if s.at+len(word) > len(s.data) || string(s.data[s.at:s.at+len(word)]) != word {
		s.fail("a value is none")
		return false
	}
	s.at += len(word)
	return true
}

// number reads a number and returns how it is written.
func (s *scanner) number() []byte {
	start := s.at
	digits := func() int {
		from := s.at
		for s.at < len(s.data) && '0' <= s.data[s.at] && s.data[s.at] <= '9' {
			s.at++
		}
		return s.at - from
	}
	if s.peek() == '-' {
		s.at++
	}
	zero := s.peek() == '0'
	if n := digits(); n == 0 || zero && n > 1 {
		s.fail("a value is none")
		return nil
	}
	if s.peek() == '.' {
		if s.at++; digits() == 0 {
			s.fail("a number has no digits behind its point")
			return nil
		}
	}
	if c := s.peek(); c == 'e' || c == 'E' {
		s.at++
		if c := s.peek(); c == '+' || c == '-' {
			s.at++
		}
		if digits() == 0 {
			s.fail("a number has no digits in its exponent")
			return nil
		}
	}
	return s.data[start:s.at]
}
