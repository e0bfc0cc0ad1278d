package eventbridge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
)

// OrderPlaced is the detail of an application's own event.
type OrderPlaced struct {
	OrderID string `json:"orderId"`
	Total   int    `json:"total"`
}

// EventType says which events have it, and a handler for it takes no others.
func (OrderPlaced) EventType() (source, detailType string) { return "com.example.shop", "Order Placed" }

// A function for one kind of event. Give the handler to lambda.Start.
func ExampleHandle() {
	handler := eventbridge.Handle(func(ctx context.Context, e eventbridge.Event[OrderPlaced]) error {
		fmt.Println("order", e.Detail.OrderID, "of", e.Time.Format(time.DateOnly))
		return nil
	})
	// lambda.Start(handler)

	for _, detailType := range []string{"Order Placed", "Order Paid"} {
		event := fmt.Sprintf(`{"source":"com.example.shop","detail-type":%q,"time":"2026-07-01T12:00:00Z","detail":{"orderId":"o-7"}}`, detailType)
		fmt.Println(handler(context.Background(), json.RawMessage(event)))
	}
	// Output:
	// order o-7 of 2026-07-01
	// <nil>
	// eventbridge: the event has source "com.example.shop" and detail-type "Order Paid", but source "com.example.shop" and detail-type "Order Placed" are expected: check the event pattern and the target of the rule
}
