package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// onFaults runs a test with an engine that can be made to fail, in a bubble where pauses take no time. The clients retry as
// the SDK does.
func onFaults(t *testing.T, test func(*testing.T, *singletabletest.Engine, store)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		engine := new(singletabletest.Engine)
		test(t, engine, newStore(t, engine.Client()))
	})
}

// left returns the keys that a batch says it has not read or written.
func left(t *testing.T, err error) (keys []singletable.Key) {
	t.Helper()
	if batch, ok := errors.AsType[*singletable.BatchError](err); ok {
		return batch.Keys
	}
	t.Fatalf("%v does not say which keys are left", err)
	return nil
}

// A faultyCall is one of a repository's or table's methods, with the requests that it sends.
type faultyCall struct {
	name      string
	operation string
	do        func(context.Context, store) error
}

// drained is what a query's or scan's end was.
func drained[T any](seq func(func(T, error) bool)) error {
	for _, err := range seq {
		if err != nil {
			return err
		}
	}
	return nil
}

var (
	faultyUser  = User{ID: "u", Email: "u@example.com"}
	faultyOrder = Order{UserID: "u", ID: "o1", Total: 7}
)

// faultyCalls are calls of every kind, on the items that seedFaulty makes.
func faultyCalls() []faultyCall {
	collect := func(ctx context.Context, s store) error {
		return s.users.Collect(ctx, faultyUser, singletable.Each(s.orders, func(Order) error { return nil }))
	}
	return []faultyCall{
		{"get", "GetItem", func(ctx context.Context, s store) error { _, err := s.users.Get(ctx, faultyUser); return err }},
		{"query", "Query", func(ctx context.Context, s store) error { return drained(s.orders.Query(ctx, faultyOrder)) }},
		{"one", "Query", func(ctx context.Context, s store) error { _, err := s.orders.One(ctx, faultyOrder); return err }},
		{"page", "Query", func(ctx context.Context, s store) error { _, err := s.orders.Page(ctx, faultyOrder, ""); return err }},
		{"count", "Query", func(ctx context.Context, s store) error { _, err := s.orders.Count(ctx, faultyOrder); return err }},
		{"collect", "Query", collect},
		{"index query", "Query", func(ctx context.Context, s store) error { return drained(s.users.GSI1().Query(ctx, faultyUser)) }},
		{"index one", "Query", func(ctx context.Context, s store) error { _, err := s.users.GSI1().One(ctx, faultyUser); return err }},
		{"scan", "Scan", func(ctx context.Context, s store) error { return drained(s.users.Scan(ctx)) }},
		{"index scan", "Scan", func(ctx context.Context, s store) error { return drained(s.users.GSI1().Scan(ctx)) }},
		{"parallel scan", "Scan", func(ctx context.Context, s store) error { return drained(s.users.ParallelScan(ctx, 3)) }},
		{"batch get", "BatchGetItem", func(ctx context.Context, s store) error {
			_, err := s.users.BatchGet(ctx, []User{faultyUser, {ID: "none"}})
			return err
		}},
		{"create", "PutItem", func(ctx context.Context, s store) error { return s.orders.Create(ctx, Order{UserID: "u", ID: "new"}) }},
		{"put", "PutItem", func(ctx context.Context, s store) error { return s.orders.Put(ctx, Order{UserID: "u", ID: "new"}) }},
		{"update", "UpdateItem", func(ctx context.Context, s store) error {
			return s.orders.Update(ctx, faultyOrder, func(o *Order) error { o.Total++; return nil })
		}},
		{"update's read", "GetItem", func(ctx context.Context, s store) error {
			return s.orders.Update(ctx, faultyOrder, func(o *Order) error { o.Total++; return nil })
		}},
		{"patch", "UpdateItem", func(ctx context.Context, s store) error {
			return s.orders.Patch(ctx, faultyOrder, expression.Set(expression.Name("total"), expression.Value(8)))
		}},
		{"delete", "DeleteItem", func(ctx context.Context, s store) error { return s.orders.Delete(ctx, faultyOrder) }},
		{"batch put", "BatchWriteItem", func(ctx context.Context, s store) error {
			return s.orders.BatchPut(ctx, []Order{{UserID: "u", ID: "new"}})
		}},
		{"batch delete", "BatchWriteItem", func(ctx context.Context, s store) error { return s.orders.BatchDelete(ctx, []Order{faultyOrder}) }},
		{"transact", "TransactWriteItems", func(ctx context.Context, s store) error {
			return singletable.NewTable(s.client, s.table).Transact(ctx, []singletable.Action{
				s.orders.ToDelete(faultyOrder), s.products.ToCreate(Product{ID: "p"}),
			})
		}},
	}
}

// seedFaulty makes the items, and returns a function that tells what the table holds.
func seedFaulty(t *testing.T, s store) func() string {
	t.Helper()
	if err := errors.Join(s.users.Create(t.Context(), faultyUser), s.orders.Create(t.Context(), faultyOrder)); err != nil {
		t.Fatal(err)
	}
	return func() string {
		t.Helper()
		orders := collect(t, s.orders.Scan(context.WithoutCancel(t.Context())))
		products := collect(t, s.products.Scan(context.WithoutCancel(t.Context())))
		slices.SortFunc(orders, func(a, b Order) int { return len(a.ID) - len(b.ID) })
		return fmt.Sprint(orders, products)
	}
}

func numberedOrders(n int) (all []Order) {
	for i := range n {
		all = append(all, Order{UserID: "batch", ID: fmt.Sprintf("%03d", i), Total: int64(i)})
	}
	return all
}

func keysOfOrders(t *testing.T, s store, orders []Order) (keys []singletable.Key) {
	t.Helper()
	for _, o := range orders {
		key, err := s.orders.Key(o)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
	}
	return keys
}

func sameKeys(a, b []singletable.Key) bool {
	order := func(x, y singletable.Key) int {
		return slices.Compare([]string{x.Partition, x.Sort}, []string{y.Partition, y.Sort})
	}
	return slices.Equal(slices.SortedFunc(slices.Values(a), order), slices.SortedFunc(slices.Values(b), order))
}

// passes tests that a call outlasts a fault which strikes it some times: it succeeds, and the table holds what it holds without
// the fault.
func passes(t *testing.T, c faultyCall, times int, fault singletabletest.Effect) {
	t.Helper()
	onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
		without := newStore(t, new(singletabletest.Engine).Client())
		want, holds := seedFaulty(t, without), seedFaulty(t, s)
		if err := c.do(t.Context(), without); err != nil {
			t.Fatal(err)
		}
		injected := engine.Inject(singletabletest.Fault{Operations: []string{c.operation}, Times: times, Do: fault})
		if err := c.do(t.Context(), s); err != nil || injected.Struck() != times {
			t.Errorf("struck %d times: %v", injected.Struck(), err)
		}
		if got := holds(); got != want() {
			t.Errorf("the table holds %s, want %s", got, want())
		}
	})
}
