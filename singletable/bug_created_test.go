package singletable_test

import (
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// What the repository keeps is not the change function's to change.
func TestUpdateKeepsWhatTheRepositorySets(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, accounts := t.Context(), s.accounts(t)
		a := s.create(t, Account{ID: "a", Email: "a@example.com"})
		for what, created := range map[string]time.Time{"no time": {}, "another time": a.CreatedAt.Add(-time.Hour)} {
			var got Account
			err := accounts.Update(ctx, a, func(v *Account) error {
				v.Balance++
				v.CreatedAt, v.UpdatedAt, v.Version = created, created, 99
				return nil
			}, singletable.Stored(&got))
			if err != nil || !got.CreatedAt.Equal(a.CreatedAt) || got.Version != a.Version+got.Balance || got.UpdatedAt.Before(a.UpdatedAt) {
				t.Errorf("%s: %+v became %+v, %v", what, a, got, err)
			}
		}
		before := s.stored(t, "ACCOUNT#a", "PROFILE")
		if err := accounts.Update(ctx, a, func(v *Account) error { v.Version, v.UpdatedAt = 0, time.Time{}; return nil }); err != nil {
			t.Fatal(err)
		}
		if after := s.stored(t, "ACCOUNT#a", "PROFILE"); plain(after, "version") != plain(before, "version") {
			t.Errorf("a change of nothing else was written: version %s became %s", plain(before, "version"), plain(after, "version"))
		}
	})
}
