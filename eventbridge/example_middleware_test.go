package eventbridge_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
)

// Middleware is plain functions: it wraps the handling of every event.
func ExampleWithMiddleware() {
	logged := func(next func(context.Context, json.RawMessage) error) func(context.Context, json.RawMessage) error {
		return func(ctx context.Context, event json.RawMessage) error {
			err := next(ctx, event)
			fmt.Println("failed:", err != nil)
			return err
		}
	}
	router, err := eventbridge.NewRouter(
		eventbridge.WithMiddleware(logged),
		eventbridge.On(func(ctx context.Context, e eventbridge.Event[OrderPlaced]) error { return nil }),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, detailType := range []string{"Order Placed", "Order Paid"} {
		event := fmt.Sprintf(`{"source":"com.example.shop","detail-type":%q,"detail":{}}`, detailType)
		_, err = router.Invoke(context.Background(), []byte(event))
		fmt.Println(errors.Is(err, eventbridge.ErrNoRoute))
	}
	// Output:
	// failed: false
	// false
	// failed: true
	// true
}
