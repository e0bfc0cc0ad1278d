package stepfunctions

import (
	"reflect"
	"testing"
)

func TestPath(t *testing.T) {
	t.Parallel()
	document, err := decode([]byte(`{"a": {"b": [10, {"c d": "x"}]}, "n": null}`))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"$.a.b[0]":           "10",
		"$['a'].b[1]['c d']": `"x"`,
		"$.a['b'][0]":        "10",
		"$.n":                "null",
		"$":                  `{"a":{"b":[10,{"c d":"x"}]},"n":null}`,
	} {
		p, err := parsePath(text)
		if err != nil {
			t.Fatal(err)
		}
		if v, ok := p.get(document); !ok || string(encode(v)) != want {
			t.Errorf("%s: got %s, %t", text, encode(v), ok)
		}
	}
	for _, text := range []string{"$.x", "$.a.b[2]", "$.a[0]", "$.n.x", "$.a.b.c"} {
		p, err := parsePath(text)
		if err != nil {
			t.Fatal(err)
		}
		if v, ok := p.get(document); ok {
			t.Errorf("%s: got %s", text, encode(v))
		}
	}
	for _, text := range []string{"", "a", "$a", "$.", "$..a", "$.a.*", "$.a[*]", "$.a[-1]", "$.a[0:1]", "$.a[0,1]", "$.a[?(@.b)]", "$.a[", "$.a['b", "$.a]", "$.a b", "$[a]", "$.length()"} {
		if p, err := parsePath(text); err == nil {
			t.Errorf("%q was taken as %s", text, p)
		}
	}
}

func TestPut(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ document, path, want string }{
		{`{"a":1}`, "$", `7`},
		{`{"a":1}`, "$.b", `{"a":1,"b":7}`},
		{`{"a":1}`, "$.b.c", `{"a":1,"b":{"c":7}}`},
		{`{"a":{"x":1}}`, "$.a.y", `{"a":{"x":1,"y":7}}`},
		{`{"a":[1,2]}`, "$.a[1]", `{"a":[1,7]}`},
		{`{"a":[1,2]}`, "$.a[2]", ``},
		{`{"a":1}`, "$.a.b", ``},
		{`[1]`, "$.a", ``},
		{`null`, "$.a", ``},
	} {
		document, _ := decode([]byte(tc.document))
		before := string(encode(document))
		p, err := parsePath(tc.path)
		if err != nil {
			t.Fatal(err)
		}
		value, _ := decode([]byte("7"))
		got, ok := p.put(document, value)
		if ok != (tc.want != "") || ok && string(encode(got)) != tc.want {
			t.Errorf("%s at %s: got %s, %t", tc.document, tc.path, encode(got), ok)
		}
		if string(encode(document)) != before {
			t.Errorf("%s at %s changed the document", tc.document, tc.path)
		}
	}
}

// A path that is read can be written, and is read as the same again unless a name of it needs brackets.
func FuzzPath(f *testing.F) {
	for _, text := range []string{"$", "$.a.b[0]", "$['a b'][1]", "$$.Map.Item.Value", "$.", "$[", "$..a", "a", "$.é"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parsePath(text)
		if err != nil {
			return
		}
		again, err := parsePath(p.String())
		if err == nil && len(again.steps) == len(p.steps) && !reflect.DeepEqual(p, again) {
			t.Errorf("%q is %v, and %q is %v", text, p, p.String(), again)
		}
		var document any = map[string]any{}
		if put, ok := p.put(document, "x"); ok {
			if v, ok := p.get(put); !ok || v != "x" {
				t.Errorf("%q: what was put there is %v, %t", text, v, ok)
			}
		}
	})
}
