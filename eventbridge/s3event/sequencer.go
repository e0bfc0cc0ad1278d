package s3event

import (
	"cmp"
	"strings"
)

// Sequencer orders S3's events about one object, that is one key in one bucket. It is a hexadecimal number in either
// case, and with leading zeros or without. Sequencers of different objects say nothing about each other.
type Sequencer string

// Valid reports whether s is a hexadecimal number. An empty Sequencer, which is what an event without one has, is not.
func (s Sequencer) Valid() bool {
	for i := range len(s) {
		c := lower(s[i])
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return s != ""
}

// Compare returns -1 if s comes before other, 1 if it comes after it, and 0 if both stand for the same change.
// They are compared as numbers, whatever their length, case and leading zeros:
//
//	Sequencer("617f08299329d189").Compare("00617F08299329D189") == 0
//
// A Sequencer that is not [Sequencer.Valid] comes before every one that is, so that an empty one is older than any
// event, and two such are ordered by their bytes. Compare is a total order, fit for slices.SortFunc.
func (s Sequencer) Compare(other Sequencer) int {
	switch v, w := s.Valid(), other.Valid(); {
	case !v && !w:
		return strings.Compare(string(s), string(other))
	case !v:
		return -1
	case !w:
		return 1
	}
	a, b := s.significant(), other.significant()
	if c := cmp.Compare(len(a), len(b)); c != 0 {
		return c
	}
	for i := range len(a) {
		// Digits sort before letters in ASCII, as they do in hexadecimal.
		if c := cmp.Compare(lower(a[i]), lower(b[i])); c != 0 {
			return c
		}
	}
	return 0
}

// canonical returns the same string for all sequencers that compare as equal, and different ones for others.
func (s Sequencer) canonical() string {
	if !s.Valid() {
		return string(s)
	}
	if digits := s.significant(); digits != "" {
		return strings.ToLower(digits)
	}
	return "0"
}

func (s Sequencer) significant() string { return strings.TrimLeft(string(s), "0") }

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + ('a' - 'A')
	}
	return c
}
