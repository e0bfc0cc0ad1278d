package singletable

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// The vectors of PATTERNS.md. They must never change: items lie where they say.
func TestShardVectors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		keys            []string
		of2, of8, of256 int
	}{
		{[]string{"ORDER#ord_456"}, 1, 5, 125},
		{[]string{"READING#2026-01-15T10:00:00.000000000Z#r1"}, 1, 7, 23},
		{[]string{"USER#usr_123", "PROFILE"}, 1, 1, 169},
		{[]string{"PRODUCT#日", "METADATA"}, 0, 2, 114},
	} {
		got := []int{shardOf(2, c.keys...), shardOf(8, c.keys...), shardOf(256, c.keys...)}
		if want := []int{c.of2, c.of8, c.of256}; !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", c.keys, got, want)
		}
	}
}

func TestShardsAreEven(t *testing.T) {
	t.Parallel()
	for _, n := range []int{2, 8, 10, 256} {
		const each = 400
		count := make([]int, n)
		for i := range each * n {
			count[shardOf(n, fmt.Sprintf("ORDER#%019d", i))]++
		}
		if low, high := slices.Min(count), slices.Max(count); low < each*3/4 || high > each*5/4 {
			t.Errorf("of %d shards one has %d and one %d items, and the mean is %d", n, low, high, each)
		}
	}
}

func TestSplitShard(t *testing.T) {
	t.Parallel()
	p := place{shards: 12}
	for key, want := range map[string]int{"A#0": 0, "A#b#11": 11, "A#12": -1, "A#01": -1, "A#+1": -1, "A#-1": -1, "A#": -1, "A": -1, "A#x": -1} {
		base, shard, ok := p.splitShard(key)
		if ok != (want >= 0) || ok && (shard != want || inShard(base, shard) != key) {
			t.Errorf("%q is split into %q and %d, %v", key, base, shard, ok)
		}
	}
}

func TestNeighbours(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"a", "a\x00", "\U0010FFFF", "a\uD7FF", "\u007f", strings.Repeat("x", 4), "abc\u007f", "ab\u07ff", "abc~", "a\uFFFF", "\U0010FFFF"} {
		const limit = 4
		if up := firstAbove(text, limit); up != "" && (up <= text || len(up) > limit || lastBelow(up, limit) != text) {
			t.Errorf("above %q comes %q, and below that %q", text, up, lastBelow(up, limit))
		}
		if down := lastBelow(text, limit); down != "" && (down >= text || len(down) > limit || firstAbove(down, limit) != text) {
			t.Errorf("below %q comes %q, and above that %q", text, down, firstAbove(down, limit))
		}
	}
	if got := firstAbove("\U0010FFFF", 4); got != "" {
		t.Errorf("above the largest: %q", got)
	}
}

// A condition that is narrowed holds for exactly the keys that it held for and that lie behind the key.
func TestNarrowedConditions(t *testing.T) {
	t.Parallel()
	keys := []string{"a", "a\x00", "b", "b#", "b#\x00", "b#a", "b#a#", "b#a$", "b#b", "b$", "c", strings.Repeat("b", 1024), strings.Repeat("b", 1023) + "c"}
	for _, c := range []sortCondition{
		{op: anyKey}, {op: equalKey, low: "b#a"}, {op: beginsKey, low: "b#"}, {op: betweenKeys, low: "b", high: "b#b"}, {op: fromKey, low: "b#"},
		{op: beyondKey, low: "b#"}, {op: belowKey, high: "b#b"}, {op: uptoKey, high: "b#b"}, {op: noKey},
	} {
		for _, at := range keys {
			if !c.holds(at) {
				continue // no cursor is there
			}
			for _, included := range []bool{true, false} {
				for _, reverse := range []bool{true, false} {
					narrow := c.from(at, included, reverse)
					for _, key := range keys {
						want := c.holds(key) && (included && key == at || reverse && key < at || !reverse && key > at)
						if got := narrow.holds(key); got != want {
							t.Errorf("%+v from %.10q (%v, %v) is %+v, and holds for %.10q: %v", c, at, included, reverse, narrow, key, got)
						}
					}
				}
			}
		}
	}
}

func TestShardsMeet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		first, second KeyPattern
		meet          bool
	}{
		{Pattern("A#{id}", "{tag}").Sharded(8), Pattern("A#{id}", "{tag}"), false},
		{Pattern("A#{id}", "{tag}").Sharded(8), Pattern("A#{id}#{tag}", "{tag}"), true},
		{Pattern("A#{id}", "{tag}").Sharded(8), Pattern("A#{id}#7", "{tag}"), true},
		{Pattern("A#{id}", "{tag}").Sharded(8), Pattern("A#{id}#8", "{tag}"), false},
		{Pattern("A#{id}", "{tag}").Sharded(8), Pattern("A#{id}#07", "{tag}"), false},
		{Pattern("A#{id}", "{tag}").Sharded(8), Pattern("A#{id}", "{tag}").Sharded(4), true},
		{Pattern("A#{id}", "{tag}").Sharded(8), Pattern("B#{id}", "{tag}").Sharded(8), false},
	} {
		for _, pair := range [][2]KeyPattern{{c.first, c.second}, {c.second, c.first}} {
			table := NewTable(&dynamodb.Client{}, "app")
			_, err1 := NewRepo[fuzzed](table, Schema{Type: "One", Key: pair[0]})
			_, err2 := NewRepo[fuzzed](table, Schema{Type: "Two", Key: pair[1]})
			if err1 != nil || (err2 != nil) != c.meet {
				t.Errorf("%v and %v: %v, %v", pair[0], pair[1], err1, err2)
			}
		}
	}
	for says, schema := range map[string]Schema{
		"2 to 256 shards, not 1":   {Type: "T", Key: Pattern("A#{id}", "{tag}").Sharded(1)},
		"2 to 256 shards, not 257": {Type: "T", Key: Pattern("A#{id}", "{tag}"), GSI1: Pattern("{id}", "X").Sharded(257)},
		"names no attribute":       {Type: "T", Key: Pattern("A#{id}", "TAG").Sharded(2)},
	} {
		if _, err := NewRepo[fuzzed](NewTable(&dynamodb.Client{}, "app"), schema); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %q", err, says)
		}
	}
	if _, err := NewRepo[fuzzed](NewTable(&dynamodb.Client{}, "app"), Schema{Type: "T", Key: Pattern("{id}", "X"), GSI1: Pattern("{id}", "X").Sharded(2)}); err != nil {
		t.Errorf("an index whose sort key names no attribute: %v", err)
	}
}

// The largest limit there is overflowed, and each shard was asked for one item at a time.
func TestShareOfTheLargestLimit(t *testing.T) {
	t.Parallel()
	for _, shards := range []int{2, 3, 256} {
		q := &queryPlan{shards: shards}
		if got := q.share(math.MaxInt); got < math.MaxInt32/shards || got > math.MaxInt32 {
			t.Errorf("each of %d shards is asked for %d", shards, got)
		}
		if got := q.share(1); got != 1 {
			t.Errorf("each of %d shards is asked for %d when 1 is missing", shards, got)
		}
	}
}
