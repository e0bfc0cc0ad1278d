package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

func TestTransactions(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, accounts, table := t.Context(), s.accounts(t), singletable.NewTable(s.client, s.table)
		a := s.create(t, Account{ID: "a", Email: "a@example.com", Balance: 10})
		if err := s.products.Create(ctx, Product{ID: "p", Price: 3}); err != nil {
			t.Fatal(err)
		}
		paid := a
		paid.Balance -= 3
		buy := func() error {
			return table.Transact(ctx, []singletable.Action{
				accounts.ToUpdate(a, paid),
				s.orders.ToCreate(Order{UserID: "a", ID: "o"}),
				s.products.ToCheck(Product{ID: "p"}, singletable.If(expression.Name("price").Equal(expression.Value(3)))),
				accounts.ToCreate(Account{ID: "b", Email: "b@example.com"}),
			})
		}
		if err := buy(); err != nil {
			t.Fatal(err)
		}
		if got, err := accounts.Get(ctx, a); err != nil || got.Balance != 7 || got.Version != 2 {
			t.Errorf("the account is %+v, %v", got, err)
		}
		// Again, and all but the check is refused, each with its reason.
		err := buy()
		var refused *singletable.TransactionError
		if !errors.As(err, &refused) || len(refused.Reasons) != 4 {
			t.Fatalf("got %v, want a TransactionError with four reasons", err)
		}
		for i, want := range []struct {
			is         error
			key        string
			constraint string
		}{
			{singletable.ErrConflict, "ACCOUNT#a|PROFILE", ""}, {singletable.ErrExists, "USER#a|ORDER#o", ""},
			{singletable.ErrExists, "ACCOUNT#b|PROFILE", ""}, {singletable.ErrExists, "ACCOUNT#b|PROFILE", "email"},
		} {
			if r := refused.Reasons[i]; !errors.Is(r, want.is) || r.Key.String() != want.key || r.Constraint != want.constraint {
				t.Errorf("reason %d is %v, want %v of %s %s", i, r, want.is, want.key, want.constraint)
			}
		}
		if err := table.Transact(ctx, []singletable.Action{s.products.ToCheck(Product{ID: "none"})}); !errors.Is(err, singletable.ErrNotFound) {
			t.Errorf("check of a missing one: %v", err)
		}
		if err := table.Transact(ctx, []singletable.Action{s.products.ToPut(Product{ID: "p"}), s.products.ToDelete(Product{ID: "p"})}); err == nil ||
			!strings.Contains(err.Error(), "two actions on this item") {
			t.Errorf("one item twice: %v", err)
		}
		if err := table.Transact(ctx, []singletable.Action{accounts.ToPut(a)}); err == nil || !strings.Contains(err.Error(), "ToUpdate") {
			t.Errorf("blind put of unique values: %v", err)
		}
		if err := table.Transact(ctx, []singletable.Action{{}}); err == nil || !strings.Contains(err.Error(), "action 1") {
			t.Errorf("no action: %v", err)
		}
		if err := table.Transact(ctx, nil); err != nil {
			t.Errorf("nothing to do: %v", err)
		}
	})
}

func TestTokenMakesATransactionHappenOnce(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		table, accounts := singletable.NewTable(s.client, s.table), s.accounts(t)
		at := time.Now()
		for range 2 {
			err := table.Transact(t.Context(), []singletable.Action{accounts.ToCreate(Account{ID: "a", Email: "a@example.com"})},
				singletable.Token("token-1"), singletable.At(at))
			if err != nil {
				t.Fatalf("sent again: %v", err)
			}
		}
		err := table.Transact(t.Context(), []singletable.Action{accounts.ToCreate(Account{ID: "b", Email: "b@example.com"})}, singletable.Token("token-1"))
		if _, ok := errors.AsType[*types.IdempotentParameterMismatchException](err); !ok {
			t.Errorf("another transaction with the token: %v", err)
		}
	})
}

// busy refuses the first transactions because of a conflict with another one.
type busy struct {
	singletable.Client
	refusals int
}

func (b *busy) TransactWriteItems(
	ctx context.Context, in *dynamodb.TransactWriteItemsInput, opts ...func(*dynamodb.Options),
) (*dynamodb.TransactWriteItemsOutput, error) {
	if b.refusals--; b.refusals >= 0 {
		reasons := make([]types.CancellationReason, len(in.TransactItems))
		reasons[0].Code = ptr("TransactionConflict")
		return nil, &types.TransactionCanceledException{CancellationReasons: reasons}
	}
	return b.Client.TransactWriteItems(ctx, in, opts...)
}

func TestTransactionConflictsAreTriedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStore(t, new(singletabletest.Engine).Client())
		schema := singletable.Schema{
			Type: "User", Key: singletable.Pattern("USER#{id}", "PROFILE"), Unique: map[string]string{"email": "{email}"},
		}
		for refusals, want := range map[int]error{3: nil, 1000: singletable.ErrConflict} {
			table := singletable.NewTable(&busy{Client: s.client, refusals: refusals}, s.table)
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			id := fmt.Sprint(refusals)
			err := repo[User](t, table, schema).Create(ctx, User{ID: id, Email: id})
			if !errors.Is(err, want) {
				t.Errorf("%d refusals: got %v, want %v", refusals, err, want)
			}
			err = table.Transact(ctx, []singletable.Action{s.products.ToPut(Product{ID: id})})
			if !errors.Is(err, want) {
				t.Errorf("%d refusals of a transaction: got %v, want %v", refusals, err, want)
			}
		}
	})
}
