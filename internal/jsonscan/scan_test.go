package jsonscan

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// generic decodes any value with the methods of a Scanner, as a decoder of a known shape would.
func generic(s *Scanner, depth int) any {
	if depth > maxDepth {
		s.GiveUp()
		return nil
	}
	switch s.Next() {
	case 'n':
		s.Null()
		return nil
	case '"':
		return s.String()
	case '[':
		list := []any{}
		s.Array()
		for i := 0; s.More(i, ']'); i++ {
			list = append(list, generic(s, depth+1))
		}
		return list
	case '{':
		object := map[string]any{}
		s.Take('{')
		for i := 0; s.More(i, '}'); i++ {
			key := string(s.Key())
			s.Unlike([]byte(key), "known")
			object[key] = generic(s, depth+1)
		}
		return object
	}
	raw := s.Raw()
	if s.GaveUp() {
		return nil
	}
	return json.Number(raw)
}

// check holds a whole pass against encoding/json and reports whether it came to its end.
func check(t *testing.T, data []byte) bool {
	t.Helper()
	skipping := New(data)
	raw := skipping.Raw()
	skipping.End()
	if !skipping.GaveUp() && (!json.Valid(data) || !bytes.Equal(bytes.TrimSpace(data), raw)) {
		t.Fatalf("Raw took %q as %q", data, raw)
	}
	s := New(data)
	got := generic(&s, 0)
	s.End()
	if s.GaveUp() {
		if s.Understood() < 0 || s.Understood() > len(data) {
			t.Fatalf("%q: understood %d bytes", data, s.Understood())
		}
		return false
	}
	if skipping.GaveUp() {
		t.Fatalf("Raw gave up on %q", data)
	}
	var want any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&want); err != nil || !reflect.DeepEqual(got, literals(want)) {
		t.Fatalf("%q\n decoded %#v\nwant    %#v, %v", data, got, want, err)
	}
	return true
}

// literals writes true and false as generic does.
func literals(v any) any {
	switch v := v.(type) {
	case bool:
		return json.Number(map[bool]string{true: "true", false: "false"}[v])
	case []any:
		for i := range v {
			v[i] = literals(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = literals(v[k])
		}
	}
	return v
}

var inputs = []struct {
	data string
	ends bool // the pass comes to the end without encoding/json
}{
	{`null`, true}, {`true`, true}, {` [ ] `, true}, {"\t{\n}\r", true}, {`""`, true}, {`-1.5e+10`, true}, {`0`, true},
	{`{"a":["b",{"c":null}],"d":"\u00e9\ud83d\ude00\n\/"}`, true},
	{`{"a":1,"a":2}`, true}, // twice, of a key that is not known
	{`"` + strings.Repeat("é", 5000) + `"`, true},
	{strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth), true},
	{strings.Repeat("[", maxDepth+2) + strings.Repeat("]", maxDepth+2), false},
	{`{"Known":1}`, false}, {`{"\u0061":1}`, false}, {`{"é":1}`, false},
	{"\"\xff\"", false}, {"\"\x01\"", false}, {`"\x"`, false}, {`"\u12"`, false}, {`"a`, false}, {`"\ud800"`, true},
	{`01`, false}, {`1.`, false}, {`1e`, false}, {`-`, false}, {`+1`, false}, {`nul`, false}, {`truth`, false},
	{`[1,]`, false}, {`[,1]`, false}, {`[1 2]`, false}, {`{"a"}`, false}, {`{"a":}`, false}, {`{,}`, false}, {`[}`, false},
	{`1 1`, false}, {``, false}, {`{`, false}, {`[`, false}, {"\v1", false},
}

func TestScanner(t *testing.T) {
	t.Parallel()
	for _, c := range inputs {
		if ends := check(t, []byte(c.data)); ends != c.ends {
			t.Errorf("%.100q: came to the end: %v, want %v", c.data, ends, c.ends)
		}
	}
}

func TestGiveUpStays(t *testing.T) {
	t.Parallel()
	s := New([]byte(`["a","b"]`))
	s.Array()
	s.GiveUpAt(7)
	s.GiveUp()
	if !s.GaveUp() || s.Understood() != 7 || s.More(0, ']') {
		t.Errorf("gave up %v after %d bytes, want true after 7 and no more elements", s.GaveUp(), s.Understood())
	}
}

func TestRepeatedSharesItsString(t *testing.T) {
	t.Parallel()
	s := New([]byte(`["abc","abc","d",null]`))
	last := ""
	var got []string
	s.Array()
	for i := 0; s.More(i, ']'); i++ {
		got = append(got, s.Repeated(&last))
	}
	if want := []string{"abc", "abc", "d", ""}; s.GaveUp() || !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzScanner holds a pass over any input against encoding/json.
func FuzzScanner(f *testing.F) {
	for _, c := range inputs {
		f.Add([]byte(c.data))
	}
	f.Fuzz(func(t *testing.T, data []byte) { check(t, data) })
}
