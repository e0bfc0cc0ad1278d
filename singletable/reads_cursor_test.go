package singletable

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type fuzzed struct {
	ID  string `dynamodbav:"id"`
	Tag string `dynamodbav:"tag"`
	N   int    `dynamodbav:"n"`
}

// fuzzQueries are queries with the bindings of their cursors: of the table and its indexes, in shards and in none, of two
// partitions, plain and sealed.
func fuzzQueries(t testing.TB) (queries []*queryPlan, bindings []binding) {
	t.Helper()
	for _, opts := range [][]TableOption{nil, {WithCursorKey(bytes.Repeat([]byte{1}, 32))}} {
		table := NewTable(&dynamodb.Client{}, "app", append(opts, WithAttributeIndex("Own", []string{"id"}, []string{"n", "tag"}))...)
		own := map[string]KeyPattern{"Own": OwnAttributes()}
		repo, err1 := NewRepo[fuzzed](table, Schema{
			Type: "Fuzzed", Key: Pattern("ID#{id}", "TAG#{tag}"), GSI1: Pattern("ID#{id}", "{tag}"), Indexes: own,
		})
		apart, err2 := NewRepo[fuzzed](table, Schema{
			Type: "Apart", Key: Pattern("APART#{id}", "TAG#{tag}").Sharded(3), GSI1: Pattern("APART#{id}", "{tag}").Sharded(200), Indexes: own,
		})
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		for _, s := range []source{
			repo.source(), repo.GSI1().source, repo.Index("Own").source, apart.source(), apart.GSI1().source,
		} {
			for _, id := range []string{"a", "b"} {
				q, err := planQuery(s, "page", reflect.ValueOf(fuzzed{ID: id}), []QueryOption(nil))
				if err != nil {
					t.Fatal(err)
				}
				queries, bindings = append(queries, q), append(bindings, s.bind(q.input()))
			}
		}
	}
	return queries, bindings
}

// entry is an item as a query finds it: sort is its sort key there, partition and base are its keys in the table.
func entry(q *queryPlan, sort, partition, base string) item {
	s := func(text string) types.AttributeValue { return &types.AttributeValueMemberS{Value: text} }
	it := item{"PK": s(partition), "SK": s(base), "GSI1PK": s(partition), "GSI1SK": s(sort)}
	switch {
	case q.own != nil:
		it["n"], it["tag"] = number(int64(len(base))), s(sort)
	case q.shards > 0:
		it[q.place.partition] = s(inShard(q.key.Partition, len(sort)%q.shards))
	}
	return it
}

// sortOf is the sort key of an item in what a query reads.
func sortOf(q *queryPlan, it item) string {
	if q.own != nil {
		tag, _ := it["tag"].(*types.AttributeValueMemberS)
		return tag.Value
	}
	return q.place.of(it).Sort
}

// inPartition tells whether a start key is in the partition that a query reads.
func inPartition(q *queryPlan, from item) bool {
	switch {
	case q.own != nil:
		return equal(from["id"], q.byAttributes.partition[0])
	case q.shards > 0:
		base, _, ok := q.place.splitShard(q.place.of(from).Partition)
		return ok && base == q.key.Partition
	}
	return q.place.of(from).Partition == q.key.Partition
}

// Whatever text comes as a cursor, reading it does not panic, and what is accepted is what is written: for plain cursors the
// one text for its position and query, and for sealed ones none that was not sealed. What a query writes it reads back, and
// no other query does.
func FuzzCursor(f *testing.F) {
	queries, bindings := fuzzQueries(f)
	for i, q := range queries {
		text, err := q.cursorAt(bindings[i], entry(q, "x", "ID#a", "TAG#x"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, "x", "ID#a", "TAG#x")
	}
	f.Fuzz(func(t *testing.T, text, sort, partition, base string) {
		accepted := false
		for i, q := range queries {
			from, err := q.start(bindings[i], text)
			if err != nil {
				if !errors.Is(err, ErrCursor) {
					t.Fatalf("query %d: %v is no ErrCursor", i, err)
				}
				continue
			}
			if accepted {
				t.Fatalf("%q is a cursor of two queries", text)
			}
			accepted = true
			if !inPartition(q, from) {
				t.Fatalf("query %d of %s starts in %v", i, q.key, from)
			}
			if q.entity.table.cursors.seals() {
				continue // one of the seeds, whose nonce was another
			}
			if again, err := q.cursorAt(bindings[i], withPlace(q, from)); err != nil || again != text {
				t.Fatalf("query %d: %q was accepted, and %q is written (%v)", i, text, again, err)
			}
		}
		if sort == "" || partition == "" || base == "" {
			return // DynamoDB has no such keys
		}
		for i, q := range queries {
			it := entry(q, sort, partition, base)
			made, err := q.cursorAt(bindings[i], it)
			if err != nil {
				t.Fatal(err)
			}
			for j, other := range queries {
				from, err := other.start(bindings[j], made)
				if i != j && err == nil {
					t.Fatalf("query %d accepts a cursor of query %d", j, i)
				}
				if i == j && err == nil && sortOf(q, from) != sortOf(q, it) {
					t.Fatalf("query %d starts at %v, not at %v", i, from, it)
				}
			}
		}
	})
}

// withPlace completes a start key of the table with what cursorAt looks for in an item.
func withPlace(q *queryPlan, from item) item {
	if q.index == "" {
		q.entity.indexes[0].set(from, Key{"any", "any"})
	}
	return from
}

// A start key outside the query is an error at DynamoDB: a plain cursor that was forged to be one is refused before.
func TestForgedPositions(t *testing.T) {
	t.Parallel()
	queries, bindings := fuzzQueries(t)
	for i, q := range queries {
		if q.index != "" || q.shards > 0 {
			continue
		}
		for name, position := range map[string]string{
			"outside the condition": "\x05OTHER", "empty": "", "empty key": "\x00", "too short": "\x09TAG#x", "too long": "\x05TAG#xx",
			"not UTF-8": "\x05TAG#\xff", "overlong length": "\x85\x00TAG#x", "too large": "\x81\x08" + "TAG#" + strings.Repeat("x", 1021),
			"huge length": "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
		} {
			_, err := q.start(bindings[i], q.entity.table.encodeCursor(bindings[i], []byte(position)))
			if !errors.Is(err, ErrCursor) {
				t.Errorf("%s: got %v, want ErrCursor", name, err)
			}
		}
	}
}

// So are forged positions in shards and in indexes by own attributes.
func TestForgedPositionsElsewhere(t *testing.T) {
	t.Parallel()
	queries, bindings := fuzzQueries(t)
	for i, q := range queries {
		var good string
		var forged map[string]string
		switch {
		case q.shards > 0 && q.index == "":
			good = "\x02\x05TAG#x"
			forged = map[string]string{"no such shard": "\x03\x05TAG#x", "overlong shard": "\x82\x00\x05TAG#x", "no shard": "\x05TAG#x"}
		case q.own != nil:
			const rest = "S\x01x\x01p\x01s"
			good = "N\x02-7" + rest
			forged = map[string]string{
				"no number": "N\x02-x" + rest, "no digits": "N\x01-" + rest, "two points": "N\x041.2." + rest, "infinite": "N\x03Inf" + rest,
				"huge": "N\x0a1e99999999" + rest, "of another type": "S\x017" + rest, "missing": "N\x017\x01p\x01s", "hexadecimal": "N\x030x1" + rest,
				"with a rest": "N\x017" + rest + "x", "a fraction": "N\x031/2" + rest, "of no type": "\x00",
			}
		default:
			continue
		}
		if _, err := q.start(bindings[i], q.entity.table.encodeCursor(bindings[i], []byte(good))); err != nil {
			t.Errorf("%q is refused: %v", good, err)
		}
		for name, position := range forged {
			if _, err := q.start(bindings[i], q.entity.table.encodeCursor(bindings[i], []byte(position))); !errors.Is(err, ErrCursor) {
				t.Errorf("%s: got %v, want ErrCursor", name, err)
			}
		}
	}
}

// The longest cursor is accepted.
func TestLongestCursor(t *testing.T) {
	t.Parallel()
	queries, bindings := fuzzQueries(t)
	long := func(n int) string { return strings.Repeat("x", n) }
	for i, q := range queries {
		if q.index == "" {
			continue
		}
		text, err := q.cursorAt(bindings[i], entry(q, long(maxSortKey), long(maxPartitionKey), long(maxSortKey)))
		if err != nil || len(text) > maxCursor {
			t.Fatalf("%d bytes, %v", len(text), err)
		}
		if from, err := q.start(bindings[i], text); err != nil || sortOf(q, from) != long(maxSortKey) {
			t.Errorf("it is refused: %v", err)
		}
	}
}

func TestPageSizes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ asked, found, missing, want int }{
		{20, 19, 1, 2},       // almost all were results
		{20, 10, 10, 20},     // half of them
		{20, 1, 19, 380},     // one in twenty
		{20, 0, 20, 800},     // none
		{1, 0, 1, 2},         // it grows whatever comes
		{1000, 1000, 50, 50}, // the last ones
		{math.MaxInt32, 0, math.MaxInt32, math.MaxInt32},
	} {
		if got := nextSize(c.asked, c.found, c.missing); got != c.want {
			t.Errorf("nextSize(%d, %d, %d) is %d, want %d", c.asked, c.found, c.missing, got, c.want)
		}
	}
}

func TestBeforeIsTheLargestKeyBelow(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"a", "A#b", "A#é", "A#\uE000", "A#\U00010000", strings.Repeat("x", 1024), strings.Repeat("é", 511) + "b"} {
		got := before(text)
		if got >= text || len(got) > maxSortKey || len(got) < maxSortKey && !strings.HasPrefix(text, got) {
			t.Errorf("before(%.10q) is %.10q of %d bytes", text, got, len(got))
		}
		for more := range slices.Values([]string{"\x00", "$", "a", "\U0010FFFF"}) {
			if len(got)+len(more) <= maxSortKey && got+more < text {
				t.Errorf("%.10q is not the largest: it goes on with %q", got, more)
			}
		}
	}
	if got := before("A#b#"); got != "A#b" {
		t.Errorf("before a prefix: %q", got)
	}
	if got := before("A\x00"); got != "A" {
		t.Errorf("before the smallest character: %q", got)
	}
}

func TestConditionsHold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		condition sortCondition
		in, out   []string
	}{
		{sortCondition{op: anyKey}, []string{"a", "z"}, nil},
		{sortCondition{op: equalKey, low: "b"}, []string{"b"}, []string{"a", "b#"}},
		{sortCondition{op: beginsKey, low: "b#"}, []string{"b#", "b#x"}, []string{"b", "b$", "bb#"}},
		{sortCondition{op: betweenKeys, low: "b", high: "d"}, []string{"b", "c#x", "d"}, []string{"a", "d#"}},
		{sortCondition{op: fromKey, low: "b"}, []string{"b", "z"}, []string{"a~"}},
		{sortCondition{op: belowKey, high: "b"}, []string{"a~"}, []string{"b", "c"}},
		{sortCondition{op: noKey}, nil, []string{"a"}},
		{under("O#1"), []string{"O#1", "O#1#L#2"}, []string{"O#10", "O#1%23", "O#0", "O#2"}},
	} {
		for _, key := range c.in {
			if !c.condition.holds(key) {
				t.Errorf("%+v does not hold for %q", c.condition, key)
			}
		}
		for _, key := range c.out {
			if c.condition.holds(key) {
				t.Errorf("%+v holds for %q", c.condition, key)
			}
		}
	}
}
