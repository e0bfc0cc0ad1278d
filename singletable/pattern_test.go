package singletable

import (
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/singletable/internal/keytext"
)

func TestParsePattern(t *testing.T) {
	t.Parallel()
	lit := func(s string) component { return component{literal: s} }
	attr := func(s string, width int) component { return component{attribute: s, width: width} }
	for pattern, want := range map[string][]component{
		"PROFILE":                  {lit("PROFILE")},
		"USER#{id}":                {lit("USER"), attr("id", 0)},
		"{id}":                     {attr("id", 0)},
		"ORDER#{order-id}#V#{v:6}": {lit("ORDER"), attr("order-id", 0), lit("V"), attr("v", 6)},
		"Größe#{a_1:20}":           {lit("Größe"), attr("a_1", 20)},
		"a&b:c/d.e@f":              {lit("a&b:c/d.e@f")},
	} {
		got, err := parsePattern(pattern)
		if err != nil || len(got) != len(want) {
			t.Errorf("%q: got %v, %v; want %v", pattern, got, err, want)
			continue
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%q: component %d is %+v, want %+v", pattern, i+1, got[i], want[i])
			}
		}
	}
}

func TestParsePatternRefuses(t *testing.T) {
	t.Parallel()
	for pattern, says := range map[string]string{
		"":              "empty",
		"#":             `component 1, "": it is empty`,
		"USER#":         `component 2, "": it is empty`,
		"#USER":         `component 1, "": it is empty`,
		"USER##{id}":    `component 2, "": it is empty`,
		"v{id}":         "not a mixture",
		"{id}v":         "not a mixture",
		"{a}{b}":        "not a mixture",
		"{{a}}":         "not a mixture",
		"{id":           "not a mixture",
		"id}":           "not a mixture",
		"{}":            "an attribute's name",
		"{a.b}":         "an attribute's name",
		"{a b}":         "an attribute's name",
		"{ä}":           "an attribute's name",
		"a b":           `the character ' ' cannot stand in a literal`,
		"100%":          `the character '%' cannot stand in a literal`,
		"tab\t":         `the character '\t' cannot stand in a literal`,
		"{id:}":         "a width is a number of digits from 1 to 20",
		"{id:0}":        "a width is a number of digits from 1 to 20",
		"{id:06}":       "a width is a number of digits from 1 to 20",
		"{id:+6}":       "a width is a number of digits from 1 to 20",
		"{id:21}":       "a width is a number of digits from 1 to 20",
		"{id:6:7}":      "a width is a number of digits from 1 to 20",
		"USER#\xff{id}": "not UTF-8",
	} {
		if got, err := parsePattern(pattern); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v, error %v; want an error with %q", pattern, got, err, says)
		}
	}
}

func TestEscape(t *testing.T) {
	t.Parallel()
	for plain, want := range map[string]string{
		"usr_123":              "usr_123",
		"user@example.com":     "user@example.com",
		"2026-01-15T10:00:00Z": "2026-01-15T10:00:00Z",
		"a#b":                  "a%23b",
		"#":                    "%23",
		"100% sure":            "100%25%20sure",
		"\x00\x1f!\"$":         "%00%1F%21%22%24",
		"&'é日":                 "&'é日",
	} {
		if got := string(keytext.Append(nil, plain)); got != want {
			t.Errorf("%q is written %q, want %q", plain, got, want)
		}
		if got, err := keytext.Read(want); err != nil || got != plain {
			t.Errorf("%q is read %q, %v; want %q", want, got, err, plain)
		}
	}
	for _, wrong := range []string{"%", "%2", "%2f", "%26", "%41", "%zz", "a b", "#", "a%2", "%%23"} {
		if got, err := keytext.Read(wrong); err == nil {
			t.Errorf("%q was read as %q", wrong, got)
		}
	}
}

// Two tuples of values must compare as their keys do, and come back out of them.
func FuzzKey(f *testing.F) {
	f.Add("a#b", "c", "a", "b#c")
	f.Add("a", "b", "a!", "b")
	f.Add("a", "\x00", "a\x00", "x")
	f.Add("%23", "é", "#", "日")
	f.Fuzz(func(t *testing.T, a1, a2, b1, b2 string) {
		type pair struct {
			X string `dynamodbav:"x"`
			Y string `dynamodbav:"y"`
		}
		plan := planOf[pair](t, "{x}#K#{y}")
		keyA, errA := plan.build(valueOf(pair{a1, a2}))
		keyB, errB := plan.build(valueOf(pair{b1, b2}))
		if errA != nil || errB != nil {
			t.Skip("a part is empty, too long or no UTF-8")
		}
		order := strings.Compare(a1, b1)
		if order == 0 {
			order = strings.Compare(a2, b2)
		}
		if got := strings.Compare(keyA, keyB); got != order {
			t.Errorf("keys %q and %q compare as %d, the values as %d", keyA, keyB, got, order)
		}
		prefix, _, err := plan.prefix(valueOf(pair{X: a1}), 0)
		if found := strings.HasPrefix(keyB, prefix); err != nil || found != (a1 == b1) {
			t.Errorf("prefix %q finds key %q: %v, %v", prefix, keyB, found, err)
		}
		p := place{partitionKey: *plan, shards: maxShards}
		in := inShard(keyA, shardOf(maxShards, keyB))
		if base, shard, ok := p.splitShard(in); !ok || base != keyA || shard != shardOf(maxShards, keyB) || in == keyB {
			t.Errorf("key %q in a shard is %q, and split into %q and %d", keyA, in, base, shard)
		}
		if n := strings.Count(keyA, separator); n != 2 {
			t.Errorf("key %q has %d separators, want 2", keyA, n)
		}
		var back pair
		if err := plan.read(keyA, addressOf(&back), everything); err != nil || back != (pair{a1, a2}) {
			t.Errorf("key %q was read as %q, %v", keyA, back, err)
		}
	})
}

// Whatever text comes as a key, reading it does not panic, and what was read is written the same again.
func FuzzReadKey(f *testing.F) {
	for _, key := range []string{
		"a#K#0000000000000000042#00000000000000000007#2026-01-15T10:00:00.000000000Z#000042",
		"%23#K#-9999999999999999999#18446744073709551615#0000-01-01T00:00:00.000000001Z#999999",
		"#K####", "a#K#-0#1#2#3", "a#K#9223372036854775808#0#x#0", "%#K",
	} {
		f.Add(key)
	}
	f.Fuzz(func(t *testing.T, key string) {
		p := place{shards: 12}
		if base, shard, ok := p.splitShard(key); ok && (inShard(base, shard) != key || shard < 0 || shard >= p.shards) {
			t.Errorf("key %q was split into %q and %d", key, base, shard)
		}
		plan := planOf[parts](t, "{text}#K#{int}#{uint}#{time}#{width:6}")
		var v parts
		if err := plan.read(key, addressOf(&v), everything); err != nil {
			return
		}
		if again, err := plan.build(valueOf(v)); (err != nil || again != key) && len(key) <= plan.limit {
			t.Errorf("key %q was read as %+v, which is written %q, %v", key, v, again, err)
		}
	})
}
