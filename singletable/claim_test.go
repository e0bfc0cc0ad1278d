package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// Reader is an entity whose schema got a constraint when the table had some.
type Reader struct {
	ID    string `dynamodbav:"id"`
	Email string `dynamodbav:"email"`
	Until int64  `dynamodbav:"until,omitempty"`
}

// readers are the repositories of two versions of a program.
func (s store) readers(t *testing.T) (before, after *singletable.Repo[Reader]) {
	t.Helper()
	schema := singletable.Schema{Type: "Reader", Key: singletable.Pattern("READER#{id}", "PROFILE"), ExpiresAt: "until"}
	before = repo[Reader](t, singletable.NewTable(s.client, s.table), schema)
	schema.Unique = map[string]string{"email": "{email}"}
	return before, repo[Reader](t, singletable.NewTable(s.client, s.table), schema)
}

// A constraint that is declared for a table with entities holds for those once they are claimed, and the ones that share a value
// are found by that.
func TestConstraintDeclaredLater(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		before, after := s.readers(t)
		put(t, before, Reader{ID: "a", Email: "x"}, Reader{ID: "b", Email: "x"}, Reader{ID: "c", Email: "y"}, Reader{ID: "d"})
		// Until they are claimed, values are anybody's.
		if err := after.Create(ctx, Reader{ID: "e", Email: "y"}); err != nil {
			t.Fatal(err)
		}
		claimAll := func() (shared []string) {
			for r, err := range after.Scan(ctx, singletable.Consistent()) {
				if err != nil {
					t.Fatal(err)
				}
				err := after.Claim(ctx, r)
				if e, ok := errors.AsType[*singletable.ItemError](err); errors.Is(err, singletable.ErrExists) && ok && e.Constraint == "email" &&
					e.Op == "claim" && e.Key == (singletable.Key{Partition: "READER#" + r.ID, Sort: "PROFILE"}) {
					shared = append(shared, r.ID)
				} else if err != nil {
					t.Errorf("claim for %s: %v", r.ID, err)
				}
			}
			return shared
		}
		shared := claimAll()
		if len(shared) != 2 || shared[0] == shared[1] || shared[0] == "e" || shared[1] == "e" || shared[0] == "d" || shared[1] == "d" {
			t.Fatalf("%v share a value, want c, and a or b", shared)
		}
		if again := claimAll(); fmt.Sprint(again) != fmt.Sprint(shared) {
			t.Errorf("again %v share a value, want %v", again, shared)
		}
		// Those change their values, or go, and take nothing from the holders.
		for i, id := range shared {
			if err := after.Update(ctx, Reader{ID: id}, func(r *Reader) error { r.Email = fmt.Sprint("new", i); return nil }); err != nil {
				t.Errorf("%s cannot change its value: %v", id, err)
			}
		}
		if left := claimAll(); left != nil {
			t.Errorf("%v still share a value", left)
		}
		for _, email := range []string{"x", "y", "new0", "new1"} {
			if err := after.Create(ctx, Reader{ID: "z", Email: email}); !errors.Is(err, singletable.ErrExists) {
				t.Errorf("%s can be taken: %v", email, err)
			}
		}
		if n := s.count(t, "UniqueClaim"); n != 4 {
			t.Errorf("%d values are held, want 4", n)
		}
	})
}

// An entity whose value somebody else holds can be changed and removed, and the holder keeps the value.
func TestValueThatAnotherHolds(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(context.Context, *singletable.Repo[Reader]) error{
		"update": func(ctx context.Context, r *singletable.Repo[Reader]) error {
			return r.Update(ctx, Reader{ID: "old"}, func(r *Reader) error { r.Email = "other"; return nil })
		},
		"put": func(ctx context.Context, r *singletable.Repo[Reader]) error {
			return r.Put(ctx, Reader{ID: "old", Email: "other"})
		},
		"delete": func(ctx context.Context, r *singletable.Repo[Reader]) error { return r.Delete(ctx, Reader{ID: "old"}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onEngines(t, func(t *testing.T, s store) {
				before, after := s.readers(t)
				put(t, before, Reader{ID: "old", Email: "x"})
				if err := after.Create(t.Context(), Reader{ID: "holder", Email: "x"}); err != nil {
					t.Fatal(err)
				}
				if err := write(t.Context(), after); err != nil {
					t.Fatal(err)
				}
				if claim := s.stored(t, "UNIQUE#Reader#email#x", "CLAIM"); !isText(claim["owner_partition"], "READER#holder") {
					t.Errorf("the value is held by %v", claim["owner_partition"])
				}
				err := after.Create(t.Context(), Reader{ID: "third", Email: "other"})
				if taken := errors.Is(err, singletable.ErrExists); taken != (name != "delete") {
					t.Errorf("the new value can be taken: %v", err)
				}
			})
		})
	}
}

func TestClaimRefused(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		before, after := s.readers(t)
		if e := wantError(t, "of nothing", after.Claim(t.Context(), Reader{ID: "no"}), singletable.ErrNotFound); e.Op != "claim" {
			t.Errorf("the operation is %s", e.Op)
		}
		put(t, before, Reader{ID: "gone", Email: "x", Until: 1}, Reader{ID: "none"})
		wantError(t, "of what has expired", after.Claim(t.Context(), Reader{ID: "gone"}), singletable.ErrNotFound)
		if err := after.Claim(t.Context(), Reader{ID: "none"}); err != nil {
			t.Errorf("without a value: %v", err)
		}
		if err := before.Claim(t.Context(), Reader{ID: "none"}); err == nil {
			t.Error("a schema without constraints claims something")
		}
		if err := after.Claim(t.Context(), Reader{}); !errors.Is(err, singletable.ErrKey) {
			t.Errorf("without a key: %v", err)
		}
		if n := s.count(t, "UniqueClaim"); n != 0 {
			t.Errorf("%d values are held", n)
		}
	})
}
