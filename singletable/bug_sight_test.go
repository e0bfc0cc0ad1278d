package singletable_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// Job is in an index whose partitions have shards, and has no version.
type Job struct {
	ID     string `dynamodbav:"id"`
	Status string `dynamodbav:"status"`
	Kind   string `dynamodbav:"kind"`
	Text   string `dynamodbav:"text,omitempty"`
}

func jobSchema(shards int) singletable.Schema {
	index := singletable.Pattern("STATUS#{status}", "{kind}#{id}")
	if shards > 0 {
		index = index.Sharded(shards)
	}
	return singletable.Schema{Type: "Job", Key: singletable.Pattern("JOB#{id}", "JOB"), GSI1: index}
}

// What a transaction changes of an entity in shards, it changes in the table as the entity lies there, in the shards of another
// number or in none too: the keys that a repository makes now need not be those that the item has.
func TestToUpdateOfEntitiesInShards(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		table := singletable.NewTable(s.client, s.table)
		jobs := repo[Job](t, table, jobSchema(256))
		for i, earlier := range []int{256, 2, 0} {
			before := Job{ID: fmt.Sprint("j", i), Status: "open", Kind: "a"}
			put(t, repo[Job](t, singletable.NewTable(s.client, s.table), jobSchema(earlier)), before)
			update := func(after Job) error {
				defer func() { before = after }()
				return table.Transact(t.Context(), []singletable.Action{jobs.ToUpdate(before, after)})
			}
			as, after := s.stored(t, "JOB#"+before.ID, "JOB"), before
			after.Text = "x"
			if err := update(after); err != nil {
				t.Errorf("of %d shards: a change of what is in no key: %v", earlier, err)
			}
			if is := s.stored(t, "JOB#"+before.ID, "JOB"); fmt.Sprint(is["GSI1PK"]) == "" || is["GSI1PK"].(*types.AttributeValueMemberS).Value != as["GSI1PK"].(*types.AttributeValueMemberS).Value {
				t.Errorf("of %d shards: it was moved for nothing", earlier)
			}
			if after.Status = "done"; update(after) != nil {
				t.Errorf("of %d shards: a change of the partition: %v", earlier, update(after))
			}
			if got, err := jobs.GSI1().One(t.Context(), Job{Status: "done", Kind: "a", ID: after.ID}); err != nil || got != after {
				t.Errorf("of %d shards: the index has %+v, %v", earlier, got, err)
			}
			if err := update(after); err != nil {
				t.Errorf("of %d shards: no change: %v", earlier, err)
			}
			stale := before
			stale.Kind = "b"
			if err := table.Transact(t.Context(), []singletable.Action{jobs.ToUpdate(stale, before)}); !errors.Is(err, singletable.ErrConflict) {
				t.Errorf("of %d shards: from what it is not: %v", earlier, err)
			}
		}
	})
}

// An item from before its type was in an index gets both of the index's keys with the first change of one.
func TestToUpdateOfItemsOlderThanTheirIndex(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		table := singletable.NewTable(s.client, s.table)
		jobs := repo[Job](t, table, jobSchema(0))
		if _, err := s.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &s.table, Item: map[string]types.AttributeValue{
			"PK": text("JOB#j"), "SK": text("JOB"), "id": text("j"), "status": text("open"), "kind": text("a"),
		}}); err != nil {
			t.Fatal(err)
		}
		before, err := jobs.Get(t.Context(), Job{ID: "j"})
		if err != nil {
			t.Fatal(err)
		}
		after := before
		after.Status = "done"
		if err := table.Transact(t.Context(), []singletable.Action{jobs.ToUpdate(before, after)}); err != nil {
			t.Fatal(err)
		}
		if got, err := jobs.GSI1().One(t.Context(), Job{Status: "done"}); err != nil || got != after {
			t.Errorf("the index has %+v, %v", got, err)
		}
	})
}

// Of two writers without a version one may make a sparse index have the entity, while the other changes what its keys there are
// made of beside that. Neither leaves a key behind that is not the item's.
func TestTwoWritersOfASparseIndexsIntegers(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		table, tasks := s.tasks(t)
		owned := func(v *Task) { v.Owner = "ada" }
		ranked := func(v *Task) { v.Rank = 7 }
		for name, c := range map[string][2]func(*Task){"owner-first-": {owned, ranked}, "rank-first-": {ranked, owned}} {
			for _, by := range []string{"update", "transaction"} {
				v := Task{ID: name + by, Rank: 1, Due: someday}
				put(t, tasks, v)
				interfered := false
				interfere := func() {
					if interfered {
						return
					}
					interfered = true
					if err := tasks.Update(t.Context(), v, func(v *Task) error { c[0](v); return nil }); err != nil {
						t.Fatal(err)
					}
				}
				switch by {
				case "update":
					if err := tasks.Update(t.Context(), v, func(v *Task) error { interfere(); c[1](v); return nil }); err != nil {
						t.Errorf("%s, %s: %v", name, by, err)
					}
				case "transaction":
					after := v
					c[1](&after)
					interfere()
					if err := table.Transact(t.Context(), []singletable.Action{tasks.ToUpdate(v, after)}); err != nil && !errors.Is(err, singletable.ErrConflict) {
						t.Errorf("%s, %s: %v", name, by, err)
					}
				}
				got, err := tasks.Get(t.Context(), v)
				if err != nil {
					t.Fatal(err)
				}
				want := ""
				if got.Owner != "" {
					want = fmt.Sprintf("%03d#2026-01-15T10:00:00.000000000Z#", got.Rank)
				}
				have, _ := s.stored(t, "TASK#"+v.ID, "TASK")["GSI1SK"].(*types.AttributeValueMemberS)
				if (have != nil) != (want != "") || have != nil && have.Value != want+v.ID {
					t.Errorf("%s, %s: %+v has the sort key %v", name, by, got, have)
				}
			}
		}
	})
}

// A transaction that changes nothing writes nothing, of an entity without a value for an index by own attributes too.
func TestToUpdateOutsideOfASparseAttributeIndex(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		type lead struct {
			ID    string    `dynamodbav:"id"`
			Owner string    `dynamodbav:"owner"`
			V     int64     `dynamodbav:"version"`
			Due   time.Time `dynamodbav:"due,unixtime"`
		}
		name := s.table + "-leads"
		table := singletable.NewTable(s.client, name, singletable.WithAttributeIndex("Owned", []string{"owner"}, []string{"due"}))
		leads := repo[lead](t, table, singletable.Schema{
			Type: "Lead", Key: singletable.Pattern("LEAD#{id}", "LEAD"), Version: "version",
			Indexes: map[string]singletable.KeyPattern{"Owned": singletable.OwnAttributes().Sparse()},
		})
		if _, err := s.client.CreateTable(t.Context(), table.CreateTableInput()); err != nil {
			t.Fatal(err)
		}
		if err := leads.Create(t.Context(), lead{ID: "a"}); err != nil {
			t.Fatal(err)
		}
		v, err := leads.Get(t.Context(), lead{ID: "a"})
		if err != nil {
			t.Fatal(err)
		}
		if err := table.Transact(t.Context(), []singletable.Action{leads.ToUpdate(v, v)}); err != nil {
			t.Fatal(err)
		}
		if got, err := leads.Get(t.Context(), v); err != nil || got.V != v.V {
			t.Errorf("it was written: %+v, %v", got, err)
		}
		in := v
		in.Owner, in.Due = "ada", someday
		for _, step := range [][2]lead{{v, in}, {in, v}} {
			after, was := step[1], step[0]
			now, err := leads.Get(t.Context(), v)
			if err != nil {
				t.Fatal(err)
			}
			was.V, after.V = now.V, now.V
			if err := table.Transact(t.Context(), []singletable.Action{leads.ToUpdate(was, after)}); err != nil {
				t.Errorf("%+v: %v", step, err)
			}
			if got := collect(t, leads.Index("Owned").Scan(t.Context())); (len(got) == 1) != (after.Owner != "") {
				t.Errorf("after %+v the index holds %+v", after, got)
			}
		}
	})
}
