package pattern_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
)

// TestOperators holds each row of PATTERNS.md's table of operators: v is the field of the event.
func TestOperators(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values    string   // of the field "v" in the pattern
		match, no []string // the field's value in the event; "-" stands for no field at all
	}{
		{`["a"]`, []string{`"a"`, `["b","a"]`, `[["a"]]`, `"\u0061"`}, []string{`"A"`, `"ab"`, `1`, `null`, `-`, `[]`, `{"a":"a"}`}},
		{`["a","b"]`, []string{`"a"`, `"b"`}, []string{`"c"`}},
		{`[""]`, []string{`""`}, []string{`null`, `-`, `" "`}},
		{`[null]`, []string{`null`, `[1,null]`}, []string{`""`, `-`, `"null"`, `false`}},
		{`[true]`, []string{`true`}, []string{`false`, `"true"`, `1`}},
		{`[false]`, []string{`false`}, []string{`true`, `null`, `-`}},
		{`[300]`, []string{`300`}, []string{`300.0`, `3.0e2`, `"300"`, `30`}},
		{`["é"]`, []string{`"é"`, `"\u00e9"`, `"\u00E9"`}, []string{`"e"`}},
		{`["😀"]`, []string{`"😀"`, `"\ud83d\ude00"`}, []string{`"\ud83d"`}},
		{`["a\"b\\c\n"]`, []string{`"a\"b\\c\n"`, `"a\u0022b\u005cc\u000a"`}, []string{`"abc"`}},
		{`[{"prefix":"us-"}]`, []string{`"us-"`, `"us-east-1"`}, []string{`"US-east-1"`, `"eu-us-"`, `"us"`, `1`, `null`, `-`}},
		{`[{"prefix":{"equals-ignore-case":"Évent"}}]`, []string{`"éVENTbridge"`, `"Évent"`}, []string{`"Event"`, `"éven"`, `-`}},
		{`[{"suffix":".jpg"}]`, []string{`".jpg"`, `"a.jpg"`}, []string{`"a.JPG"`, `"a.jpg "`, `"jpg"`, `-`}},
		{`[{"suffix":{"equals-ignore-case":".jpg"}}]`, []string{`"a.JPG"`, `"b.jpg"`}, []string{`"a.png"`, `"JPG"`}},
		{`[{"equals-ignore-case":"Straße"}]`, []string{`"STRAßE"`, `"straße"`}, []string{`"strasse"`, `"Straß"`}},
		{`[{"wildcard":"dir/*.png"}]`, []string{`"dir/a.png"`, `"dir/.png"`, `"dir/a/b.png"`}, []string{`"dir/a.jpg"`, `"dirs/a.png"`, `1`}},
		{`[{"wildcard":"*a*b*"}]`, []string{`"ab"`, `"xaybz"`}, []string{`"ba"`, `"a"`}},
		{`[{"wildcard":"a*a"}]`, []string{`"aa"`, `"aba"`}, []string{`"a"`}},
		{`[{"wildcard":"a\\*\\\\*"}]`, []string{`"a*\\"`, `"a*\\x"`}, []string{`"ab\\"`, `"a*"`}},
		{`[{"wildcard":"same"}]`, []string{`"same"`}, []string{`"same "`}},
		{`[{"anything-but":"a"}]`, []string{`"b"`, `1`, `null`, `["a","b"]`}, []string{`"a"`, `-`, `["a"]`, `{"b":1}`}},
		{`[{"anything-but":["a","b"]}]`, []string{`"c"`, `""`}, []string{`"a"`, `"b"`}},
		{`[{"anything-but":123}]`, []string{`124`, `"123"`, `123.01`, `null`}, []string{`123`, `123.0`, `1.23e2`, `-`}},
		{`[{"anything-but":[100,2e2]}]`, []string{`300`, `[100,300]`}, []string{`100`, `200`, `200.0`, `[100,200]`}},
		{`[{"anything-but":123456789012}]`, []string{`123456789013`, `"123456789012"`}, []string{`123456789012`}},
		{`[{"anything-but":{"prefix":"us-"}}]`, []string{`"eu"`, `5`}, []string{`"us-east-1"`, `-`}},
		{`[{"anything-but":{"prefix":["us-","eu-"]}}]`, []string{`"ap"`}, []string{`"us-east-1"`, `"eu-west-1"`}},
		{`[{"anything-but":{"suffix":[".png"]}}]`, []string{`"a.jpg"`}, []string{`"a.png"`}},
		{`[{"anything-but":{"equals-ignore-case":["init"]}}]`, []string{`"done"`}, []string{`"INIT"`}},
		{`[{"anything-but":{"wildcard":"*/lib/*"}}]`, []string{`"a/b"`}, []string{`"a/lib/b"`}},
		{`[{"numeric":[">",0,"<=",5]}]`, []string{`5`, `0.000001`, `5.0`, `1e0`}, []string{`0`, `5.000001`, `"3"`, `-1`, `-`}},
		{`[{"numeric":["=",301.8]}]`, []string{`301.8`, `3.018e2`, `301.80`}, []string{`301.81`, `302`}},
		{`[{"numeric":["<",-1]}]`, []string{`-1.5`}, []string{`-1`, `0`, `-6e9`, `-1e400`}},
		{`[{"cidr":"10.0.0.0/24"}]`, []string{`"10.0.0.33"`}, []string{`"10.0.1.0"`, `"10.0.0.33/32"`, `"x"`, `"::ffff:10.0.0.33"`, `10`}},
		{`[{"cidr":"2001:db8::/32"}]`, []string{`"2001:db8::1"`, `"2001:0DB8:0::1"`}, []string{`"2001:db9::1"`, `"10.0.0.1"`, `"2001:db8::1%eth0"`}},
		{`[{"exists":true}]`, []string{`1`, `null`, `""`, `["a"]`, `false`}, []string{`-`, `[]`, `{"c1":100}`}},
		{`[{"exists":false}]`, []string{`-`, `{"c1":100}`, `[]`}, []string{`1`, `null`, `""`, `["a"]`}},
		{`["a",{"exists":false},{"prefix":"b"}]`, []string{`"a"`, `-`, `"bc"`}, []string{`"c"`, `null`}},
	} {
		p, err := pattern.Parse([]byte(`{"v":` + c.values + `}`))
		if err != nil {
			t.Errorf("%s: %v", c.values, err)
			continue
		}
		for want, values := range map[bool][]string{true: c.match, false: c.no} {
			for _, v := range values {
				event := `{"before":[{"v":1}],"v":` + v + `,"after":{"v":["x"]}}`
				if v == "-" {
					event = `{"before":[{"v":1}]}`
				}
				if got, err := p.Match([]byte(event)); err != nil || got != want {
					t.Errorf("%s on %s: %v, %v; want %v", c.values, v, got, err, want)
				}
			}
		}
	}
}

// TestStructure is about fields, objects, arrays and $or.
func TestStructure(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern   string
		match, no []string
	}{
		{`{"a":{"b":[1],"c":[2]}}`,
			[]string{`{"a":{"c":2,"b":1}}`, `{"a":[{"b":0},{"b":1,"c":2}]}`, `{"a":[[{"b":1,"c":2}]]}`, `{"a":{"b":[3,1],"c":2,"d":{}}}`},
			[]string{`{"a":{"b":1}}`, `{"a":[{"b":1},{"c":2}]}`, `{"a":1}`, `{}`, `{"b":1,"c":2}`}},
		{`{"a":{"b":[{"exists":false}]}}`,
			[]string{`{}`, `{"a":1}`, `{"a":{}}`, `{"a":{"c":1}}`, `{"a":[{"c":1}]}`},
			[]string{`{"a":{"b":1}}`, `{"a":[{"c":1},{"b":1}]}`}},
		{`{"a":{"b":[{"exists":false}],"c":[1]}}`,
			[]string{`{"a":{"c":1}}`}, []string{`{"a":{"b":2,"c":1}}`, `{"a":{}}`, `{}`}},
		{`{"x":[1],"$or":[{"a":[1]},{"b":[2],"c":[3]}]}`,
			[]string{`{"x":1,"a":1}`, `{"x":1,"b":2,"c":3}`},
			[]string{`{"a":1}`, `{"x":1,"b":2}`, `{"x":1}`, `{"x":1,"$or":1}`}},
		{`{"$or":[{"a":[1]},{"b":[1]}],"d":{"$or":[{"e":[1]},{"f":[1]}]}}`,
			[]string{`{"a":1,"d":{"e":1}}`, `{"b":1,"d":{"f":1}}`}, []string{`{"a":1}`, `{"d":{"e":1}}`, `{"a":1,"e":1,"d":{}}`}},
		{`{"$or":[{"a":[1]},{"$or":[{"b":[1]},{"c":[1]}],"x":[1]}]}`,
			[]string{`{"a":1}`, `{"b":1,"x":1}`, `{"c":1,"x":1}`}, []string{`{"b":1}`, `{"x":1}`}},
		// One element must have both, also where one of them stands in the $or.
		{`{"a":{"x":[1]},"$or":[{"a":{"y":[2]}},{"b":[1]}]}`,
			[]string{`{"a":[{"x":1,"y":2}]}`, `{"a":[{"x":1}],"b":1}`}, []string{`{"a":[{"x":1},{"y":2}]}`}},
		// Not an operator: one alternative, a value that is no list, a name of an operator.
		{`{"$or":{"a":[1]}}`, []string{`{"$or":{"a":1}}`}, []string{`{"a":1}`}},
		{`{"$or":[{"numeric":["=",1]},{"prefix":"abc"}]}`, []string{`{"$or":1}`, `{"$or":"abcd"}`}, []string{`{"a":1}`}},
		{`{"a.b":[1]}`, []string{`{"a.b":1}`}, []string{`{"a":{"b":1}}`}},
		{`{"é\n":[1]}`, []string{`{"\u00e9\n":1}`, "{\"é\\n\":1}"}, []string{`{"e":1}`}},
	} {
		p, err := pattern.Parse([]byte(c.pattern))
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		for want, list := range map[bool][]string{true: c.match, false: c.no} {
			for _, event := range list {
				if got, err := p.Match([]byte(event)); err != nil || got != want {
					t.Errorf("%s on %s: %v, %v; want %v", c.pattern, event, got, err, want)
				}
			}
		}
	}
}

// TestMoreThan64Fields is the path on which what is satisfied does not fit a word.
func TestMoreThan64Fields(t *testing.T) {
	t.Parallel()
	var fields, values []string
	for i := range 100 {
		fields = append(fields, fmt.Sprintf(`"f%d":[%d]`, i, i))
		values = append(values, fmt.Sprintf(`"f%d":%d`, i, i))
	}
	p, err := pattern.Parse([]byte("{" + strings.Join(fields, ",") + "}"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := p.Match([]byte("{" + strings.Join(values, ",") + "}")); !got || err != nil {
		t.Errorf("all fields: %v, %v", got, err)
	}
	if got, err := p.Match([]byte("{" + strings.Join(values[:99], ",") + "}")); got || err != nil {
		t.Errorf("one missing: %v, %v", got, err)
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{``, "line 1, column 1: it is not JSON"},
		{`[]`, "line 1, column 1: an event pattern is a JSON object"},
		{`{}`, "line 1, column 1: the object has no fields"},
		{`{"a":[1]} x`, "line 1, column 11: something follows"},
		{`{"a":"x"}`, "line 1, column 6: a: a field is matched by a list of values"},
		{"{\n  \"source\": [\"aws.s3\"],\n  \"detail\": {\n    \"key\": [{\"sufix\": \".jpg\"}]\n  }\n}", `line 4, column 14: detail.key: there is no operator "sufix"`},
		{`{"a":[]}`, "line 1, column 6: a: the list of values is empty"},
		{`{"a":{"b":{}}}`, "line 1, column 11: a.b: the object has no fields"},
		{`{"a":[["x"]]}`, "line 1, column 7: a: a value is a string"},
		{`{"a":[{}]}`, "line 1, column 7: a: the operator has no name"},
		{`{"a":[{"prefix":"x","suffix":"y"}]}`, "line 1, column 21: a: an operator stands alone"},
		{`{"a":[{"prefix":1}]}`, "column 17: a: prefix takes a string"},
		{`{"a":[{"suffix":{"prefix":"x"}}]}`, `column 18: a: suffix takes a string or equals-ignore-case, not "prefix"`},
		{`{"a":[{"equals-ignore-case":{"prefix":"x"}}]}`, "equals-ignore-case takes a string"},
		{`{"a":[{"wildcard":"a**b"}]}`, "no two * in a row"},
		{`{"a":[{"wildcard":"a\\b"}]}`, "a backslash stands before *"},
		{`{"a":[{"wildcard":"a\\"}]}`, "a backslash stands before *"},
		{`{"a":[{"anything-but":[]}]}`, "the list of an anything-but is empty"},
		{`{"a":[{"anything-but":["a",1]}]}`, "strings or numbers, not both"},
		{`{"a":[{"anything-but":null}]}`, "anything-but takes strings, numbers or an operator"},
		{`{"a":[{"anything-but":{"numeric":["=",1]}}]}`, `anything-but has no operator "numeric"`},
		{`{"a":[{"anything-but":{"prefix":[1]}}]}`, "prefix takes a string"},
		{`{"a":[{"numeric":5}]}`, "numeric takes a list"},
		{`{"a":[{"numeric":[]}]}`, "numeric has no comparison"},
		{`{"a":[{"numeric":["~",1]}]}`, "a comparison is one of"},
		{`{"a":[{"numeric":[">","1"]}]}`, "followed by a number"},
		{`{"a":[{"numeric":[">",1,">",2]}]}`, "one comparison, or one for each end"},
		{`{"a":[{"numeric":["=",1,"<",2]}]}`, "one comparison, or one for each end"},
		{`{"a":[{"numeric":["<",5,">",1]}]}`, "column 25: a: the lower end of a range comes first"},
		{`{"a":[{"anything-but":{"prefix":""}}]}`, "column 33: a: the prefix of an anything-but is empty"},
		{`{"a":[{"anything-but":{"suffix":["x",""]}}]}`, "the suffix of an anything-but is empty"},
		{`{"a":[{"numeric":[">",5,"<",1]}]}`, "no number is in the range"},
		{`{"a":[{"numeric":["<",5000000001]}]}`, "from -5e9 to 5e9"},
		{`{"a":[{"cidr":"10.0.0.0"}]}`, "cidr takes a network"},
		{`{"a":[{"exists":"yes"}]}`, "exists takes true or false"},
		{`{"a":[1],"a":[2]}`, "line 1, column 10: a: the field is given twice"},
		{`{"a":[{"prefix":"x"}],"$or":[{"a":[{"suffix":"y"}]},{"b":[1]}]}`, "line 1, column 31: a: the field is given twice, once in an $or and once beside it"},
		{`{"$or":[{"a":{"b":["y"]}},{"c":[1]}],"a":{"b":["x"]}}`, "line 1, column 43: a.b: the field is given twice"},
		{`{"a":{"b":[1]},"a.b":[2]}`, "line 1, column 16: a.b: the field is given twice, once by a name with dots in it"},
		{`{"$or":[{"a":[1],"$or":[{"a":[{"exists":false}]},{"b":[1]}]},{"c":[1]}]}`, "line 1, column 26: a: the field is given twice"},
		{`{"a":[1`, "it is not JSON: it ends too early"},
		{`{"a" [1]}`, "it is not JSON"},
		{`{"$or":[{"a":[1]}]}`, `$or: there is no operator "a"`},
		{strings.Repeat(`{"a":`, 1001) + `[1]` + strings.Repeat(`}`, 1001), "nested deeper"},
		{`{"d":{` + strings.TrimSuffix(strings.Repeat(`"$or":[{"a":[1]},{"b":[1]}],`, 1), ",") + `},` + ors(10) + `}`, "more than 1000 combinations"},
	} {
		_, err := pattern.Parse([]byte(c.text))
		e, ok := errors.AsType[*pattern.PatternError](err)
		if !ok || !errors.Is(err, pattern.ErrPattern) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60s: %v; want %q", c.text, err, c.want)
			continue
		}
		if e.Line < 1 || e.Column < 1 {
			t.Errorf("%.60s: at line %d, column %d", c.text, e.Line, e.Column)
		}
	}
}

// TestManyCombinations: what is refused in the end must not be worked out before. This took 170 MB.
func TestManyCombinations(t *testing.T) {
	text := []byte(`{"$or":[` + strings.Repeat("{"+ors(9)+"},", 100) + `{"a":[1]}]}`)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := pattern.Parse(text); !errors.Is(err, pattern.ErrPattern) {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 20<<20 {
		t.Errorf("a pattern of %d bytes took %d MB", len(text), got>>20)
	}
}

// ors are n objects, each with two alternatives.
func ors(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`"o%d":{"$or":[{"a":[1]},{"b":[1]}]}`, i))
	}
	return strings.Join(all, ",")
}

func TestEventsThatAreNone(t *testing.T) {
	t.Parallel()
	p := pattern.Must(pattern.Parse([]byte(`{"v":["secret"],"o":{"x":[1]}}`)))
	for _, event := range []string{
		``, `null`, `[]`, `{`, `{"v"}`, `{"v":}`, `{"v":secret}`, `{"v":"secret"`, `{"v":"secret",}`, `{"v":"secret"}{}`, `{"v":01}`,
		`{"v":1.}`, `{"v":1e}`, `{"v":-}`, `{"v":"\x"}`, `{"v":"\u12"}`, "{\"v\":\"a\nb\"}", `{"z":[1,]}`, `{"z":{"a" 1}}`, `{"z":tru}`,
		`{"z":` + strings.Repeat("[", 1100) + strings.Repeat("]", 1100) + `}`, `{"o":[{"x":1}}`, `{v:1}`, `{"v":"secret`,
	} {
		got, err := p.Match([]byte(event))
		if got || !errors.Is(err, pattern.ErrEvent) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%.60s: %v, %v", event, got, err)
		}
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	var rule struct{ EventPattern *pattern.Pattern }
	if err := json.Unmarshal([]byte(`{"EventPattern": {"source": [ "aws.s3" ]} }`), &rule); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(rule)
	if want := `{"EventPattern":{"source":["aws.s3"]}}`; err != nil || string(out) != want {
		t.Errorf("%s, %v; want %s", out, err, want)
	}
	if err := json.Unmarshal([]byte(`{"EventPattern": {}}`), &rule); !errors.Is(err, pattern.ErrPattern) {
		t.Errorf("an empty pattern: %v", err)
	}
	if got, err := new(pattern.Pattern).Match([]byte(`{}`)); got || err != nil {
		t.Errorf("the zero pattern: %v, %v", got, err)
	}
}

func TestMatchDoesNotAllocate(t *testing.T) {
	p := pattern.Must(pattern.Parse([]byte(uploadRule)))
	event := []byte(uploadEvent)
	if n := testing.AllocsPerRun(100, func() {
		if got, err := p.Match(event); !got || err != nil {
			t.Fatal(got, err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
