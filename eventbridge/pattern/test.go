package pattern

import (
	"bytes"
	"math"
	"net/netip"
	"strconv"
)

// op is what a test does.
type op uint8

const (
	opString op = iota // the value is a string, equal to text
	opNumber           // the value is a number, written as text
	opTrue
	opFalse
	opNull
	opPrefix
	opSuffix
	opFold
	opPrefixFold
	opSuffixFold
	opWildcard // the value is a string of the segments with anything between them
	opNumeric  // the value is a number between low and high
	opCIDR     // the value is an address in network
	opExists   // any value
	opAbsent   // no value; compile makes it a branch of its own
	opNone     // any value for which none of others holds
)

// test is one of a field's values. It is for a single value, none that is an object or an array.
type test struct {
	op       op
	text     []byte
	segments [][]byte // of a wildcard: what stands between the *
	low      limit
	high     limit
	network  netip.Prefix
	others   []test
}

// limit is an end of a range of numbers, in millionths.
type limit struct {
	set, open bool // open: the end itself is not in the range
	at        int64
}

// kind is what a value of an event is.
type kind uint8

const (
	kindString kind = iota
	kindNumber
	kindTrue
	kindFalse
	kindNull
)

// holds tells whether a value passes the test: the text of a string, without its escapes, or that of a number.
func (t *test) holds(k kind, text []byte) bool {
	switch t.op {
	case opExists:
		return true
	case opTrue:
		return k == kindTrue
	case opFalse:
		return k == kindFalse
	case opNull:
		return k == kindNull
	case opNumber:
		return k == kindNumber && bytes.Equal(text, t.text)
	case opNumeric:
		return k == kindNumber && t.inRange(text)
	case opNone:
		for i := range t.others {
			if t.others[i].holds(k, text) {
				return false
			}
		}
		return true
	}
	if k != kindString {
		return false
	}
	switch t.op {
	case opString:
		return bytes.Equal(text, t.text)
	case opPrefix:
		return bytes.HasPrefix(text, t.text)
	case opSuffix:
		return bytes.HasSuffix(text, t.text)
	case opFold:
		return bytes.EqualFold(text, t.text)
	case opPrefixFold:
		return hasPrefixFold(text, t.text)
	case opSuffixFold:
		return hasSuffixFold(text, t.text)
	case opWildcard:
		return matchSegments(text, t.segments)
	case opCIDR:
		address, err := netip.ParseAddr(string(text))
		return err == nil && address.Zone() == "" && t.network.Contains(address)
	}
	return false
}

// maxNumber bounds what numeric compares, with six digits behind the point (Amazon EventBridge User Guide, "Comparison
// operators for use in event patterns in Amazon EventBridge").
const maxNumber = 5e9

// millionths reads a number, or reports that it is out of range.
func millionths(text string) (int64, bool) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f < -maxNumber || f > maxNumber {
		return 0, false
	}
	return int64(math.Round(f * 1e6)), true
}

func (t *test) inRange(text []byte) bool {
	n, ok := millionths(string(text))
	if !ok {
		return false
	}
	above := !t.low.set || n > t.low.at || n == t.low.at && !t.low.open
	below := !t.high.set || n < t.high.at || n == t.high.at && !t.high.open
	return above && below
}

// matchSegments tells whether text is the segments with anything, also nothing, between them.
func matchSegments(text []byte, segments [][]byte) bool {
	first, last := segments[0], segments[len(segments)-1]
	if len(segments) == 1 {
		return bytes.Equal(text, first)
	}
	if len(text) < len(first)+len(last) || !bytes.HasPrefix(text, first) || !bytes.HasSuffix(text, last) {
		return false
	}
	text = text[len(first) : len(text)-len(last)]
	for _, s := range segments[1 : len(segments)-1] {
		i := bytes.Index(text, s)
		if i < 0 {
			return false
		}
		text = text[i+len(s):]
	}
	return true
}
