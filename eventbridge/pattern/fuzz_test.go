package pattern_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
)

// FuzzParse: what is accepted is JSON, comes back as the same pattern, and matches without a panic.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		uploadRule, `{"$or":[{"a":[{"exists":false}]},{"b":[{"numeric":[">",0,"<=",5]}]}]}`, `{"a":[{"wildcard":"*x\\*"}]}`,
		`{"a":[{"anything-but":{"prefix":["x"]}},{"cidr":"::/0"},{"suffix":{"equals-ignore-case":"É"}}]}`, `{"a":{"$or":[]}}`, `{"a":[1],"a":[2]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := pattern.Parse(data)
		if err != nil {
			if !errors.Is(err, pattern.ErrPattern) {
				t.Fatalf("an error of another type: %v", err)
			}
			return
		}
		if !json.Valid(data) {
			t.Fatal("what is not JSON was accepted")
		}
		again, err := pattern.Parse([]byte(p.String()))
		if err != nil || again.String() != p.String() {
			t.Fatalf("%s became %v, %v", p, again, err)
		}
		first, err1 := p.Match([]byte(uploadEvent))
		second, err2 := again.Match([]byte(uploadEvent))
		if first != second || err1 != nil || err2 != nil {
			t.Fatalf("%v, %v and %v, %v", first, err1, second, err2)
		}
		_, _ = p.Match(data) // must not panic
	})
}

// FuzzMatch: an event is refused exactly if it is no JSON object, whichever of its fields the pattern asks for.
func FuzzMatch(f *testing.F) {
	for _, s := range []string{
		uploadEvent, `{"a":[{"b":"\ud83d\ude00\\\"\/"},[],{}],"c":-0.1e+5,"d":null}`, `{"a":{"b":tru}}`, "{\"a\":\"\x01\"}", `{"a":"` + strings.Repeat("x", 100) + `\u0041"}`,
	} {
		f.Add([]byte(s))
	}
	asks := []*pattern.Pattern{
		pattern.Must(pattern.Parse([]byte(`{"none":["x"]}`))),
		pattern.Must(pattern.Parse([]byte(`{"a":{"b":[{"exists":true}]},"c":[{"numeric":["<",0]}],"d":[null]}`))),
		pattern.Must(pattern.Parse([]byte(`{"a":[{"exists":false},{"anything-but":"x"}]}`))),
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		valid := json.Valid(data) && bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{"))
		for _, p := range asks {
			_, err := p.Match(data)
			if valid && err != nil && !strings.Contains(err.Error(), "nested too deeply") || !valid && err == nil {
				t.Fatalf("%s: valid %v, error %v", p, valid, err)
			}
		}
	})
}

// FuzzMatchText: a string is matched by what encoding/json reads in it.
func FuzzMatchText(f *testing.F) {
	for _, s := range []string{`"a"`, `"\u0061\ud83d\ude00"`, `"\ud83dx"`, `"\ud83d\u0041"`, `"\ude00\ud83d\ude00"`, `"` + strings.Repeat("é", 100) + `\t"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var s string
		if json.Unmarshal([]byte(text), &s) != nil || !json.Valid([]byte(text)) || strings.ToValidUTF8(text, "") != text {
			return
		}
		if text = strings.TrimSpace(text); text[0] != '"' {
			return // null leaves a string as it is
		}
		p, err := pattern.New(pattern.Field("v", pattern.Exactly(s)))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Match([]byte(`{"v":` + text + `}`)); !got || err != nil {
			t.Fatalf("%q: %v, %v", text, got, err)
		}
		p, err = pattern.New(pattern.Field("v", pattern.AnythingBut(s)))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Match([]byte(`{"v":` + text + `}`)); got || err != nil {
			t.Fatalf("anything but %q: %v, %v", text, got, err)
		}
	})
}
