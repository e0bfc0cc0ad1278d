package sqsjson

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/internal/jsonscan"
	"github.com/lambdapatterns/lambdapatterns/internal/racetest"
)

// compare decodes payload in both ways, fails the test where they differ, and reports whether the decoder of this package
// did it alone.
func compare(t *testing.T, payload []byte) (alone bool) {
	t.Helper()
	var want events.SQSEvent
	wantErr := json.Unmarshal(payload, &want)
	got, err := DecodeEvent(payload)
	if (err == nil) != (wantErr == nil) {
		t.Fatalf("%.1000q\n error is %v\nwant     %v", payload, err, wantErr)
	}
	if wantErr != nil {
		want = events.SQSEvent{}
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%.1000q\n decoded %#v\nwant     %#v", payload, got, want)
	}
	d := decoder{Scanner: jsonscan.New(payload)}
	d.event()
	return !d.GaveUp()
}

func samples(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	all := map[string][]byte{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = data
	}
	return all
}

func TestPayloadsOfLambdaNeedNoFallback(t *testing.T) {
	t.Parallel()
	for name, payload := range samples(t) {
		if !compare(t, payload) {
			t.Errorf("%s: left to encoding/json", name)
		}
		e, err := DecodeEvent(payload)
		if err != nil || len(e.Records) == 0 || e.Records[0].MessageId == "" || e.Records[0].Attributes["SentTimestamp"] == "" {
			t.Errorf("%s: decoded %+v, %v", name, e, err)
		}
	}
}

// A payload that is cut off, or has one byte more or another byte somewhere, decodes as encoding/json does it.
func TestDamagedPayloads(t *testing.T) {
	t.Parallel()
	for name, payload := range samples(t) {
		if (testing.Short() || racetest.Enabled) && name != "attributes" {
			continue
		}
		for i := range payload {
			if i%31 == 0 {
				compare(t, payload[:i])
			}
			for j, c := range []byte("\"\\{}[]:,n0 \x00\xff") {
				if (i+j)%97 == 0 {
					damaged := append([]byte{}, payload...)
					damaged[i] = c
					compare(t, damaged)
					compare(t, append(append(append([]byte{}, payload[:i]...), c), payload[i:]...))
				}
			}
		}
	}
}

func TestUnusualPayloads(t *testing.T) {
	t.Parallel()
	message := func(s string) string { return `{"Records":[{` + s + `}]}` }
	typed := func(s string) string { return message(`"messageAttributes":{"a":{` + s + `}}`) }
	unknown := func(s string) string { return message(`"messageId":"1","new":` + s) }
	// Each is decoded alone or left to encoding/json; either way the result is compared.
	for _, c := range []struct {
		name, payload string
		alone         bool
	}{
		{"nothing", ``, false},
		{"white space", " \t\r\n", false},
		{"null", ` null `, true},
		{"null and more", `nullnull`, false},
		{"a number", `1`, false},
		{"an array", `[]`, false},
		{"empty object", ` { } `, true},
		{"two events", `{}{}`, false},
		{"byte order mark", "\ufeff{}", false},
		{"no records", `{"Records":[]}`, true},
		{"null records", `{"Records":null}`, true},
		{"null record", `{"Records":[null,{},null]}`, true},
		{"records twice", `{"Records":[{"messageId":"1","body":"a"}],"Records":[{"messageId":"2"}]}`, false},
		{"records in lower case", `{"records":[{"messageId":"1"}]}`, false},
		{"records in both cases", `{"Records":[{"messageId":"1"}],"records":[{"body":"2"}]}`, false},
		{"escaped records", `{"\u0052ecords":[{"messageId":"1"}]}`, false},
		{"records are an object", `{"Records":{}}`, false},
		{"records are a string", `{"Records":"x"}`, false},
		{"record is a number", `{"Records":[1]}`, false},
		{"another event", `{"version":"0","detail":{"a":[1,{"b":null}]}}`, true},
		{"comma at the end of an array", `{"Records":[{},]}`, false},
		{"comma at the end of an object", `{"Records":[],}`, false},
		{"comma first", `{,"Records":[]}`, false},
		{"no comma", message(`"messageId":"1" "body":"2"`), false},
		{"no colon", message(`"messageId" "1"`), false},
		{"wrong bracket", `{"Records":[}]`, false},
		{"key is not a string", `{1:2}`, false},

		{"nulls", message(`"messageId":null,"body":null,"attributes":null,"messageAttributes":null,"awsRegion":null`), true},
		{"empty maps", message(`"attributes":{},"messageAttributes":{}`), true},
		{"id twice", message(`"messageId":"1","messageId":"2"`), false},
		{"id twice, null", message(`"messageId":"1","messageId":null`), false},
		{"id in another case", message(`"messageID":"1"`), false},
		{"id in both cases", message(`"messageId":"1","MESSAGEID":"2"`), false},
		{"key with a long s", message(`"me\u017fsageId":"1"`), false},
		{"key with a long s, not escaped", message(`"meſsageId":"1"`), false},
		{"key with a long s at its end", `{"Recordſ":[{"messageId":"1"}]}`, false},
		{"key with a Kelvin sign", message("\"\u212aey\":\"1\""), false},
		{"id is a number", message(`"messageId":1`), false},
		{"id is an array", message(`"messageId":["1"]`), false},
		{"attributes twice", message(`"attributes":{"a":"1"},"attributes":{"b":"2"}`), false},
		{"attribute twice", message(`"attributes":{"a":"1","b":"2","a":"3"}`), true},
		{"attribute twice, null", message(`"attributes":{"a":"1","b":"2","a":null}`), true},
		{"system attribute in another case", message(`"attributes":{"sentTimestamp":"1","SentTimestamp":"2"}`), true},
		{"attribute is a number", message(`"attributes":{"a":1}`), false},
		{"attributes are an array", message(`"attributes":[]`), false},
		{"attribute without a name", message(`"attributes":{"":"1"}`), true},
		{"escaped attributes", message(`"attributes":{"S\u0065nderId":"1","a\"b":"2","a\"b":"3"}`), true},
		{"many attributes", message(`"attributes":{"a":"1","b":"2","c":"3","d":"4","e":"5","f":"6","g":"7","h":"8","i":"9"}`), true},
		{"source changes", `{"Records":[{"awsRegion":"a","eventSource":"s"},{"awsRegion":"b"},{"awsRegion":"a"},{},{"awsRegion":"\u0061","eventSource":"s"}]}`, true},

		{"escapes", message(`"body":"\"\\\/\b\f\n\r\t\u00e9\u4e16\uD83D\uDE00\u0000"`), true},
		{"unknown escape", message(`"body":"\x"`), false},
		{"single quote escaped", message(`"body":"\'"`), false},
		{"short escape", message(`"body":"\u12"`), false},
		{"escape of no hexadecimal digit", message(`"body":"\u12g4"`), false},
		{"escape at the end", `{"Records":[{"body":"\`, false},
		{"unicode escape at the end", `{"Records":[{"body":"\u123`, false},
		{"lone high surrogate", message(`"body":"\ud83d"`), true},
		{"lone low surrogate", message(`"body":"\ude00\ud83d"`), true},
		{"high surrogate, then another escape", message(`"body":"\ud83d\u0041\ud83d\n\ud83dx"`), true},
		{"two high surrogates, then a low one", message(`"body":"\ud83d\ud83d\ude00"`), true},
		{"half an escape after a surrogate", message(`"body":"\ud83d\u"`), false},
		{"replacement character", message(`"body":"\ufffd�"`), true},
		{"invalid UTF-8", message("\"body\":\"a\xffb\""), false},
		{"surrogate in UTF-8", message("\"body\":\"\xed\xa0\x80\""), false},
		{"invalid UTF-8 in an attribute's name", message("\"attributes\":{\"a\xff\":\"1\",\"a\xfe\":\"2\"}"), false},
		{"invalid UTF-8 in an unknown field", unknown("\"\xff\""), false},
		{"control character", message("\"body\":\"a\x01\""), false},
		{"new line in a string", message("\"body\":\"a\n\""), false},
		{"DEL", message("\"body\":\"a\x7f\""), true},
		{"string without an end", `{"Records":[{"body":"12345678901234567890`, false},

		{"values", typed(`"stringValue":"x","binaryValue":"AQID","stringListValues":["a","b"],"binaryListValues":["AQ==",""],"dataType":"String"`), true},
		{"empty values", typed(`"stringValue":"","binaryValue":"","stringListValues":[],"binaryListValues":[],"dataType":""`), true},
		{"null values", typed(`"stringValue":null,"binaryValue":null,"stringListValues":null,"binaryListValues":null,"dataType":null`), true},
		{"nulls in lists", typed(`"stringListValues":[null,"a",null],"binaryListValues":[null,"AQ=="]`), true},
		{"null attribute", message(`"messageAttributes":{"a":null}`), true},
		{"message attribute twice", message(`"messageAttributes":{"a":{"stringValue":"1","dataType":"String"},"a":{"dataType":"Number"}}`), true},
		{"value twice", typed(`"stringValue":"1","stringValue":"2"`), false},
		{"list twice", typed(`"stringListValues":["a","b"],"stringListValues":["c"]`), false},
		{"value in another case", typed(`"StringValue":"1"`), false},
		{"unknown value", typed(`"other":{"stringValue":1},"dataType":"String"`), true},
		{"not base64", typed(`"binaryValue":"!"`), false},
		{"base64 without padding", typed(`"binaryValue":"AQI"`), false},
		{"base64 escaped", typed(`"binaryValue":"AQ\/\/"`), false},
		{"base64 with a line break", typed(`"binaryValue":"AQ\r\nID"`), false},
		{"base64 with bits left over", typed(`"binaryValue":"AR=="`), true},
		{"bytes in an array", typed(`"binaryValue":[1,2,3]`), false},
		{"bytes in a list of arrays", typed(`"binaryListValues":[[1],[]]`), false},
		{"list is a string", typed(`"stringListValues":"a"`), false},

		{"number", unknown(`-12.50e+7`), true},
		{"zero", unknown(`0`), true},
		{"huge number", unknown(`1e999`), true},
		{"leading zero", unknown(`01`), false},
		{"plus", unknown(`+1`), false},
		{"minus", unknown(`-`), false},
		{"no digits after the point", unknown(`1.`), false},
		{"no digits in the exponent", unknown(`1e`), false},
		{"true and false", unknown(`[true,false,null]`), true},
		{"no literal", unknown(`truth`), false},
		{"literal and more", unknown(`nulll`), false},
		{"NaN", unknown(`NaN`), false},
		{"nested", unknown(strings.Repeat(`[{"a":`, 20) + `1` + strings.Repeat(`}]`, 20)), true},
		{"nested deeply", unknown(strings.Repeat(`[`, 1000) + strings.Repeat(`]`, 1000)), false},
		{"nested too deeply", unknown(strings.Repeat(`[`, 10001) + strings.Repeat(`]`, 10001)), false},
		{"brackets crossed", unknown(`[{]}`), false},
		{"unknown field twice", unknown(`1,"new":2`), true},
		{"unknown field with an escaped key", message(`"n\u0065w":1`), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if alone := compare(t, []byte(c.payload)); alone != c.alone {
				t.Errorf("decoded without encoding/json: %v, want %v", alone, c.alone)
			}
		})
	}
}

// Every position of a special byte in a word of eight, and every length around one, in strings with and without escapes.
func TestStringsOfEveryLength(t *testing.T) {
	t.Parallel()
	for n := range 40 {
		for i := range n + 1 {
			for _, part := range []string{"", `\"`, `\\`, `\u20ac`, "€", "\xff", "\x1f", `"`} {
				body := strings.Repeat("a", i) + part + strings.Repeat("!", n-i)
				compare(t, []byte(`{"Records":[{"messageId":"`+body+`"}]}`))
				compare(t, []byte(`{"Records":[{"messageId":"`+body))
			}
		}
	}
	for _, n := range []int{jsonscan.MaxShared - 1, jsonscan.MaxShared, jsonscan.MaxShared + 1, jsonscan.ChunkSize, 3 * jsonscan.ChunkSize} {
		for _, unit := range []string{"a", `\n`, `\u00e9`, `\ud83d\ude00`} {
			body := strings.Repeat(unit, n)
			payload := fmt.Sprintf(`{"Records":[{"messageId":"1","body":"%s"},{"body":"%s","messageId":"2"}]}`, body, body)
			if !compare(t, []byte(payload)) {
				t.Errorf("%d of %s left to encoding/json", n, unit)
			}
		}
	}
}

// Lambda's runtime client reads the next payload into the same buffer.
func TestNothingRefersToThePayload(t *testing.T) {
	t.Parallel()
	for name, payload := range samples(t) {
		var want events.SQSEvent
		if err := json.Unmarshal(payload, &want); err != nil {
			t.Fatal(err)
		}
		got, err := DecodeEvent(payload)
		if err != nil {
			t.Fatal(err)
		}
		for i := range payload {
			payload[i] = '!'
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the event changed with the payload: %+v", name, got)
		}
	}
}

// A handler may change what it is given without changing another message.
func TestMessagesShareNoMaps(t *testing.T) {
	t.Parallel()
	e, err := DecodeEvent([]byte(`{"Records":[{"attributes":{},"messageAttributes":{}},{"attributes":{},"messageAttributes":{}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	e.Records[0].Attributes["a"] = "b"
	e.Records[0].MessageAttributes["a"] = events.SQSMessageAttribute{}
	if len(e.Records[1].Attributes)+len(e.Records[1].MessageAttributes) != 0 {
		t.Fatalf("the other message is now %+v", e.Records[1])
	}
}

// Whoever keeps the ids of messages does not keep their payloads. Not parallel, for it measures the heap.
func TestKeptStringKeepsOneChunk(t *testing.T) {
	const payloads, messages, most = 20, 2000, 20 * 2 * jsonscan.ChunkSize
	var payload strings.Builder
	for i := range messages {
		fmt.Fprintf(&payload, `,{"messageId":"%036d","body":"%s"}`, i, strings.Repeat("x", 200))
	}
	data := []byte(`{"Records":[` + payload.String()[1:] + `]}`)
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	ids := make([]string, payloads)
	before := heap()
	for i := range ids {
		e, err := DecodeEvent(data)
		if err != nil || len(e.Records) != messages {
			t.Fatal(len(e.Records), err)
		}
		ids[i] = e.Records[messages/2].MessageId
	}
	if kept := int64(heap() - before); kept > most {
		t.Errorf("%d ids keep %d bytes of %d, want at most %d", len(ids), kept, payloads*len(data), most)
	}
	runtime.KeepAlive(ids)
}

func TestErrorsQuoteNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ payload, want string }{
		{`{"Records":[{"body":"SECRET"`, "the payload is not valid JSON, after 28 bytes"},
		{`{"Records":[§]}`, "the payload is not valid JSON, after 13 bytes"},
		{`{"Records":[{"body":SECRET}]}`, "the payload is not valid JSON, after 21 bytes"},
		{`{"Records":[{"body":765432}]}`, "the payload has a JSON number where a string is expected, after 26 bytes"},
		{`{"Records":[{"attributes":{"SECRET":{"SECRET":1}}}]}`, "the payload has a JSON object where a string is expected, after 37 bytes"},
		{`"SECRET"`, "the payload has a JSON string where a events.SQSEvent is expected, after 8 bytes"},
		{`{"Records":[{"messageAttributes":{"SECRET":{"binaryValue":"SECRET!"}}}]}`,
			"the payload has a binary value that is not base64, after 58 bytes or more"},
		{`{"Records":[{"messageAttributes":{"SECRET":{"binaryValue":["SECRET"]}}}]}`,
			"the payload has a JSON string where a uint8 is expected, after 67 bytes"},
	} {
		e, err := DecodeEvent([]byte(c.payload))
		if err == nil || err.Error() != c.want {
			t.Errorf("%s\n error is %v\nwant     %s", c.payload, err, c.want)
		}
		if e.Records != nil {
			t.Errorf("%s: with the error came %+v", c.payload, e)
		}
	}
}
