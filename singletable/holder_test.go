package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// holders are accounts with unique values, and the store that they lie in.
type holders struct {
	store
	accounts *singletable.Repo[Account]
}

func (h holders) email(t *testing.T, id, email string) {
	t.Helper()
	if err := h.accounts.Update(t.Context(), Account{ID: id}, func(a *Account) error { a.Email = email; return nil }); err != nil {
		t.Fatal(err)
	}
}

func (h holders) wantHolder(t *testing.T, email, id string) {
	t.Helper()
	switch a, err := h.accounts.Holder(t.Context(), "email", Account{Email: email}); {
	case id == "" && (!errors.Is(err, singletable.ErrNotFound) || a.ID != ""):
		t.Errorf("%s is held by %q, %v, want nobody", email, a.ID, err)
	case id != "" && (err != nil || a.ID != id || a.Email != email):
		t.Errorf("%s is held by %q with %q, %v, want %s", email, a.ID, a.Email, err, id)
	}
}

// A value's holder is found as soon as a write has returned, whatever wrote it, and no more when it has another value.
func TestHolder(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		h := holders{s, s.accounts(t)}
		a := s.create(t, Account{ID: "a", Email: "a#@example.com", Nick: "n", Balance: 7, Tags: []string{"x"}})
		h.wantHolder(t, "a#@example.com", "a")
		h.wantHolder(t, "b@example.com", "")
		if got, err := h.accounts.Holder(t.Context(), "nick", Account{ID: "other", Email: "other", Nick: "n"}); err != nil || fmt.Sprint(got) != fmt.Sprint(a) {
			t.Errorf("got %v, %v, want %v", got, err, a)
		}
		h.email(t, "a", "b@example.com")
		h.wantHolder(t, "a#@example.com", "")
		h.wantHolder(t, "b@example.com", "a")
		s.create(t, Account{ID: "b", Email: "a#@example.com"})
		h.wantHolder(t, "a#@example.com", "b")
		if err := h.accounts.Delete(t.Context(), Account{ID: "b"}, singletable.AnyVersion()); err != nil {
			t.Fatal(err)
		}
		h.wantHolder(t, "a#@example.com", "")
	})
}

// What claims a value without having it holds nothing: an entity that has expired or is gone, or has another value.
func TestHolderOfAValueThatNobodyHas(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		before, after := s.readers(t)
		ctx := t.Context()
		put(t, after, Reader{ID: "changed", Email: "1"}, Reader{ID: "expired", Email: "2"}, Reader{ID: "deleted", Email: "3"})
		// A program of yesterday knows no constraint.
		put(t, before, Reader{ID: "changed", Email: "other"}, Reader{ID: "expired", Email: "2", Until: 1}, Reader{ID: "old", Email: "4"})
		if err := before.Delete(ctx, Reader{ID: "deleted"}); err != nil {
			t.Fatal(err)
		}
		for _, email := range []string{"1", "2", "3", "4"} {
			if r, err := after.Holder(ctx, "email", Reader{Email: email}); !errors.Is(err, singletable.ErrNotFound) || r != (Reader{}) {
				t.Errorf("%s is held by %v, %v, want nobody", email, r, err)
			}
		}
		if err := after.Claim(ctx, Reader{ID: "old"}); err != nil {
			t.Fatal(err)
		}
		if r, err := after.Holder(ctx, "email", Reader{Email: "4"}); err != nil || r.ID != "old" {
			t.Errorf("got %v, %v, want old", r, err)
		}
	})
}

// While a value moves between the reading of its claim and that of its entity, nothing is returned that has another value.
func TestHolderOfAValueThatMoves(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		move  func(*testing.T, holders)
		want  string
		reads int
	}{
		"to another": {func(t *testing.T, h holders) {
			h.email(t, "a", "a2@example.com")
			h.email(t, "b", "a@example.com")
		}, "b", 4},
		"away": {func(t *testing.T, h holders) { h.email(t, "a", "a2@example.com") }, "", 3},
		"away with its entity": {func(t *testing.T, h holders) {
			if err := h.accounts.Delete(t.Context(), Account{ID: "a"}, singletable.AnyVersion()); err != nil {
				t.Fatal(err)
			}
		}, "", 3},
		"away and back": {func(t *testing.T, h holders) {
			h.email(t, "a", "a2@example.com")
			h.email(t, "a", "a@example.com")
		}, "a", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onEngines(t, func(t *testing.T, s store) {
				s.create(t, Account{ID: "a", Email: "a@example.com"})
				s.create(t, Account{ID: "b", Email: "b@example.com"})
				reads := 0
				observed := s.accounts(t, singletable.WithObserver(func(context.Context, singletable.Request) {
					if reads++; reads == 1 {
						x.move(t, holders{s, s.accounts(t)})
					}
				}))
				holders{s, observed}.wantHolder(t, "a@example.com", x.want)
				if reads != x.reads {
					t.Errorf("it took %d reads, want %d", reads, x.reads)
				}
			})
		})
	}
}

// A value that moves before each look at its entity is given up, as a conflict.
func TestHolderOfAValueThatNeverRests(t *testing.T) {
	t.Parallel()
	onFaults(t, func(t *testing.T, _ *singletabletest.Engine, s store) {
		s.create(t, Account{ID: "0", Email: "a@example.com"})
		s.create(t, Account{ID: "1", Email: "b@example.com"})
		reads := 0
		h := holders{s, s.accounts(t)}
		moving := s.accounts(t, singletable.WithObserver(func(context.Context, singletable.Request) {
			if reads++; reads%2 == 1 { // the claim has been read
				from, to := "0", "1"
				if reads%4 == 3 {
					from, to = to, from
				}
				h.email(t, from, fmt.Sprint("free", reads))
				h.email(t, to, "a@example.com")
			}
		}))
		e := wantError(t, "a value that never rests", func() error {
			_, err := moving.Holder(t.Context(), "email", Account{Email: "a@example.com"})
			return err
		}(), singletable.ErrConflict)
		if e.Op != "holder" || e.Constraint != "email" || reads != 24 {
			t.Errorf("got %v after %d reads, want 24", e, reads)
		}
	})
}

// Whatever two accounts do that hand two values to each other, each look finds a value's holder, or that nobody had it.
func TestHolderBesideWriters(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		h := holders{s, s.accounts(t)}
		emails := []string{"x@example.com", "y@example.com", "z@example.com"}
		s.create(t, Account{ID: "a", Email: emails[0]})
		s.create(t, Account{ID: "b", Email: emails[1]})
		var writers sync.WaitGroup
		for _, id := range []string{"a", "b"} {
			writers.Go(func() {
				for i := range 60 {
					err := h.accounts.Update(t.Context(), Account{ID: id}, func(a *Account) error { a.Email = emails[i%3]; return nil })
					if err != nil && !errors.Is(err, singletable.ErrExists) && !errors.Is(err, singletable.ErrConflict) {
						t.Error(err)
					}
				}
			})
		}
		done := make(chan struct{})
		go func() { writers.Wait(); close(done) }()
		found := 0
		for ended := false; !ended; {
			select {
			case <-done:
				ended = true
			default:
			}
			for _, email := range emails {
				a, err := h.accounts.Holder(t.Context(), "email", Account{Email: email})
				switch {
				case err == nil && a.Email == email:
					found++
				case err == nil || !errors.Is(err, singletable.ErrNotFound) && !errors.Is(err, singletable.ErrConflict):
					t.Errorf("%s is held by %v, %v", email, a, err)
				}
			}
		}
		if found == 0 {
			t.Error("no look found a holder")
		}
		for _, id := range []string{"a", "b"} {
			a, err := h.accounts.Get(t.Context(), Account{ID: id}, singletable.Consistent())
			if err != nil {
				t.Fatal(err)
			}
			h.wantHolder(t, a.Email, id)
		}
	})
}

func TestHolderErrors(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, accounts := t.Context(), s.accounts(t)
		_, err := accounts.Holder(ctx, "e-mail", Account{Email: "secret@example.com"})
		if e, ok := errors.AsType[*singletable.OptionError](err); !ok || !strings.HasSuffix(e.Error(), `no unique value "e-mail"; it has email, nick`) {
			t.Errorf("a name that is none: %v", err)
		}
		if _, err := s.users.Holder(ctx, "email", User{Email: "x"}); !errors.Is(err, singletable.ErrOption) ||
			!strings.HasSuffix(err.Error(), "the schema has no Unique") {
			t.Errorf("no constraint: %v", err)
		}
		if _, err := accounts.Holder(ctx, "email", Account{ID: "a", Nick: "n"}); !errors.Is(err, singletable.ErrKey) {
			t.Errorf("no value: %v", err)
		}
		_, err = accounts.Holder(ctx, "email", Account{Email: "secret@example.com"})
		if e := wantError(t, "nobody's", err, singletable.ErrNotFound); strings.Contains(err.Error(), "secret") || e.Constraint != "email" || e.Op != "holder" {
			t.Errorf("got %v", err)
		}
		ended, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := accounts.Holder(ended, "email", Account{Email: "secret@example.com"}); !errors.Is(err, context.Canceled) {
			t.Errorf("after the end: %v", err)
		}
	})
}

// An observer sees both reads, by their patterns.
func TestHolderObserved(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		s.create(t, Account{ID: "a", Email: "a@example.com"})
		var seen []string
		accounts := s.accounts(t, singletable.WithObserver(func(_ context.Context, r singletable.Request) {
			seen = append(seen, fmt.Sprint(r.Name, " ", r.Op, " ", r.Entity, " ", r.Pattern, " ", r.Items, " ", r.Try))
		}))
		if _, err := accounts.Holder(t.Context(), "email", Account{Email: "a@example.com"}); err != nil {
			t.Fatal(err)
		}
		want := []string{"GetItem holder Account UNIQUE#Account#email#{email}|CLAIM 1 1", "GetItem holder Account ACCOUNT#{id}|PROFILE 1 1"}
		if !slices.Equal(seen, want) {
			t.Errorf("got %q, want %q", seen, want)
		}
	})
}
