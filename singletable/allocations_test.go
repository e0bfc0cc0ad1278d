package singletable_test

import (
	"testing"

	"github.com/lambdapatterns/lambdapatterns/internal/racetest"
)

// The calls on a service's hot path make exactly these allocations, so that no change makes them more without somebody deciding so,
// and fewer than SDK calls by hand, which module benchmarks tests. Those of the client are among them: one, its output. A change
// that makes fewer lowers the number here. The test is not parallel: what others allocate would be counted too.
func TestAllocations(t *testing.T) {
	if racetest.Enabled { // a sync.Pool then loses some of what it is given on purpose
		t.Skip("allocations cannot be counted under the race detector: run without -race too")
	}
	ctx := t.Context()
	client := newCanned(t)
	_, orders := benchOrders(t, client)
	o := benchOrder
	for _, c := range []struct {
		name   string
		budget int
		repo   func() error
	}{
		// The item is 5: its map 2, its values 1, the set of tags 2. Its keys are 3: two texts, and the values of both and of the
		// type. Five describe the write, and the entity and the request are one each.
		{"Put", 15,
			func() error { return orders.Put(ctx, o) }},
		// The key is 5: two texts, the values of both, its map 2. The entity, its tags and the request are one each.
		{"Get", 9,
			func() error {
				_, err := orders.Get(ctx, Order{UserID: "usr_123", ID: "ord_456"})
				return err
			}},
		// The tags of each order are one. The others are for the query, whatever it finds.
		{"Query", 100 + 28,
			func() error {
				n := 0
				for _, err := range orders.Query(ctx, Order{UserID: "usr_123"}) {
					if err != nil {
						return err
					}
					n++
				}
				return want(n, 100)
			}},
	} {
		count := func(f func() error) int {
			return int(testing.AllocsPerRun(100, func() {
				if err := f(); err != nil {
					t.Error(err)
				}
			}))
		}
		if got := count(c.repo); got != c.budget {
			t.Errorf("%s makes %d allocations, and its budget is %d", c.name, got, c.budget)
		}
	}
}
