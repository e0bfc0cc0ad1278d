package idempotency_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// A message is checked before Once, which makes the key first: without an id it would fail with ErrKey and come again, and the
// check in the effect would not be reached.
func ExampleOnce_validate() {
	type Order struct {
		ID    string `json:"id"`
		Items int    `json:"items"`
	}
	store := idempotency.New(appTable(), "app-table")
	ship := idempotency.Once(store, "ship", func(o Order) string { return o.ID }, func(_ context.Context, o Order) error {
		fmt.Println("shipping", o.ID)
		return nil
	})

	handle := func(ctx context.Context, o Order) error {
		switch {
		case o.ID == "":
			return sqsbatch.DeadLetter(errors.New("an order without an id"))
		case o.Items < 1:
			return sqsbatch.DeadLetter(errors.New("an order of nothing"))
		}
		return ship(ctx, o)
	}

	// In a function: lambda.Start(sqsbatch.Handle(handle, sqsbatch.WithSettler(settler))).
	for _, o := range []Order{{}, {ID: "ord_1"}, {ID: "ord_1", Items: 2}, {ID: "ord_1", Items: 2}} {
		err := handle(context.Background(), o)
		if steer, ok := errors.AsType[*sqsbatch.SteerError](err); ok {
			fmt.Println(steer.Action, "because of", steer.Err)
			continue
		}
		fmt.Println(err)
	}
	fmt.Println(errors.Is(ship(context.Background(), Order{}), idempotency.ErrKey))
	// Output:
	// send_to_dead_letter because of an order without an id
	// send_to_dead_letter because of an order of nothing
	// shipping ord_1
	// <nil>
	// <nil>
	// true
}
