package idempotency_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// A wrong setting shows when the function starts.
func TestWrongSettingsPanicAtTheStart(t *testing.T) {
	t.Parallel()
	client := new(singletabletest.Engine).Client()
	store := idempotency.New(client, "app")
	effect := func(context.Context, payment) error { return nil }
	wrap := func(context.Context, payment) (receipt, error) { return receipt{}, nil }
	type hidden struct {
		Calls func() `json:"calls,omitempty"`
		Done  chan int
	}
	for _, c := range []struct {
		name, want string
		f          func()
	}{
		{"no client", "needs a client", func() { idempotency.New(nil, "app") }},
		{"no table", "table has no name", func() { idempotency.New(client, "") }},
		{"empty attribute", `"" cannot name`, func() { idempotency.New(client, "app", idempotency.WithTypeAttribute("")) }},
		{"twice", `"PK" cannot name`, func() { idempotency.New(client, "app", idempotency.WithExpiryAttribute("PK")) }},
		{"the package's own", `"status" cannot name`, func() { idempotency.New(client, "app", idempotency.WithTypeAttribute("status")) }},
		{"sort key twice", `"id" cannot name`, func() { idempotency.New(client, "app", idempotency.WithKeyAttributes("id", "id")) }},
		{"no cache", "WithCache(0)", func() { idempotency.WithCache(0) }},
		{"short TTL", "WithTTL(999ms)", func() { idempotency.WithTTL(999 * time.Millisecond) }},
		{"no lock time", "WithLockTime(0s)", func() { idempotency.WithLockTime(0) }},
		{"nil error", "WithFinal needs errors", func() { idempotency.WithFinal(errClosed, nil) }},
		{"no store", "no store", func() { idempotency.Once(nil, "charge", byID, effect) }},
		{"no scope", "is no scope", func() { idempotency.Once(store, "", byID, effect) }},
		{"long scope", "is no scope", func() { idempotency.Once(store, strings.Repeat("s", 256), byID, effect) }},
		{"odd scope", "is no scope", func() { idempotency.Wrap(store, "\xff", byID, wrap) }},
		{"no key", "needs a key function", func() { idempotency.Once(store, "charge", nil, effect) }},
		{"no effect", "needs a key function", func() { idempotency.Once[payment](store, "charge", byID, nil) }},
		{"Wrap, no key", "needs a key function", func() { idempotency.Wrap(store, "charge", nil, wrap) }},
		{"Wrap, no effect", "needs a key function", func() { idempotency.Wrap[payment, receipt](store, "charge", byID, nil) }},
		{"result", "the result has the type chan int", func() {
			idempotency.Wrap(store, "charge", byID, func(context.Context, payment) (chan int, error) { return nil, nil })
		}},
		{"interface as the result", "the result has the type fmt.Stringer, an interface", func() {
			idempotency.Wrap(store, "charge", byID, func(context.Context, payment) (fmt.Stringer, error) { return nil, nil })
		}},
		{"field of the result", "the result has the type", func() {
			idempotency.Wrap(store, "charge", byID, func(context.Context, payment) (hidden, error) { return hidden{}, nil })
		}},
		{"input of Wrap", "the input has the type", func() {
			idempotency.Wrap(store, "charge", func(hidden) string { return "" },
				func(context.Context, hidden) (int, error) { return 0, nil }, idempotency.WithPayloadCheck())
		}},
		{"input of Once", "the input has the type", func() {
			idempotency.Once(store, "charge", func(hidden) string { return "" },
				func(context.Context, hidden) error { return nil }, idempotency.WithPayloadCheck())
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if got := fmt.Sprint(recover()); !strings.HasPrefix(got, "idempotency: ") || !strings.Contains(got, c.want) {
					t.Errorf("panicked with %q, want %q in it", got, c.want)
				}
			}()
			c.f()
		})
	}
	// Without the check any input will do.
	idempotency.Once(store, "charge", func(hidden) string { return "" }, func(context.Context, hidden) error { return nil })
}
