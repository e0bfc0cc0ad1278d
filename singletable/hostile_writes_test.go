package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// Two accounts cannot swap a unique value in one transaction, because it would write one claim twice. That is said before
// anything is sent; by way of a third value it can be done.
func TestUniqueValuesAreNotSwappedAtOnce(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, accounts, table := t.Context(), s.accounts(t), singletable.NewTable(s.client, s.table)
		a := s.create(t, Account{ID: "a", Email: "secret-a@example.com"})
		b := s.create(t, Account{ID: "b", Email: "secret-b@example.com"})
		newA, newB := a, b
		newA.Email, newB.Email = b.Email, a.Email
		err := table.Transact(ctx, []singletable.Action{accounts.ToUpdate(a, newA), accounts.ToUpdate(b, newB)})
		e, ok := errors.AsType[*singletable.ItemError](err)
		if !ok || e.Constraint != "email" || !strings.Contains(err.Error(), "two actions on this item") || strings.Contains(err.Error(), "secret") {
			t.Errorf("swapped at once: %v", err)
		}
		for _, step := range []struct{ id, email string }{
			{"a", "between@example.com"}, {"b", "secret-a@example.com"}, {"a", "secret-b@example.com"},
		} {
			if err := accounts.Update(ctx, Account{ID: step.id}, func(v *Account) error { v.Email = step.email; return nil }); err != nil {
				t.Errorf("%v: %v", step, err)
			}
		}
		if n := s.count(t, "UniqueClaim"); n != 2 {
			t.Errorf("%d claims, want 2", n)
		}
	})
}

// Values that differ in case are two, and two constraints of one entity may have the same one.
func TestUniqueValuesOfOneEntity(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, accounts := t.Context(), s.accounts(t)
		a := s.create(t, Account{ID: "a", Email: "same", Nick: "same"})
		s.create(t, Account{ID: "b", Email: "SAME", Nick: "Same"})
		a.Email = "Same"
		if err := accounts.Put(ctx, a, singletable.Stored(&a)); err != nil {
			t.Errorf("put that changes the case: %v", err)
		}
		for _, nick := range []string{"", "same", ""} { // to none, back and to none
			if err := accounts.Update(ctx, Account{ID: "a"}, func(v *Account) error { v.Nick = nick; return nil }); err != nil {
				t.Fatal(err)
			}
			if there := s.stored(t, "UNIQUE#Account#nick#same", "CLAIM") != nil; there != (nick != "") {
				t.Errorf("the nick is %q and its claim is there: %t", nick, there)
			}
		}
		s.create(t, Account{ID: "c", Email: "same", Nick: "same"})
	})
}

// A change function that panics has written nothing, and the repository can be used on.
func TestChangeThatPanics(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, accounts := t.Context(), s.accounts(t)
		a := s.create(t, Account{ID: "a", Email: "a@example.com"})
		func() {
			defer func() {
				if r := recover(); r != "stop" {
					t.Errorf("recovered %v", r)
				}
			}()
			_ = accounts.Update(ctx, a, func(v *Account) error { v.Email = "b@example.com"; panic("stop") })
		}()
		if got, err := accounts.Get(ctx, a); err != nil || got.Version != 1 || got.Email != a.Email {
			t.Errorf("it became %+v, %v", got, err)
		}
		if err := accounts.Update(ctx, a, func(v *Account) error { v.Balance = 1; return nil }); err != nil {
			t.Error(err)
		}
	})
}

// Versions that no entity has are conflicts, and never a way to write.
func TestVersionsThatNothingHas(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, accounts, table := t.Context(), s.accounts(t), singletable.NewTable(s.client, s.table)
		a := s.create(t, Account{ID: "a", Email: "a@example.com"})
		for _, version := range []int64{-1, 0, 2, 1 << 62} {
			stale := a
			stale.Version, stale.Email = version, "b@example.com"
			for what, err := range map[string]error{
				"put": accounts.Put(ctx, stale), "delete": accounts.Delete(ctx, stale),
				"update in a transaction": table.Transact(ctx, []singletable.Action{accounts.ToUpdate(stale, Account{ID: "a", Email: "c@example.com"})}),
				"delete in a transaction": table.Transact(ctx, []singletable.Action{accounts.ToDelete(stale)}),
			} {
				if !errors.Is(err, singletable.ErrConflict) {
					t.Errorf("%s of version %d: %v", what, version, err)
				}
			}
		}
		absent := Account{ID: "z", Email: "z@example.com", Version: -1}
		wantError(t, "put of a version below all", accounts.Put(ctx, absent), singletable.ErrConflict)
		stale := a
		stale.Email = "other@example.com" // the version is right, the value is not the one that would have to be freed
		if err := table.Transact(ctx, []singletable.Action{accounts.ToDelete(stale)}); !errors.Is(err, singletable.ErrConflict) {
			t.Errorf("delete with another e-mail: %v", err)
		}
		if err := table.Transact(ctx, []singletable.Action{accounts.ToDelete(stale, singletable.AnyVersion())}); !errors.Is(err, singletable.ErrConflict) {
			t.Errorf("delete of any version with another e-mail: %v", err)
		}
		if n := s.count(t, "Account") + s.count(t, "UniqueClaim"); n != 2 {
			t.Errorf("%d items, want the account and its claim", n)
		}
	})
}

// An entity that expires while it is deleted, and whose value somebody else takes in that moment, is gone as it was to be.
func TestValueOfWhatExpiresIsTakenMeanwhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStore(t, new(singletabletest.Engine).Client())
		ctx := t.Context()
		sessions := repo[Session](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Session", Key: singletable.Pattern("SESSION#{id}", "SESSION"), ExpiresAt: "until", Unique: map[string]string{"user": "{user}"},
		})
		if err := sessions.Create(ctx, Session{"old", "u", time.Now().Add(time.Second).Unix()}); err != nil {
			t.Fatal(err)
		}
		var once sync.Once
		err := sessions.Delete(ctx, Session{ID: "old"}, singletable.Change(func(*dynamodb.TransactWriteItemsInput) {
			once.Do(func() {
				time.Sleep(2 * time.Second)
				if err := sessions.Create(ctx, Session{"new", "u", 0}); err != nil {
					t.Error(err)
				}
			})
		}))
		claim := s.stored(t, "UNIQUE#Session#user#u", "CLAIM")
		if err != nil || plain(claim, "owner_partition") != "SESSION#new" {
			t.Errorf("the claim is %v; %v", claim, err)
		}
	})
}

// Many accounts pass one e-mail around at once: in the end one has it or none, and its claim says so.
func TestOneValueBetweenMany(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		accounts := s.accounts(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		for i := range 4 {
			s.create(t, Account{ID: fmt.Sprint(i), Email: fmt.Sprintf("own-%d", i)})
		}
		var group sync.WaitGroup
		for i := range 4 {
			group.Go(func() {
				own := fmt.Sprintf("own-%d", i)
				for range 8 {
					for _, email := range []string{"shared", own} {
						err := accounts.Update(ctx, Account{ID: fmt.Sprint(i)}, func(v *Account) error { v.Email = email; return nil })
						if err != nil && (email == own || !errors.Is(err, singletable.ErrExists)) && !errors.Is(err, singletable.ErrConflict) {
							t.Errorf("account %d to %s: %v", i, email, err)
						}
					}
				}
			})
		}
		group.Wait()
		for i := range 4 {
			id := fmt.Sprint(i)
			got, err := accounts.Get(ctx, Account{ID: id})
			if err != nil {
				t.Fatal(err)
			}
			if claim := s.stored(t, "UNIQUE#Account#email#"+got.Email, "CLAIM"); plain(claim, "owner_partition") != "ACCOUNT#"+id {
				t.Errorf("account %s has %s, and its claim is %v", id, got.Email, claim)
			}
		}
		if n := s.count(t, "UniqueClaim"); n != 4 {
			t.Errorf("%d claims, want 4", n)
		}
	})
}
