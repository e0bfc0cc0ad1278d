package singletable_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

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
