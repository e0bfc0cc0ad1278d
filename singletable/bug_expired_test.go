package singletable_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// An entity that has expired is gone for those who have read it before, whether or not DynamoDB has removed it yet.
func TestWhatHasExpiredIsNotRevivedByItsVersion(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, table := t.Context(), singletable.NewTable(s.client, s.table)
		type lease struct {
			ID      string `dynamodbav:"id"`
			Holder  string `dynamodbav:"holder"`
			Until   int64  `dynamodbav:"until"`
			Version int64  `dynamodbav:"version"`
		}
		for name, unique := range map[string]map[string]string{"Lease": nil, "Held": {"holder": "{holder}"}} {
			leases := repo[lease](t, table, singletable.Schema{
				Type: name, Key: singletable.Pattern(name+"#{id}", "LEASE"), ExpiresAt: "until", Version: "version", Unique: unique,
			})
			var old lease
			if err := leases.Create(ctx, lease{ID: "1", Holder: "a", Until: time.Now().Add(-time.Second).Unix()}, singletable.Stored(&old)); err != nil {
				t.Fatal(err)
			}
			renewed := old
			renewed.Until = time.Now().Add(time.Hour).Unix()
			wantError(t, "put", leases.Put(ctx, renewed), singletable.ErrConflict)
			if err := table.Transact(ctx, []singletable.Action{leases.ToUpdate(old, renewed)}); !errors.Is(err, singletable.ErrConflict) {
				t.Errorf("%s: update in a transaction: %v", name, err)
			}
			if it := s.stored(t, name+"#1", "LEASE"); plain(it, "version") != "1" {
				t.Errorf("stored as %v", it)
			}
			if err := leases.Put(ctx, lease{ID: "1", Holder: "b", Until: renewed.Until}); err != nil {
				t.Errorf("put of a new one: %v", err)
			}
		}
	})
}

// A transaction that is sent again with its token and its time is the same, also when it looks at what may expire.
func TestTokenAndTimeOfWhatExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStore(t, new(singletabletest.Engine).Client())
		ctx, table := t.Context(), singletable.NewTable(s.client, s.table)
		sessions := repo[Session](t, table, singletable.Schema{Type: "Session", Key: singletable.Pattern("SESSION#{id}", "SESSION"), ExpiresAt: "until"})
		if err := sessions.Create(ctx, Session{ID: "live", User: "u", Until: time.Now().Add(time.Hour).Unix()}); err != nil {
			t.Fatal(err)
		}
		at := time.Now()
		for range 3 {
			err := table.Transact(ctx, []singletable.Action{
				sessions.ToCheck(Session{ID: "live"}), sessions.ToCreate(Session{ID: "new", User: "v"}),
			}, singletable.Token("token"), singletable.At(at))
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * time.Second)
		}
	})
}
