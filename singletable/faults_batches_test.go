package singletable_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// What the service leaves unprocessed to the end is reported by key, nothing else is, and the rest is written.
func TestFaultsLeaveWrites(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do      singletabletest.Effect
		after   int // requests that go through
		written int
	}{
		"all of the first request":  {singletabletest.Unprocessed(), 0, 0},
		"all of the second request": {singletabletest.Unprocessed(), 1, 25},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
				orders := numberedOrders(60)
				injected := engine.Inject(singletabletest.Fault{Operations: []string{"BatchWriteItem"}, After: c.after, Do: c.do})
				err := s.orders.BatchPut(t.Context(), orders)
				if got := left(t, err); !sameKeys(got, keysOfOrders(t, s, orders[c.written:])) {
					t.Errorf("left %v", got)
				}
				injected.Remove()
				if got := collect(t, s.orders.Scan(t.Context())); len(got) != c.written {
					t.Errorf("%d are written, want %d", len(got), c.written)
				}

				if err := s.orders.BatchPut(t.Context(), orders); err != nil {
					t.Fatal(err)
				}
				engine.Inject(singletabletest.Fault{Operations: []string{"BatchWriteItem"}, After: c.after, Do: c.do})
				err = s.orders.BatchDelete(t.Context(), orders)
				if got := left(t, err); !sameKeys(got, keysOfOrders(t, s, orders[c.written:])) {
					t.Errorf("not deleted: %v", got)
				}
				if got := collect(t, s.orders.Scan(t.Context())); len(got) != 60-c.written {
					t.Errorf("%d are left, want %d", len(got), 60-c.written)
				}
			})
		})
	}
}

func TestFaultsLeaveReads(t *testing.T) {
	t.Parallel()
	onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
		orders := numberedOrders(250)
		if err := s.orders.BatchPut(t.Context(), orders); err != nil {
			t.Fatal(err)
		}
		engine.Inject(singletabletest.Fault{Operations: []string{"BatchGetItem"}, After: 1, Do: singletabletest.Unprocessed()})
		got, err := s.orders.BatchGet(t.Context(), orders)
		unread := left(t, err)
		if len(unread) != 150 {
			t.Errorf("%d keys are left, want 150", len(unread))
		}
		for i, key := range keysOfOrders(t, s, orders) {
			if read := got[i] != nil && got[i].ID == orders[i].ID; read == slices.Contains(unread, key) {
				t.Errorf("%v: read %t, and reported %t", key, read, !read)
			}
		}
	})
}

// Batches of which something is left again and again get to their end, as long as something gets done.
func TestFaultsSlowBatches(t *testing.T) {
	t.Parallel()
	onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
		orders := numberedOrders(60)
		several := func(_ string, request []byte) bool { return bytes.Count(request, []byte(`"SK"`)) > 1 }
		written := engine.Inject(singletabletest.Fault{Operations: []string{"BatchWriteItem"}, If: several, Do: singletabletest.UnprocessedLast(1)})
		if err := s.orders.BatchPut(t.Context(), orders); err != nil {
			t.Fatal(err)
		}
		read := engine.Inject(singletabletest.Fault{
			Operations: []string{"BatchGetItem"}, If: several, Probability: 0.9, Seed: 4, Do: singletabletest.UnprocessedLast(20),
		})
		got, err := s.orders.BatchGet(t.Context(), orders)
		if err != nil {
			t.Fatal(err)
		}
		for i, o := range got {
			if o == nil || o.Total != orders[i].Total {
				t.Errorf("order %d is %+v", i, o)
			}
		}
		if written.Struck() < 3 || read.Struck() < 2 {
			t.Errorf("left %d and %d times: too few to tell anything", written.Struck(), read.Struck())
		}
	})
}

// A batch whose context ends says which keys are left.
func TestFaultsEndBatches(t *testing.T) {
	t.Parallel()
	onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
		orders := numberedOrders(60)
		engine.Inject(singletabletest.Fault{
			Operations: []string{"BatchWriteItem", "BatchGetItem"}, After: 1, Do: singletabletest.Latency(time.Minute),
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := s.orders.BatchPut(ctx, orders)
		if got := left(t, err); !errors.Is(err, context.DeadlineExceeded) || !sameKeys(got, keysOfOrders(t, s, orders[25:])) {
			t.Errorf("%v: left %v", err, got)
		}
		got, err := s.orders.BatchGet(ctx, orders)
		if unread := left(t, err); !sameKeys(unread, keysOfOrders(t, s, orders)) {
			t.Errorf("unread %v", unread)
		}
		for _, o := range got {
			if o != nil {
				t.Errorf("read %+v", o)
			}
		}
	})
}

// What could be written of a batch, when another request of it is throttled for good, is not reported.
func TestFaultsThrottleBatches(t *testing.T) {
	t.Parallel()
	onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
		orders := numberedOrders(60)
		injected := engine.Inject(singletabletest.Fault{
			Operations: []string{"BatchWriteItem"}, After: 2, Do: singletabletest.ProvisionedThroughputExceeded(),
		})
		err := s.orders.BatchPut(t.Context(), orders)
		if got := left(t, err); !sameKeys(got, keysOfOrders(t, s, orders[50:])) {
			t.Errorf("left %v: %v", got, err)
		}
		injected.Remove()
		if got := collect(t, s.orders.Scan(t.Context())); len(got) != 50 {
			t.Errorf("%d are written, want 50", len(got))
		}
	})
}
