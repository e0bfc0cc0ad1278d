package singletable_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// Task is in the index only while somebody has to do it by some time.
type Task struct {
	ID    string    `dynamodbav:"id"`
	Owner string    `dynamodbav:"owner,omitempty"`
	Rank  int       `dynamodbav:"rank"`
	Due   time.Time `dynamodbav:"due"`
	Text  string    `dynamodbav:"text,omitempty"`
	V     int64     `dynamodbav:"version,omitempty"`
}

var (
	taskSchema = singletable.Schema{
		Type: "Task", Key: singletable.Pattern("TASK#{id}", "TASK"), GSI1: singletable.Pattern("OWNER#{owner}", "{rank:3}#{due}#{id}").Sparse(),
	}
	someday = time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)
)

func (s store) tasks(t *testing.T) (*singletable.Table, *singletable.Repo[Task]) {
	table := singletable.NewTable(s.client, s.table)
	return table, repo[Task](t, table, taskSchema)
}

func TestSparseIndex(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		table, tasks := s.tasks(t)
		set := func(owner string, due time.Time) func(*Task) error {
			return func(v *Task) error { v.Owner, v.Due = owner, due; return nil }
		}
		found := func() string {
			var all []string
			for task, err := range tasks.GSI1().Scan(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, task.ID)
			}
			return strings.Join(all, " ")
		}
		is := func(what string, in bool) {
			t.Helper()
			it := s.stored(t, "TASK#a", "TASK")
			if it == nil {
				t.Fatalf("%s: there is no item", what)
			}
			_, pk := it["GSI1PK"]
			_, sk := it["GSI1SK"]
			if pk != in || sk != in || (found() == "a") != in {
				t.Errorf("%s: the keys are there: %v, %v; the index holds %q; want %v", what, pk, sk, found(), in)
			}
		}
		v := Task{ID: "a"}
		for _, step := range []struct {
			name string
			do   func() error
			in   bool
		}{
			{"create without", func() error { return tasks.Create(t.Context(), v) }, false},
			{"update to one of two", func() error { return tasks.Update(t.Context(), v, set("ada", time.Time{})) }, false},
			{"update to both", func() error { return tasks.Update(t.Context(), v, set("ada", someday)) }, true},
			{"a patch of what is in no key", func() error {
				return tasks.Patch(t.Context(), v, expression.Set(expression.Name("text"), expression.Value("x")))
			}, true},
			{"update to none", func() error { return tasks.Update(t.Context(), v, set("", time.Time{})) }, false},
			{"put with", func() error { return tasks.Put(t.Context(), Task{ID: "a", Owner: "ada", Due: someday}) }, true},
			{"put without", func() error { return tasks.Put(t.Context(), Task{ID: "a", Owner: "ada"}) }, false},
			{"batch put with", func() error { return tasks.BatchPut(t.Context(), []Task{{ID: "a", Owner: "ada", Due: someday}}) }, true},
			{"transaction to without", func() error {
				return table.Transact(t.Context(), []singletable.Action{
					tasks.ToUpdate(Task{ID: "a", Owner: "ada", Due: someday}, Task{ID: "a", Due: someday}),
				})
			}, false},
			{"transaction to with", func() error {
				return table.Transact(t.Context(), []singletable.Action{
					tasks.ToUpdate(Task{ID: "a", Due: someday}, Task{ID: "a", Owner: "ada", Due: someday}),
				})
			}, true},
			{"transaction with put", func() error {
				return table.Transact(t.Context(), []singletable.Action{tasks.ToPut(Task{ID: "a"})})
			}, false},
		} {
			if err := step.do(); err != nil {
				t.Fatalf("%s: %v", step.name, err)
			}
			is(step.name, step.in)
		}
		if _, err := tasks.GSI1().One(t.Context(), Task{Owner: ""}); !errors.Is(err, singletable.ErrKey) {
			t.Errorf("a query for nobody's: got %v, want ErrKey", err)
		}
		if err := tasks.Create(t.Context(), Task{ID: "b", Owner: "a\xff", Due: someday}); !errors.Is(err, singletable.ErrKey) {
			t.Errorf("what is set but makes no key: got %v, want ErrKey", err)
		}
		err := tasks.Patch(t.Context(), v, expression.Set(expression.Name("owner"), expression.Value("x")))
		if !errors.Is(err, singletable.ErrKey) {
			t.Errorf("a patch of the index's attribute: got %v, want ErrKey", err)
		}
	})
}

// Keys that the item should never have had go with the next write, and by themselves with an Update that changes nothing.
func TestStaleKeysOfASparseIndex(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		table, tasks := s.tasks(t)
		schema := taskSchema
		schema.Version = "version"
		versioned := repo[Task](t, table, schema)
		stale := func() {
			_, err := s.client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
				TableName: &s.table, Key: map[string]types.AttributeValue{"PK": text("TASK#a"), "SK": text("TASK")},
				UpdateExpression:          new("SET GSI1PK = :x, GSI1SK = :x"),
				ExpressionAttributeValues: map[string]types.AttributeValue{":x": text("OWNER#old")},
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for name, do := range map[string]func() error{
			"update": func() error { return tasks.Update(t.Context(), Task{ID: "a"}, func(*Task) error { return nil }) },
			"update of another": func() error {
				return tasks.Update(t.Context(), Task{ID: "a"}, func(v *Task) error { v.Text += "."; return nil })
			},
			"transaction with a version": func() error {
				v, err := versioned.Get(t.Context(), Task{ID: "a"})
				if err != nil {
					return err
				}
				after := v
				after.Text += "!"
				return table.Transact(t.Context(), []singletable.Action{versioned.ToUpdate(v, after)})
			},
		} {
			if err := tasks.Delete(t.Context(), Task{ID: "a"}); err != nil {
				t.Fatal(err)
			}
			put(t, versioned, Task{ID: "a"})
			stale()
			if err := do(); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if it := s.stored(t, "TASK#a", "TASK"); it["GSI1PK"] != nil || it["GSI1SK"] != nil || it["_type"] == nil {
				t.Errorf("%s: %v", name, it)
			}
		}
	})
}

// Two writers who each set one of the two attributes that bring an entity into the index cannot both be right about that it is
// not in it: one of them has to look again.
func TestWritersOfOneSparseIndex(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		_, tasks := s.tasks(t)
		for _, start := range []Task{{ID: "a"}, {ID: "a", Owner: "ada"}} {
			put(t, tasks, start)
			first := true
			err := tasks.Update(t.Context(), start, func(v *Task) error {
				if v.Due = someday; !first {
					return nil
				}
				first = false
				return tasks.Update(t.Context(), start, func(v *Task) error { // the other writer is faster
					if v.Owner == "" {
						v.Owner = "bob"
					} else {
						v.Owner = ""
					}
					return nil
				})
			})
			if err != nil {
				t.Fatal(err)
			}
			got, err := tasks.Get(t.Context(), start, singletable.Consistent())
			if err != nil {
				t.Fatal(err)
			}
			if _, in := s.stored(t, "TASK#a", "TASK")["GSI1PK"]; in != (got.Owner != "") || got.Due.IsZero() {
				t.Errorf("from %+v: it is %+v, and in the index: %v", start, got, in)
			}
		}
	})
}

func TestSparseRefused(t *testing.T) {
	t.Parallel()
	table := singletable.NewTable(new(singletabletest.Engine).Client(), "app")
	for says, schema := range map[string]singletable.Schema{
		"the Key is Sparse": {Type: "T", Key: singletable.Pattern("TASK#{id}", "TASK").Sparse()},
		"for the index GSI1 is Sparse, and names no string or time": {
			Type: "T", Key: singletable.Pattern("TASK#{id}", "TASK"), GSI1: singletable.Pattern("RANK#{rank}", "TASK").Sparse(),
		},
		"for the index GSI1 is Sparse, and names no": { // the Key sets it
			Type: "T", Key: singletable.Pattern("TASK#{id}", "TASK"), GSI1: singletable.Pattern("RANK#{rank}", "{id}").Sparse(),
		},
		`pattern "": it is empty`: {Type: "T", Key: singletable.Pattern("TASK#{id}", "TASK"), GSI1: singletable.Pattern("", "").Sparse()},
	} {
		if err := errOf[Task](table, schema); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %q", err, says)
		}
	}
	tasks := repo[Task](t, table, singletable.Schema{
		Type: "Task", Key: taskSchema.Key, GSI1: singletable.Pattern("OWNER#{owner}", "{due}"),
	})
	if err := tasks.Create(t.Context(), Task{ID: "a", Owner: "ada"}); !errors.Is(err, singletable.ErrKey) {
		t.Errorf("an index that is not sparse: got %v, want ErrKey", err)
	}
	sparse := singletable.NewTable(new(singletabletest.Engine).Client(), "app")
	repo[Task](t, sparse, taskSchema)
	if got := sparse.Describe(); !strings.Contains(got, "Tasks through GSI1 (sparse)  owner") {
		t.Errorf("described as\n%s", got)
	}
}
