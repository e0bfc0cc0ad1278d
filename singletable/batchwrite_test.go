package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

func TestBatches(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		var orders []Order
		for i := range 60 {
			orders = append(orders, Order{UserID: "u", ID: fmt.Sprintf("%02d", i%55), Total: int64(i)})
		}
		if err := s.orders.BatchPut(ctx, orders); err != nil {
			t.Fatal(err)
		}
		got := collect(t, s.orders.Query(ctx, Order{UserID: "u"}))
		if len(got) != 55 || got[0].Total != 55 || got[54].Total != 54 {
			t.Errorf("%d orders, the first %+v: of two with one key the last must count", len(got), got[0])
		}
		if err := s.orders.BatchDelete(ctx, orders[:50]); err != nil {
			t.Fatal(err)
		}
		if got := collect(t, s.orders.Query(ctx, Order{UserID: "u"})); len(got) != 5 {
			t.Errorf("%d orders are left, want 5", len(got))
		}
		if err := s.orders.BatchPut(ctx, []Order{{UserID: "v", ID: "x"}, {UserID: "v"}}); !errors.Is(err, singletable.ErrKey) {
			t.Errorf("a value without a key: %v", err)
		}
		if got := collect(t, s.orders.Query(ctx, Order{UserID: "v"})); len(got) != 0 {
			t.Errorf("something was written before the bad value was found: %v", got)
		}
		if err := s.accounts(t).BatchPut(ctx, nil); err == nil {
			t.Error("a batch of entities with versions was accepted")
		}
	})
}

// lazy leaves all but the first requests of every batch unprocessed.
type lazy struct {
	singletable.Client
	processed int
}

func (l *lazy) BatchWriteItem(ctx context.Context, in *dynamodb.BatchWriteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error) {
	for table, requests := range in.RequestItems {
		n := min(l.processed, len(requests))
		return &dynamodb.BatchWriteItemOutput{UnprocessedItems: map[string][]types.WriteRequest{table: requests[n:]}}, ctx.Err()
	}
	return nil, errors.New("an empty batch")
}

func TestUnprocessedItemsAreSentAgainOrReported(t *testing.T) {
	t.Parallel()
	schema := singletable.Schema{Type: "Product", Key: singletable.Pattern("PRODUCT#{id}", "METADATA")}
	products := []Product{{ID: "a"}, {ID: "b"}, {ID: "c"}}
	if err := repo[Product](t, singletable.NewTable(&lazy{processed: 1}, "app"), schema).BatchPut(t.Context(), products); err != nil {
		t.Errorf("one at a time: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := repo[Product](t, singletable.NewTable(&lazy{}, "app"), schema).BatchDelete(ctx, products)
	left, ok := errors.AsType[*singletable.BatchError](err)
	if !ok || len(left.Keys) != 3 || left.Keys[2].String() != "PRODUCT#c|METADATA" || !errors.Is(err, singletable.ErrThrottled) {
		t.Errorf("never processed: %v", err)
	}
}
