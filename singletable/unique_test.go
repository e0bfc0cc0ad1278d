package singletable_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

func TestUniqueValues(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, accounts := t.Context(), s.accounts(t)
		a := s.create(t, Account{ID: "a", Email: "same@example.com", Nick: "nick#1"})
		e := wantError(t, "same e-mail", accounts.Create(ctx, Account{ID: "b", Email: "same@example.com"}), singletable.ErrExists)
		if e.Constraint != "email" || e.Key.String() != "ACCOUNT#b|PROFILE" || !strings.Contains(e.Error(), "unique email: it exists already") {
			t.Errorf("got %v", e)
		}
		e = wantError(t, "same nick", accounts.Create(ctx, Account{ID: "b", Email: "b@example.com", Nick: "nick#1"}), singletable.ErrExists)
		if e.Constraint != "nick" {
			t.Errorf("got %v", e)
		}
		e = wantError(t, "same key", accounts.Create(ctx, Account{ID: "a", Email: "other@example.com"}), singletable.ErrExists)
		if e.Constraint != "" {
			t.Errorf("got %v", e)
		}
		b := s.create(t, Account{ID: "b", Email: "b@example.com"}) // no nick: nobody's
		s.create(t, Account{ID: "c", Email: "c@example.com"})
		b.Email = "same@example.com"
		wantError(t, "put of a taken e-mail", accounts.Put(ctx, b), singletable.ErrExists)
		wantError(t, "update to a taken nick", accounts.Update(ctx, Account{ID: "b"}, func(b *Account) error {
			b.Nick = "nick#1"
			return nil
		}), singletable.ErrExists)

		// Changing a value frees the old one and takes the new one; deleting frees all.
		if err := accounts.Update(ctx, Account{ID: "a"}, func(a *Account) error { a.Email = "new@example.com"; return nil }, singletable.Stored(&a)); err != nil {
			t.Fatal(err)
		}
		s.create(t, Account{ID: "d", Email: "same@example.com"})
		wantError(t, "the new e-mail", accounts.Create(ctx, Account{ID: "e", Email: "new@example.com"}), singletable.ErrExists)
		a.Nick = ""
		if err := accounts.Put(ctx, a, singletable.Stored(&a)); err != nil {
			t.Fatal(err)
		}
		s.create(t, Account{ID: "f", Email: "f@example.com", Nick: "nick#1"})
		if err := accounts.Delete(ctx, a); err != nil {
			t.Fatal(err)
		}
		s.create(t, Account{ID: "g", Email: "new@example.com"})
		if claims := s.count(t, "UniqueClaim"); claims != 6 { // b, c, d, f twice, g
			t.Errorf("%d claims, want 6", claims)
		}
	})
}

// count counts the items of a type.
func (s store) count(t *testing.T, kind string) int {
	t.Helper()
	out, err := s.client.Scan(t.Context(), &dynamodb.ScanInput{TableName: &s.table})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, it := range out.Items {
		if isText(it["_type"], kind) {
			n++
		}
	}
	return n
}

// Many accounts want one e-mail at once: one gets it, and the table holds one claim for it.
func TestConcurrentClaims(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		accounts := s.accounts(t)
		var wg sync.WaitGroup
		won := make(chan int, 8)
		for i := range 8 {
			wg.Go(func() {
				err := accounts.Create(t.Context(), Account{ID: fmt.Sprint(i), Email: "one@example.com"})
				if err == nil {
					won <- i
				} else if !errors.Is(err, singletable.ErrExists) {
					t.Errorf("account %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		close(won)
		if n := len(won); n != 1 || s.count(t, "UniqueClaim") != 1 || s.count(t, "Account") != 1 {
			t.Errorf("%d accounts have the e-mail, with %d claims", n, s.count(t, "UniqueClaim"))
		}
	})
}
