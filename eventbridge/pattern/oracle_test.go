package pattern_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
)

// TestAgainstOracle holds Match against another way to work out the same rules, on random patterns and events that are small
// enough to meet. The oracle picks one element of each array of objects in turn, and looks at what is left without arrays.
func TestAgainstOracle(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 1))
	matched, refused := 0, 0
	const n = 10_000
	for range n {
		rule, event := randomObject(r, 2, true), randomObject(r, 3, false)
		text, err := json.Marshal(rule)
		if err != nil {
			t.Fatal(err)
		}
		p, err := pattern.Parse(text)
		if err != nil && strings.Contains(err.Error(), "the field is given twice") {
			refused++
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		data, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.Match(data)
		if want := oracle(rule, event); err != nil || got != want {
			t.Fatalf("seed %d: %s\non %s: %v, %v; want %v", seed, text, data, got, err, want)
		}
		if got {
			matched++
		}
	}
	if refused > n/4 {
		t.Errorf("%d of %d patterns were refused", refused, n)
	}
	if matched < n/50 || matched > n-n/50 {
		t.Errorf("%d of %d matched: the test asks too little", matched, n)
	}
}

// randomObject makes a pattern or an event. Names a to c are leaves and d to e objects, so that no field is both.
func randomObject(r *rand.Rand, depth int, rule bool) map[string]any {
	o := map[string]any{}
	for _, name := range []string{"a", "b", "c"} {
		if r.IntN(3) > 0 || rule && len(o) == 0 && name == "c" {
			if rule {
				o[name] = randomTests(r)
			} else {
				o[name] = randomLeaf(r)
			}
		}
	}
	if depth > 0 && r.IntN(2) == 0 {
		for _, name := range []string{"d", "e"} {
			if r.IntN(2) == 0 {
				continue
			}
			o[name] = randomObject(r, depth-1, rule)
			if !rule && r.IntN(2) == 0 {
				list := []any{}
				for range r.IntN(4) {
					list = append(list, randomObject(r, depth-1, false))
				}
				o[name] = list
			}
		}
	}
	if rule && depth > 0 && r.IntN(4) == 0 {
		o["$or"] = []any{randomObject(r, depth-1, true), randomObject(r, depth-1, true)}
	}
	if rule && len(o) > 2 { // patterns of many fields match nothing
		for name := range o {
			if len(o) > 2 {
				delete(o, name)
			}
		}
	}
	return o
}

func randomLeaf(r *rand.Rand) any {
	leaves := []any{"x", "y", "xy", "", 1, 2, 1.5, nil, true, false, []any{}, []any{"x", 1}, []any{[]any{"y"}, nil}}
	return leaves[r.IntN(len(leaves))]
}

func randomTests(r *rand.Rand) []any {
	op := func(name string, v any) any { return map[string]any{name: v} }
	tests := []any{
		"x", "xy", "", 1, 2, nil, true, op("prefix", "x"), op("suffix", "y"), op("exists", true), op("exists", false),
		op("anything-but", "x"), op("anything-but", []any{1, 2}), op("anything-but", op("prefix", "x")), op("numeric", []any{">", 1, "<=", 2}),
		op("equals-ignore-case", "XY"), op("wildcard", "*x*"),
	}
	all := []any{tests[r.IntN(len(tests))]}
	for r.IntN(3) == 0 {
		all = append(all, tests[r.IntN(len(tests))])
	}
	return all
}

// demand is one field of a rule without $or.
type demand struct {
	path  string
	tests []any
}

func oracle(rule, event map[string]any) bool {
	flat := picks(event)
	for _, demands := range rulesOf(rule, "") {
		for _, fields := range flat {
			ok := true
			for _, d := range demands {
				there := false
				for _, f := range flat {
					there = there || len(f[d.path]) > 0
				}
				ok = ok && d.met(fields[d.path], there)
			}
			if ok {
				return true
			}
		}
	}
	return false
}

// rulesOf takes the $or apart.
func rulesOf(o map[string]any, prefix string) [][]demand {
	all := [][]demand{{}}
	times := func(ways [][]demand) {
		var next [][]demand
		for _, a := range all {
			for _, w := range ways {
				next = append(next, append(append([]demand{}, a...), w...))
			}
		}
		all = next
	}
	for name, v := range o {
		switch v := v.(type) {
		case map[string]any:
			times(rulesOf(v, prefix+name+"."))
		case []any:
			if name != "$or" {
				times([][]demand{{{prefix + name, v}}})
				continue
			}
			var ways [][]demand
			for _, alternative := range v {
				ways = append(ways, rulesOf(alternative.(map[string]any), prefix)...)
			}
			times(ways)
		}
	}
	return all
}

// picks are the event's fields with their values, once for each way to pick an element of each array of objects.
func picks(o map[string]any) []map[string][]any {
	all := []map[string][]any{{}}
	for name, v := range o {
		var ways []map[string][]any
		switch v := v.(type) {
		case map[string]any:
			ways = picks(v)
		case []any:
			for _, e := range v {
				if e, ok := e.(map[string]any); ok {
					ways = append(ways, picks(e)...)
				}
			}
		}
		if ways == nil {
			for _, a := range all {
				a[name] = leaves(v)
			}
			continue
		}
		var next []map[string][]any
		for _, a := range all {
			for _, w := range ways {
				joined := map[string][]any{}
				for k, x := range a {
					joined[k] = x
				}
				for k, x := range w {
					joined[name+"."+k] = x
				}
				next = append(next, joined)
			}
		}
		all = next
	}
	return all
}

func leaves(v any) (all []any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			all = append(all, leaves(e)...)
		}
	case map[string]any:
	default:
		all = append(all, v)
	}
	return all
}

func (d demand) met(values []any, there bool) bool {
	for _, test := range d.tests {
		if o, ok := test.(map[string]any); ok && o["exists"] == false {
			if !there {
				return true
			}
			continue
		}
		for _, v := range values {
			if passes(test, v) {
				return true
			}
		}
	}
	return false
}

func passes(test, v any) bool {
	o, ok := test.(map[string]any)
	if !ok {
		return fmt.Sprintf("%T %v", test, test) == fmt.Sprintf("%T %v", v, v)
	}
	s, isText := v.(string)
	for name, arg := range o {
		switch name {
		case "prefix":
			return isText && strings.HasPrefix(s, arg.(string))
		case "suffix":
			return isText && strings.HasSuffix(s, arg.(string))
		case "equals-ignore-case":
			return isText && strings.EqualFold(s, arg.(string))
		case "wildcard":
			return isText && strings.Contains(s, strings.Trim(arg.(string), "*"))
		case "exists":
			return true
		case "numeric":
			f, err := strconv.ParseFloat(fmt.Sprint(v), 64)
			return !isText && err == nil && f > 1 && f <= 2
		case "anything-but":
			if list, ok := arg.([]any); ok {
				for _, e := range list {
					if passes(e, v) {
						return false
					}
				}
				return true
			}
			return !passes(arg, v)
		}
	}
	return false
}
