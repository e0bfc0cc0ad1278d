package s3event

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
)

// FuzzDecode holds Decode against encoding/json for any input, and checks that what is accepted is of the right kind, and can
// be written and read again without change.
func FuzzDecode(f *testing.F) {
	for _, data := range samples(f) {
		f.Add(data)
	}
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte) {
		compareAny(t, data)
		rereads(t, data)
		var viaJSON eventbridge.Event[ObjectCreated]
		err := json.Unmarshal(data, &viaJSON)
		e, decodeErr := eventbridge.Decode[ObjectCreated](data)
		if (err == nil) != (decodeErr == nil) {
			t.Fatalf("Decode: %v\njson.Unmarshal: %v", decodeErr, err)
		}
		if err == nil && (e.Source != "aws.s3" || e.DetailType != "Object Created" || e.Detail.Bucket.Name == "" || e.Detail.Object.Key == "") {
			t.Fatalf("accepted %+v", e)
		}
	})
}

// rereads checks that an event that can be read can be written, and that nothing changes when that is read.
func rereads(t *testing.T, data []byte) {
	t.Helper()
	first, err := rewrite(data)
	if first.json == nil {
		return
	}
	if err != nil {
		t.Fatalf("%.1000q cannot be written: %v", data, err)
	}
	second, err := rewrite(first.json)
	if err != nil || !bytes.Equal(first.json, second.json) || first.key != second.key {
		t.Fatalf("%.1000q\nwritten    %s\nread again %s, %v", data, first.json, second.json, err)
	}
}

// FuzzDecodeShaped does the same for events of the right syntax and an odd content: each byte of choices picks the next key
// or value, so that keys in another case, fields twice, values of another type and escapes meet in one event.
func FuzzDecodeShaped(f *testing.F) {
	f.Add([]byte("an event with a few fields"))
	for i := range byte(13) {
		f.Add([]byte{9, i, 1, 6, 0, 2, 0, 2, 0, 3, 0, 9, 1, 5, 4, 3, 2, 1, 0, 7, 8, 9, 10, 11, 12})
	}
	f.Fuzz(func(t *testing.T, choices []byte) {
		s := shaper{choices: choices}
		data := s.event()
		compareAny(t, data)
		rereads(t, data)
	})
}

// Many events of that kind, for runs without a fuzzer. A part of them must be of the kind that needs no encoding/json.
func TestShapedEvents(t *testing.T) {
	t.Parallel()
	n, alone := 2_000, 0
	if testing.Short() {
		n /= 10
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range n {
		choices := make([]byte, random.IntN(100))
		for i := range choices {
			choices[i] = byte(random.Uint32())
		}
		s := shaper{choices: choices}
		data := s.event()
		rereads(t, data)
		if compareAny(t, data) {
			alone++
		}
	}
	if alone < n/20 || alone > n*19/20 {
		t.Errorf("%d of %d events needed no encoding/json", alone, n)
	}
}

var eventNames = []string{"version", "id", "detail-type", "source", "account", "time", "region", "resources", "replay-name",
	"detail"}

// shaper writes an event as its choices say, and the simplest one when they are used up.
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

func (s *shaper) write(text string) { s.out = append(s.out, text...) }

func (s *shaper) pick(from ...string) { s.write(from[s.choose(len(from))]) }

// object writes what is always there, and then a few more fields: some of the names, some of others.
func (s *shaper) object(always string, value func(name string), names ...string) {
	s.write("{" + always)
	for i := range s.choose(6) {
		if i > 0 || always != "" {
			s.write(",")
		}
		name := names[s.choose(len(names))]
		switch s.choose(24) {
		case 1:
			name = strings.ToUpper(name)
		case 2:
			name = strings.Replace(name, "s", "ſ", 1)
		case 3:
			name = "new"
		case 4:
			name = `n\u0065w`
		case 5:
			name = ""
		}
		s.write(`"` + name + `"`)
		s.pick(":", ":", ":", " : ")
		if s.choose(16) == 1 {
			s.pick("null", "1", "-0.5e3", "01", "true", "nul", "[]", "{}", `""`, `"x"`, `[null]`, ` {"a": [{}]}`, "", "[1,]", `"1"`, "5")
			continue
		}
		value(name)
	}
	s.write("}")
}

func (s *shaper) event() []byte {
	kinds := details()
	d := kinds[s.choose(len(kinds))]
	_, detailType := d.EventType()
	start := fmt.Sprintf(`"source":"aws.s3","detail-type":%q,"detail":`, detailType)
	if s.choose(8) == 1 {
		s.object("", s.value, eventNames...)
		return s.out
	}
	s.object(`"bucket":{"name":"b"},"object":{"key":"k"}`, s.value, namesOf(d)...)
	detail := string(s.out)
	s.out = nil
	s.object(start+detail, s.value, eventNames...)
	return s.out
}

func (s *shaper) value(name string) {
	switch name {
	case "bucket":
		s.object("", s.value, bucketNames[:]...)
	case "object", "detail":
		s.object("", s.value, createdObjectNames[:]...)
	case "object-annotation":
		s.object("", s.value, annotationNames[:]...)
	case "object-retention-event-data":
		s.object("", s.value, retentionNames[:]...)
	case "size":
		s.pick("0", "5", "-1", "9223372036854775807", "9223372036854775808", "1.0", "1e3", "-0")
	case "time", "restore-expiry-time":
		s.pick(`"2021-11-12T00:00:00Z"`, `"2021-11-12T00:00:00.5+02:00"`, `"2021-11-12T00:00:00+00:00"`, `"0000-01-01T00:00:00Z"`,
			`"2021-11-12"`, `"2021-11-12T00:00:00\u005a"`, `"9999-12-31T23:59:59-23:59"`, `""`)
	case "resources":
		s.pick(`[]`, `["arn"]`, `["a","b",null]`, `[1]`, `["a",]`)
	case "aws-generated-tags":
		s.pick(`{}`, `{"a":"b"}`, `{"a":null}`, `{"a":1}`)
	case "has-object-annotation":
		s.pick("true", "false", `"true"`)
	case "event-version":
		s.pick(`"1.1"`, `"1.2"`, `"2.0"`, `""`)
	default:
		s.text()
	}
}

func (s *shaper) text() {
	s.write(`"`)
	for range s.choose(5) {
		s.pick("a", "PutObject", "617f08299329D189", `\"`, `\\`, `\n`, `\/`, `\u00e9`, `\ud83d`, `\ud83d\ude00`, "é", "🎉", "\xff", "\x7f",
			"<&>", "\u2028", `\u12`, "\x01", fmt.Sprintf("%0*d", s.choose(256), 7))
	}
	s.write(`"`)
}

// FuzzDecodeChanges checks that no payload makes DecodeChanges panic or lose something without an error.
func FuzzDecodeChanges(f *testing.F) {
	for _, data := range samples(f) {
		f.Add(data)
		f.Add([]byte("[" + string(data) + "]"))
	}
	f.Add([]byte(`{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"k"}}}]}`))
	f.Add([]byte(`{"Event":"s3:TestEvent"}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		changes, err := DecodeChanges(payload)
		if (err == nil) != (len(changes) > 0) {
			t.Fatalf("%d changes, %v", len(changes), err)
		}
		for _, c := range changes {
			if c.Bucket == "" || c.Key == "" {
				t.Fatalf("%+v", c)
			}
		}
	})
}
