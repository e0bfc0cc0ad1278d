package itemcodec_test

import (
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// FuzzDecode reads arbitrary items into a rich struct, one after the other, and holds the results and whether there is an
// error against attributevalue's. What was decoded is encoded again.
func FuzzDecode(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x03\x00\x02\x00\x00\x01\x05\x02\x02\x00\x03\x23\x02\x08\x02"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p := planOf(t, reflect.TypeFor[rich]())
		src := source(data)
		var got, want rich
		for range 3 {
			if !sameDecoding(t, p, src.item(4), &got, &want) {
				return
			}
		}
		sameEncoding(t, p, &got)
	})
}

// source makes items of bytes.
type source []byte

func (s *source) byte() int {
	if len(*s) == 0 {
		return 0
	}
	b := (*s)[0]
	*s = (*s)[1:]
	return int(b)
}

// richNames are names that rich and the types in it know, and a few that they do not.
var richNames = strings.Fields(`s Omitted null Skipped B I8 i64 U16 F32 f64 Number Time unix UnixT TimePtr Bytes array Tags sparse ss ns bs Fixed lines
	LinePs Labels Counts by_id by_text Any Doc double Value Pointer Pointed Held sum next id Shadowed both By At from_hidden sku quantity Options
	k1 5 300 true 1.5 PK ſ K`)

// parcelNames are those of parcel. They have bytes of their own, so that the corpus keeps its meaning.
var parcelNames = strings.Fields(`parcel Parcels sent seen notes codes sizes inner flags ranks lines`)

func (s *source) item(depth int) item {
	it := item{}
	for range s.byte() % 8 {
		b := s.byte()
		name := richNames[b%len(richNames)]
		if b >= 192 {
			name = parcelNames[b%len(parcelNames)]
		}
		switch s.byte() % 8 {
		case 0:
			name = strings.ToUpper(name)
		case 1:
			name = strings.ToLower(name)
		}
		if !foldsInto(it, name) {
			it[name] = s.value(depth)
		}
	}
	return it
}

var richTexts = []string{"", "a", "0", "1", "-1", "7", "300", "1.5", "1e400", "9223372036854775808", "2026-03-04T05:06:07Z", "2026-03-04T05:06:07.1+02:00", "1772600767", "x y"}

func (s *source) text() string {
	n := s.byte()
	if n < 128 {
		return richTexts[n%len(richTexts)]
	}
	b := s.bytes(n)
	if f, err := strconv.ParseFloat(string(b), 64); err == nil && f != f {
		return "" // not a number is unlike itself
	}
	return string(b)
}

func (s *source) texts(n int) []string {
	var texts []string
	for range n % 4 {
		texts = append(texts, s.text())
	}
	return texts
}

func (s *source) bytes(n int) []byte {
	n = min(n%6, len(*s))
	b := (*s)[:n:n]
	*s = (*s)[n:]
	return b
}

func (s *source) value(depth int) types.AttributeValue {
	kind := s.byte()
	if depth == 0 {
		kind %= 8
	}
	n := s.byte()
	switch kind % 11 {
	case 0, 1:
		return avS(s.text())
	case 2, 3:
		return avN(s.text())
	case 4:
		return avBool(n%2 == 0)
	case 5:
		return avB(s.bytes(n)...)
	case 6:
		return avNull()
	case 7:
		switch n % 4 {
		case 0:
			return avBS(s.bytes(n), s.bytes(n/6))
		case 1:
			return avSS(s.texts(n / 4)...)
		case 2:
			return avNS(s.texts(n / 4)...)
		}
		return nil
	case 8, 9:
		var l []types.AttributeValue
		for range n % 4 {
			l = append(l, s.value(depth-1))
		}
		return avL(l...)
	}
	return avM(s.item(depth - 1))
}
