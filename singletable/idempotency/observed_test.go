package idempotency_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
)

// A table's observer is told of the writes of records, what they cost and how they end.
func TestObservedTable(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, tb table) {
		var seen []string
		observer := singletable.WithObserver(func(_ context.Context, r singletable.Request) {
			seen = append(seen, fmt.Sprintf("%s %s %s costs: %t attempts: %d code: %s",
				r.Op, r.Name, r.Entity, r.Consumed.Write > 0, r.Attempts, r.Code))
			if r.Table != tb.name {
				t.Errorf("the table is %s", r.Table)
			}
		})
		table := singletable.NewTable(tb.Client, tb.name, singletable.WithoutGSI1(), observer)
		store := idempotency.New(table.Observed("Idempotency"), tb.name)
		charge := idempotency.Wrap(store, "charge", byID, new(counted).charge)
		for range 2 {
			if _, err := charge(t.Context(), pay1); err != nil {
				t.Fatal(err)
			}
		}
		runs, broken := 0, errors.New("broken")
		if _, err := idempotency.Wrap(store, "fail", byID, failing(&runs, broken))(t.Context(), pay1); !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
		const put = "request PutItem Idempotency costs: true attempts: 1 code: "
		want := []string{
			put, put, // lock and result
			"request PutItem Idempotency costs: false attempts: 1 code: ConditionalCheckFailedException", // the second call
			put, "request DeleteItem Idempotency costs: true attempts: 1 code: ", // lock and release
		}
		if !slices.Equal(seen, want) {
			t.Errorf("seen %q, want %q", seen, want)
		}
		if got := singletable.NewTable(tb.Client, tb.name).Observed("Idempotency"); got != singletable.Client(tb.Client) {
			t.Errorf("without an observer the client is %T", got)
		}
	})
}
