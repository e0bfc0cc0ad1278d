package sqsjson

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/internal/racetest"
)

// FuzzDecodeEvent holds DecodeEvent against encoding/json for any payload.
func FuzzDecodeEvent(f *testing.F) {
	for _, payload := range samples(f) {
		f.Add(payload)
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		compare(t, payload)
	})
}

// FuzzDecodeShaped does the same for payloads of the right syntax and an odd content: each byte of choices picks the next
// key or value, so that keys in another case, fields twice, values of another type and escapes meet in one payload.
func FuzzDecodeShaped(f *testing.F) {
	f.Add([]byte("an event with a few fields"))
	f.Add([]byte{3, 0, 0, 1, 3, 0, 0, 3, 0, 0, 5, 2, 0, 1, 6, 2, 1, 3, 0, 0, 2, 1, 4, 4})
	f.Add([]byte{2, 0, 0, 2, 5, 0, 5, 3, 5, 0, 1, 9, 200, 7, 7, 3, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
	f.Fuzz(func(t *testing.T, choices []byte) {
		s := shaper{choices: choices}
		compare(t, s.event())
	})
}

// Many payloads of that kind, for runs without a fuzzer. A part of them must be of the kind that needs no encoding/json.
func TestShapedPayloads(t *testing.T) {
	t.Parallel()
	n, alone := racetest.Fewer(20_000, 20), 0
	if testing.Short() {
		n /= 10
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range n {
		choices := make([]byte, random.IntN(120))
		for i := range choices {
			choices[i] = byte(random.Uint32())
		}
		s := shaper{choices: choices}
		if compare(t, s.event()) {
			alone++
		}
	}
	if alone < n/20 || alone > n*19/20 {
		t.Errorf("%d of %d payloads needed no encoding/json", alone, n)
	}
}

// shaper writes a payload as its choices say, and the simplest one when they are used up.
type shaper struct {
	choices []byte
	out     []byte
}

func (s *shaper) choose(n int) int {
	if len(s.choices) == 0 {
		return 0
	}
	c := s.choices[0]
	s.choices = s.choices[1:]
	return int(c) % n
}

func (s *shaper) pick(from ...string) { s.out = append(s.out, from[s.choose(len(from))]...) }

func (s *shaper) many(opening, closing byte, element func()) {
	s.out = append(s.out, opening)
	for i := range s.choose(6) {
		if i > 0 {
			s.out = append(s.out, ',')
		}
		s.space()
		element()
	}
	s.space()
	s.out = append(s.out, closing)
}

func (s *shaper) space() {
	if s.choose(16) == 1 {
		s.pick(" ", "\n\t", "\r", "\v", "\u00a0")
	}
}

func (s *shaper) key(keys ...string) { s.pick(keys...); s.space(); s.pick(":", ":", ":", ": ") }

func (s *shaper) event() []byte {
	s.many('{', '}', func() {
		s.key(`"Records"`, `"Records"`, `"records"`, `"Recordſ"`, `"Record\u0073"`, `"other"`)
		s.or(func() { s.many('[', ']', func() { s.or(s.message) }) })
	})
	return s.out
}

func (s *shaper) message() {
	s.many('{', '}', func() {
		switch s.choose(8) {
		case 0:
			s.key(`"attributes"`, `"attributes"`, `"Attributes"`)
			s.or(func() { s.many('{', '}', func() { s.name(); s.or(s.string) }) })
		case 1:
			s.key(`"messageAttributes"`, `"messageAttributes"`, `"messageattributes"`)
			s.or(func() { s.many('{', '}', func() { s.name(); s.or(s.typed) }) })
		default:
			s.key(`"messageId"`, `"receiptHandle"`, `"body"`, `"md5OfBody"`, `"md5OfMessageAttributes"`, `"eventSource"`,
				`"eventSourceARN"`, `"awsRegion"`, `"AWSRegion"`, `"Body"`, `"b\u006fdy"`, `"receipthandle"`, `"new"`, `"né"`, `""`)
			s.or(s.string)
		}
	})
}

func (s *shaper) name() {
	s.key(`"SenderId"`, `"SentTimestamp"`, `"a"`, `"\u0061"`, `"AWSTraceHeader"`, `""`, "\"\xff\"", `"\ud800"`, `"é"`)
}

func (s *shaper) typed() {
	s.many('{', '}', func() {
		switch s.choose(5) {
		case 0:
			s.key(`"stringListValues"`, `"stringlistvalues"`)
			s.or(func() { s.many('[', ']', func() { s.or(s.string) }) })
		case 1:
			s.key(`"binaryListValues"`, `"binaryListvalues"`)
			s.or(func() { s.many('[', ']', func() { s.or(s.base64) }) })
		case 2:
			s.key(`"binaryValue"`, `"BinaryValue"`)
			s.or(s.base64)
		default:
			s.key(`"stringValue"`, `"dataType"`, `"datatype"`, `"other"`)
			s.or(s.string)
		}
	})
}

func (s *shaper) base64() {
	s.pick(`"AQID"`, `""`, `"AQ=="`, `"AQ"`, `"AQ\/\/"`, `"A\nQID"`, `[1,2]`, `"é"`)
}

func (s *shaper) string() {
	s.out = append(s.out, '"')
	for range s.choose(5) {
		s.pick("a", "String", "arn:aws:sqs", `\"`, `\\`, `\n`, `\/`, `\u00e9`, `\ud83d`, `\ude00`, `\ud83d\ude00`, `\u0000`, "é", "世界",
			"🎉", "\xff", "\xe4\xb8", "\x7f", "<&>", "\u2028", `\u12`, `\x`, "\x01", fmt.Sprintf("%0*d", s.choose(256), 7))
	}
	s.out = append(s.out, '"')
}

// or writes what is expected, or now and then something else.
func (s *shaper) or(expected func()) {
	if s.choose(12) != 1 {
		expected()
		return
	}
	s.pick("null", "1", "-0.5e3", "01", "true", "false", "nul", "[]", "{}", `""`, `"x"`, `[null]`, `{"a":[{}]}`, `[[[{"a":1}]]]`, "", "[1,]")
}
