package pattern_test

import (
	cryptorand "crypto/rand"
	"encoding/json"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
	"github.com/lambdapatterns/lambdapatterns/internal/mototest"
)

// TestAgainstMoto holds Match against the rules of moto's EventBridge, which is written independently of this package: random
// patterns become rules, random events are put, and the rules say by a queue which of them matched.
// TEST_PATTERN_SEED replays a run by the seed that it has printed.
//
// The generator leaves out what moto 5.2.1 is known to do otherwise than the service:
//
//   - arrays of objects, and arrays in arrays: it looks at the elements of the outermost array, as values only;
//   - empty arrays and empty objects: {"exists": true} passes for them;
//   - names with a dot: they are paths to it;
//   - 0 and 1, and ranges of numeric that they are in: to it, false and true equal them;
//   - numbers that can be written in two ways, such as 300.0: it compares their values;
//   - letters of which lower case and simple folding disagree, such as ſ and İ: it compares lower case;
//   - line breaks beside wildcard: its * does not match them;
//   - cidr with bits set behind the prefix, which it never matches, networks around 0.0.0.0, in which plain numbers are, and
//     addresses with zones;
//   - "$or" with one object: it is no field's name there;
//   - what Parse refuses: it does not.
func TestAgainstMoto(t *testing.T) {
	t.Parallel()
	mototest.URL(t)
	const rules, events, calls = 50, 60, 12
	seed := rand.Uint64()
	if s := os.Getenv("TEST_PATTERN_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("TEST_PATTERN_SEED=%d", seed)
	g := generator{rand.New(rand.NewPCG(seed, 2))}

	bus := "bus-" + cryptorand.Text()
	mototest.Call(t, "AWSEvents.CreateEventBus", map[string]any{"Name": bus}, nil)
	queue, arn := mototest.Queue(t, "queue-"+cryptorand.Text())
	patterns := make([]*pattern.Pattern, rules)
	for i := range patterns {
		text := g.pattern()
		p, err := pattern.Parse(text)
		for err != nil && strings.Contains(err.Error(), "the field is given twice") {
			text = g.pattern()
			p, err = pattern.Parse(text)
		}
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		patterns[i] = p
		name := strconv.Itoa(i)
		mototest.Call(t, "AWSEvents.PutRule", map[string]any{"Name": name, "EventBusName": bus, "EventPattern": string(text)}, nil)
		mototest.Call(t, "AWSEvents.PutTargets", map[string]any{"Rule": name, "EventBusName": bus, "Targets": []any{map[string]any{
			"Id": "1", "Arn": arn, "InputTransformer": map[string]any{
				"InputPathsMap": map[string]string{"id": "$.id"}, "InputTemplate": `{"Rule":` + name + `,"ID":"<id>"}`,
			},
		}}}, nil)
	}

	type pair struct {
		Rule int
		ID   string
	}
	matched := map[pair]bool{}
	byID := map[string][]byte{}
	for range calls {
		entries := make([]map[string]any, events/calls)
		for i := range entries {
			entries[i] = g.entry(bus)
		}
		var out struct {
			FailedEntryCount int
			Entries          []struct{ EventId string }
		}
		mototest.Call(t, "AWSEvents.PutEvents", map[string]any{"Entries": entries}, &out)
		if out.FailedEntryCount > 0 || len(out.Entries) != len(entries) {
			t.Fatalf("%+v", out)
		}
		for i, e := range out.Entries {
			byID[e.EventId] = eventOf(t, e.EventId, entries[i])
		}
		for _, body := range mototest.Receive(t, queue) {
			var p pair
			if err := json.Unmarshal([]byte(body), &p); err != nil || byID[p.ID] == nil {
				t.Fatalf("%v: %s", err, body)
			}
			matched[p] = true
		}
	}

	differ := 0
	for id, event := range byID {
		for i, p := range patterns {
			got, err := p.Match(event)
			if err != nil {
				t.Fatalf("%s: %v", event, err)
			}
			if want := matched[pair{i, id}]; got != want {
				if differ++; differ <= 5 {
					t.Errorf("%v\non %s: %v, moto says %v", p, event, got, want)
				}
			}
		}
	}
	n := len(byID) * rules
	t.Logf("%d comparisons, %d matched, %d differ", n, len(matched), differ)
	if len(byID) != events || len(matched) < n/20 || len(matched) > n*19/20 {
		t.Errorf("%d of %d matched: the test asks too little", len(matched), n)
	}
}

// eventOf is the event that moto makes of an entry.
func eventOf(t *testing.T, id string, entry map[string]any) []byte {
	t.Helper()
	resources := entry["Resources"]
	event, err := json.Marshal(map[string]any{
		"version": "0", "id": id, "account": "123456789012", "region": "us-east-1", "time": "2026-11-12T00:00:00Z",
		"source": entry["Source"], "detail-type": entry["DetailType"], "resources": resources,
		"detail": json.RawMessage(entry["Detail"].(string)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return event
}

// generator makes patterns and events that are small enough to meet.
type generator struct{ *rand.Rand }

var (
	motoTexts = []string{
		"", "x", "y", "xy", "XY", "yx", "x*y", `x\y`, "héé", "HÉÉ", "a<b", "300", "10.1.2.3", "10.2.2.3", "2001:db8::1", "2001:db9::1", "::ffff:10.1.2.3", "null", "日本",
	}
	motoNumbers = []any{2, 3, 2.5, -2, 300, 4e9, -2.25}
)

func pick[T any](g generator, all []T) T { return all[g.IntN(len(all))] }

func (g generator) pattern() []byte {
	o := map[string]any{}
	if g.IntN(4) == 0 {
		o["source"] = []any{pick(g, []any{"com.a", map[string]any{"prefix": "com."}, map[string]any{"anything-but": []any{"com.a", "com.c"}}})}
	}
	if g.IntN(6) == 0 {
		o["resources"] = []any{map[string]any{pick(g, []string{"prefix", "suffix"}): pick(g, []string{"arn:", "x", "y"})}}
	}
	if g.IntN(8) == 0 {
		o["detail-type"] = []any{map[string]any{"wildcard": pick(g, []string{"T*", "*y", "* *", "T y"})}}
	}
	if g.IntN(5) > 0 || len(o) == 0 {
		o["detail"] = g.object(2, g.tests)
	}
	text, _ := json.Marshal(o) // maps of strings and lists
	return text
}

func (g generator) entry(bus string) map[string]any {
	detail, _ := json.Marshal(g.event(3))
	e := map[string]any{"EventBusName": bus, "Source": pick(g, []string{"com.a", "com.b", "org.c"}), "DetailType": pick(g, []string{"T x", "T y", "U"}), "Detail": string(detail)}
	// Empty arrays are left out, and moto gives an event without resources one.
	e["Resources"] = pick(g, [][]string{{"arn:x"}, {"arn:x", "arn:y"}, {"y"}})
	return e
}

var motoNames = []string{"a", "b", "c", "d", "é"}

// object makes a pattern's object of one or two fields, which may be a $or.
func (g generator) object(depth int, leaf func() any) map[string]any {
	o := map[string]any{}
	for range 1 + g.IntN(2) {
		switch name := pick(g, motoNames); {
		case depth > 0 && g.IntN(4) == 0:
			o[name] = g.object(depth-1, leaf)
		case depth > 0 && g.IntN(5) == 0:
			or := []any{}
			for range 2 + g.IntN(2) {
				or = append(or, g.object(depth-1, leaf))
			}
			o["$or"] = or
		default:
			o[name] = leaf()
		}
	}
	return o
}

// event makes an event's object, never an empty one.
func (g generator) event(depth int) map[string]any {
	o := map[string]any{pick(g, motoNames): g.value()}
	for _, name := range motoNames {
		switch {
		case depth > 0 && g.IntN(4) == 0:
			o[name] = g.event(depth - 1)
		case g.IntN(4) > 0:
			o[name] = g.value()
		}
	}
	return o
}

func (g generator) value() any {
	if g.IntN(5) > 0 {
		return g.scalar()
	}
	list := []any{g.scalar()}
	for range g.IntN(3) {
		list = append(list, g.scalar())
	}
	return list
}

func (g generator) scalar() any {
	switch g.IntN(8) {
	case 0:
		return nil
	case 1:
		return g.IntN(2) == 0
	case 2, 3:
		return pick(g, motoNumbers)
	}
	return pick(g, motoTexts)
}

func (g generator) tests() any {
	list := []any{g.test()}
	for g.IntN(3) == 0 {
		list = append(list, g.test())
	}
	return list
}

func (g generator) test() any {
	op := func(name string, v any) any { return map[string]any{name: v} }
	text := pick(g, motoTexts)
	texts := []any{text, pick(g, motoTexts)}
	part := pick(g, []string{"x", "y", "x*", "h", "10.", "日", "X", "É"})
	wildcard := pick(g, []string{"x*", "*y", "*", `x\*y`, `x\\*`, "h*é", "*.2.*", "*<*", "x"})
	network := pick(g, []string{"10.1.0.0/16", "10.0.0.0/8", "10.1.2.3/32", "2001:db8::/32", "2001:db8::1/128", "::/0"})
	switch g.IntN(18) {
	case 0:
		return g.scalar()
	case 1, 2:
		return op("exists", g.IntN(2) == 0)
	case 3:
		return op("prefix", part)
	case 4:
		return op("suffix", part)
	case 5:
		return op(pick(g, []string{"prefix", "suffix"}), op("equals-ignore-case", part))
	case 6:
		return op("equals-ignore-case", text)
	case 7:
		return op("wildcard", wildcard)
	case 8:
		return op("cidr", network)
	case 9:
		return op("numeric", pick(g, [][]any{{">", 2}, {">=", 2, "<", 3}, {"=", 300}, {"<", -2}, {"<=", -2}, {">", 2, "<=", 2.5}, {">=", 3.5}}))
	case 10:
		return op("anything-but", text)
	case 11:
		return op("anything-but", texts)
	case 12:
		return op("anything-but", []any{pick(g, motoNumbers), pick(g, motoNumbers)})
	case 13:
		return op("anything-but", pick(g, motoNumbers))
	case 14:
		return op("anything-but", op(pick(g, []string{"prefix", "suffix"}), pick(g, []any{part, []any{part, "y"}})))
	case 15:
		return op("anything-but", op("equals-ignore-case", pick(g, []any{text, texts})))
	case 16:
		return op("anything-but", op("wildcard", pick(g, []any{wildcard, []any{wildcard, "q*"}})))
	}
	return text
}
