package singletable_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// AnyVersion is for deleting. Other writes passed over it, so that who asked for a write without regard to the version got one
// with it.
func TestAnyVersionIsForDelete(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, table, accounts := t.Context(), singletable.NewTable(s.client, s.table), s.accounts(t)
		a := s.create(t, Account{ID: "a", Email: "a@example.com"})
		changed := a
		changed.Balance++
		act := func(a singletable.Action) error { return table.Transact(ctx, []singletable.Action{a}) }
		free := singletable.AnyVersion()
		for what, err := range map[string]error{
			"create":    accounts.Create(ctx, Account{ID: "b", Email: "b@example.com"}, free),
			"put":       accounts.Put(ctx, changed, free),
			"update":    accounts.Update(ctx, a, func(a *Account) error { a.Balance++; return nil }, free),
			"patch":     accounts.Patch(ctx, a, expression.Add(expression.Name("balance"), expression.Value(1)), free),
			"to create": act(accounts.ToCreate(Account{ID: "b", Email: "b@example.com"}, free)),
			"to update": act(accounts.ToUpdate(a, changed, free)),
			"to check":  act(accounts.ToCheck(a, free)),
		} {
			if !errors.Is(err, singletable.ErrOption) {
				t.Errorf("%s: %v, want ErrOption", what, err)
			}
		}
		if got, err := accounts.Get(ctx, a, singletable.Consistent()); err != nil || got.Version != a.Version || got.Balance != a.Balance {
			t.Errorf("something was written: %+v, %v", got, err)
		}
		if err := accounts.Delete(ctx, Account{ID: "a"}, free, nil); err != nil {
			t.Errorf("delete: %v", err)
		}
	})
}

// A transaction returns no entities, and options that ask for them were passed over.
func TestOptionsThatATransactionCannotKeep(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, table, accounts := t.Context(), singletable.NewTable(s.client, s.table), s.accounts(t)
		a := s.create(t, Account{ID: "a", Email: "a@example.com"})
		changed := a
		changed.Balance++
		var got Account
		for what, action := range map[string]singletable.Action{
			"create": accounts.ToCreate(Account{ID: "b", Email: "b@example.com"}, singletable.Stored(&got)),
			"update": accounts.ToUpdate(a, changed, singletable.Replaced(&got)),
			"delete": accounts.ToDelete(a, singletable.Replaced(&got)),
			"check":  accounts.ToCheck(a, singletable.Change(func(*dynamodb.PutItemInput) {})),
		} {
			if err := table.Transact(ctx, []singletable.Action{action}); !errors.Is(err, singletable.ErrOption) {
				t.Errorf("%s: %v, want ErrOption", what, err)
			}
		}
	})
}

// Who is refused is told which version there is.
func TestVersionConflictsSayWhichVersion(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, accounts := t.Context(), s.accounts(t)
		a := s.create(t, Account{ID: "a", Email: "a@example.com"})
		for want, err := range map[string]error{
			"version 0 was given, as for a new one, and the item has 1": accounts.Put(ctx, Account{ID: "a", Email: "a@example.com"}),
			"version 7 was given, and the item has 1":                   accounts.Delete(ctx, Account{ID: "a", Version: 7}),
			"version 3 was given, and there is no such item":            accounts.Put(ctx, Account{ID: "b", Email: "b@example.com", Version: 3}),
		} {
			if !errors.Is(err, singletable.ErrConflict) || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want ErrConflict with %q", err, want)
			}
		}
		err := accounts.BatchDelete(ctx, []Account{a})
		if left, ok := errors.AsType[*singletable.BatchError](err); !ok || len(left.Keys) != 1 || !strings.Contains(err.Error(), "one by one") {
			t.Errorf("a batch of entities with versions: %v", err)
		}
		_, err = accounts.Index("Nope").One(ctx, a)
		if !errors.Is(err, singletable.ErrKey) || !strings.Contains(err.Error(), "no index of this name; it has GSI1") {
			t.Errorf("an index that is none: %v", err)
		}
	})
}
