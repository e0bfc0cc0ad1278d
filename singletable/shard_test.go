package singletable_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// sharded are readings in shards, in the table and in GSI1, beside the same readings in no shards.
type sharded struct {
	client       *watched
	table        *singletable.Table
	plain, apart *singletable.Repo[Reading]
}

func newSharded(t testing.TB, s store, n int, opts ...singletable.TableOption) sharded {
	t.Helper()
	w := &watched{Client: s.client}
	table := singletable.NewTable(w, s.table, opts...)
	return sharded{
		client: w, table: table,
		plain: repo[Reading](t, table, singletable.Schema{
			Type: "Plain", Key: singletable.Pattern("PLAIN#{sensor}", "READING#{level}#{id}"), GSI1: singletable.Pattern("PLAIN#{sensor}", "{id}"),
		}),
		apart: repo[Reading](t, table, singletable.Schema{
			Type: "Apart", Key: singletable.Pattern("APART#{sensor}", "READING#{level}#{id}").Sharded(n),
			GSI1: singletable.Pattern("APART#{sensor}", "{id}").Sharded(n),
		}),
	}
}

// A query of a sharded partition is that of one partition: in the order of the sort keys, whatever is asked and in whatever
// pages it is read. Among equal sort keys of an index the order is another, but always the same.
func TestShardsAreReadAsOnePartition(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		a := newAdversary(t)
		n := 2 + a.IntN(9)
		x, sealed := newSharded(t, s, n), newSharded(t, s, n, singletable.WithCursorKey(cursorKey))
		var all []Reading
		for range 70 {
			v := a.reading()
			v.Text = []string{"odd", "even"}[a.IntN(2)]
			all = append(all, v)
			put(t, x.plain, v)
			put(t, x.apart, v, Reading{Sensor: "cellar", Level: v.Level, ID: v.ID})
		}
		for round := range 80 {
			apart := []*singletable.Repo[Reading]{x.apart, sealed.apart}[a.IntN(2)]
			query, page, count, want := apart.Query, apart.Page, apart.Count, x.plain.Query
			of, like := Reading{Sensor: "roof"}, all[a.IntN(len(all))]
			key := func(v Reading) string { return fmt.Sprint(v.Level, "#", v.ID) }
			var opts []singletable.QueryOption
			if a.IntN(2) == 0 {
				query, page, count, want = apart.GSI1().Query, apart.GSI1().Page, apart.GSI1().Count, x.plain.GSI1().Query
				key = func(v Reading) string { return v.ID }
				switch a.IntN(5) {
				case 0:
					of.ID = like.ID // many with one sort key
				case 1:
					opts = append(opts, singletable.BeginsWith("a"))
				}
			} else if a.IntN(4) == 0 {
				of.Level = like.Level
			}
			if of.ID == "" && len(opts) == 0 {
				bound := Reading{Level: like.Level, ID: like.ID}
				switch a.IntN(5) {
				case 0:
					opts = append(opts, singletable.After(bound))
				case 1:
					opts = append(opts, singletable.Before(bound))
				case 2:
					opts = append(opts, singletable.Between(bound, bound))
				}
				if of.Level != 0 {
					opts = nil
				}
			}
			if a.IntN(2) == 0 {
				opts = append(opts, singletable.Reverse())
			}
			if a.IntN(3) == 0 {
				opts = append(opts, singletable.Filter(expression.Name("text").Equal(expression.Value("odd"))))
			}
			whole := collect(t, want(t.Context(), of, opts...))
			small := singletable.Change(func(in *dynamodb.QueryInput) { in.Limit = new(int32(1 + round%4)) })
			got := collect(t, query(t.Context(), of, append(slices.Clone(opts), small)...))
			keys := func(vs []Reading) string {
				var all []string
				for _, v := range vs {
					all = append(all, key(v))
				}
				return strings.Join(all, "\n")
			}
			same := func(a, b []Reading) bool {
				sorted := func(vs []Reading) []Reading { return slices.SortedFunc(slices.Values(vs), compareReadings) }
				return keys(a) == keys(b) && slices.Equal(sorted(a), sorted(b))
			}
			if !same(got, whole) {
				t.Fatalf("round %d, %d shards: %+v:\ngot  %+v\nwant %+v", round, n, of, got, whole)
			}
			if again := collect(t, query(t.Context(), of, opts...)); !slices.Equal(again, got) {
				t.Fatalf("round %d: in larger pages\ngot  %+v\nwant %+v", round, again, got)
			}
			limit := 1 + a.IntN(len(all))
			if first := collect(t, query(t.Context(), of, append(slices.Clone(opts), singletable.Limit(limit))...)); !slices.Equal(first, got[:min(limit, len(got))]) {
				t.Fatalf("round %d: the first %d: %+v, want %+v", round, limit, first, got)
			}
			if counted, err := count(t.Context(), of, opts...); err != nil || counted != len(whole) {
				t.Fatalf("round %d: counted %d, %v; want %d", round, counted, err, len(whole))
			}
			if counted, err := count(t.Context(), of, append(slices.Clone(opts), singletable.Limit(limit))...); err != nil || counted != min(limit, len(whole)) {
				t.Fatalf("round %d: counted %d to %d, %v", round, counted, limit, err)
			}
			var pages []Reading
			for cursor := ""; ; {
				size := 1 + a.IntN(7)
				p, err := page(t.Context(), of, cursor, append(slices.Clone(opts), singletable.Limit(size))...)
				if err != nil {
					t.Fatal(err)
				}
				if pages = append(pages, p.Items...); p.Cursor != "" && len(p.Items) != size || len(pages) > len(got) {
					t.Fatalf("round %d: a page of %d has %d", round, size, len(p.Items))
				}
				if cursor = p.Cursor; cursor == "" {
					break
				}
			}
			if !slices.Equal(pages, got) {
				t.Fatalf("round %d, %d shards: %+v: pages\ngot  %+v\nwant %+v", round, n, of, pages, got)
			}
		}
	})
}

func TestShardedCalls(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		x := newSharded(t, s, 8)
		v := Reading{Sensor: "roof", Level: 1, ID: "a"}
		if err := x.apart.Create(t.Context(), v); err != nil {
			t.Fatal(err)
		}
		if err := x.apart.Create(t.Context(), v); !errors.Is(err, singletable.ErrExists) {
			t.Errorf("created twice: %v", err)
		}
		key, err := x.apart.Key(v)
		if want := "APART#roof#3|READING#0000000000000000001#a"; err != nil || key.String() != want {
			t.Errorf("got the key %s, %v; want %s", key, err, want)
		}
		if err := x.apart.Update(t.Context(), v, func(v *Reading) error { v.Text = "new"; return nil }); err != nil {
			t.Fatal(err)
		}
		put(t, x.apart, Reading{Sensor: "roof", Level: 2, ID: "b"}, Reading{Sensor: "roof", Level: 3, ID: "c"})
		if got, err := x.apart.Get(t.Context(), v, singletable.Consistent()); err != nil || got.Text != "new" {
			t.Errorf("get: %+v, %v", got, err)
		}
		if got, err := x.apart.BatchGet(t.Context(), []Reading{v, {Sensor: "roof", Level: 9, ID: "x"}}); err != nil || got[0] == nil || got[1] != nil {
			t.Errorf("batch get: %v, %v", got, err)
		}
		before := len(x.client.queries)
		if got, err := x.apart.One(t.Context(), v, singletable.Consistent()); err != nil || got.Text != "new" || len(x.client.queries) != before+1 {
			t.Errorf("one by its whole key: %+v, %v, by %d requests", got, err, len(x.client.queries)-before)
		}
		if _, err := x.apart.One(t.Context(), Reading{Sensor: "roof"}); !errors.Is(err, singletable.ErrNotUnique) {
			t.Errorf("one of three: %v", err)
		}
		if got, err := x.apart.One(t.Context(), Reading{Sensor: "roof"}, singletable.Reverse(), singletable.Limit(1)); err != nil || got.ID != "c" {
			t.Errorf("the last: %+v, %v", got, err)
		}
		if got, err := x.apart.GSI1().One(t.Context(), Reading{Sensor: "roof", ID: "b"}); err != nil || got.Level != 2 {
			t.Errorf("one in the index: %+v, %v", got, err)
		}
		var collected []string
		err = x.apart.Collect(t.Context(), Reading{Sensor: "roof"}, singletable.Each(x.apart, func(v Reading) error { collected = append(collected, v.ID); return nil }))
		if err != nil || strings.Join(collected, "") != "abc" {
			t.Errorf("collected %v, %v", collected, err)
		}
		err = x.apart.GSI1().Collect(t.Context(), Reading{Sensor: "roof"}, singletable.Each(
			repo[Note](t, x.table, singletable.Schema{
				Type: "Note", Key: singletable.Pattern("NOTE#{id}", "{level}"), GSI1: singletable.Pattern("APART#{sensor}", "{id}").Sharded(4),
			}), func(Note) error { return nil }))
		if !errors.Is(err, singletable.ErrOption) || !strings.Contains(err.Error(), "APART#{sensor}#{0..3} has other shards than that of the collection, APART#{sensor}#{0..7}") {
			t.Errorf("collecting another number of shards: %v", err)
		}
		if err := x.apart.Delete(t.Context(), v); err != nil {
			t.Fatal(err)
		}
		if _, err := x.apart.Get(t.Context(), v, singletable.Consistent()); !errors.Is(err, singletable.ErrNotFound) {
			t.Errorf("deleted: %v", err)
		}
		if got := x.table.Describe(); !strings.Contains(got, `PK = "APART#{sensor}#{0..7}", begins_with(SK, "READING#")`) {
			t.Errorf("described as\n%s", got)
		}
	})
}

// An item without a type and with nothing but its key is told and read by it, if it is in its shard.
func TestShardedKeysAreRead(t *testing.T) {
	t.Parallel()
	x := newSharded(t, newStore(t, new(singletabletest.Engine).Client()), 8)
	at := func(pk, sk string) map[string]types.AttributeValue {
		return map[string]types.AttributeValue{"PK": text(pk), "SK": text(sk)}
	}
	const sk = "READING#0000000000000000001#a"
	if got, err := x.apart.Decode(at("APART#roof#3", sk)); err != nil || got != (Reading{Sensor: "roof", Level: 1, ID: "a"}) {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, pk := range []string{"APART#roof#4", "APART#roof#03", "APART#roof", "APART#roof#3#3", "APART#roof#x"} {
		if got, err := x.apart.Decode(at(pk, sk)); !errors.Is(err, singletable.ErrWrongType) {
			t.Errorf("%s: got %+v, %v", pk, got, err)
		}
	}
	typed := at("APART#roof#x", sk)
	typed["_type"] = text("Apart")
	if got, err := x.apart.Decode(typed); err == nil || !strings.Contains(err.Error(), "APART#{sensor}#{0..7}") {
		t.Errorf("a key without a shard: %+v, %v", got, err)
	}
}

// The number of an index's shards is raised: nothing is lost meanwhile, and an Update that changes nothing moves an entity.
// Cursors of before are refused.
func TestShardsAreRaised(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		with := func(n int) *singletable.Repo[Reading] {
			return repo[Reading](t, singletable.NewTable(s.client, s.table), singletable.Schema{
				Type: "Reading", Key: singletable.Pattern("R#{id}", "R"), GSI1: singletable.Pattern("S#{sensor}", "{level}").Sharded(n),
			})
		}
		old, raised := with(2), with(8)
		roof := Reading{Sensor: "roof"}
		for i := range 30 {
			put(t, old, Reading{Sensor: "roof", Level: i / 3, ID: fmt.Sprintf("%02d", i)})
		}
		first, err := old.GSI1().Page(t.Context(), roof, "", singletable.Limit(4))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := raised.GSI1().Page(t.Context(), roof, first.Cursor); !errors.Is(err, singletable.ErrCursor) {
			t.Errorf("a cursor of another number of shards: %v", err)
		}
		for i := range 30 {
			if i%10 == 0 { // all along, in pages too
				var got []Reading
				for cursor := ""; ; {
					p, err := raised.GSI1().Page(t.Context(), roof, cursor, singletable.Limit(4))
					if err != nil {
						t.Fatal(err)
					}
					if got = append(got, p.Items...); p.Cursor == "" {
						break
					}
					cursor = p.Cursor
				}
				if len(got) != 30 || !slices.IsSortedFunc(got, func(a, b Reading) int { return a.Level - b.Level }) {
					t.Fatalf("after %d updates: %d readings, %+v", i, len(got), got)
				}
			}
			if err := raised.Update(t.Context(), Reading{ID: fmt.Sprintf("%02d", i)}, func(*Reading) error { return nil }); err != nil {
				t.Fatal(err)
			}
		}
		high := 0
		for i := range 30 {
			it := s.stored(t, fmt.Sprintf("R#%02d", i), "R")
			if pk, _ := it["GSI1PK"].(*types.AttributeValueMemberS); pk == nil || pk.Value > "S#roof#1" {
				high++
			}
		}
		if high < 10 {
			t.Errorf("%d of 30 are in the new shards", high)
		}
		if n := len(collect(t, raised.GSI1().Query(t.Context(), roof))); n != 30 {
			t.Errorf("in the end: %d", n)
		}
	})
}

// A pattern can be sharded and sparse.
func TestSparseShards(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		tasks := repo[Task](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Task", Key: singletable.Pattern("TASK#{id}", "TASK"), GSI1: singletable.Pattern("OPEN", "{due}#{id}").Sharded(4).Sparse(),
		})
		put(t, tasks, Task{ID: "a", Due: someday}, Task{ID: "b"}, Task{ID: "c", Due: someday.Add(-time.Hour)})
		if got := collect(t, tasks.GSI1().Query(t.Context(), Task{})); len(got) != 2 || got[0].ID != "c" {
			t.Errorf("got %+v", got)
		}
		if err := tasks.Update(t.Context(), Task{ID: "c"}, func(v *Task) error { v.Due = time.Time{}; return nil }); err != nil {
			t.Fatal(err)
		}
		if got := collect(t, tasks.GSI1().Query(t.Context(), Task{})); len(got) != 1 || got[0].ID != "a" {
			t.Errorf("after the update: %+v", got)
		}
	})
}
