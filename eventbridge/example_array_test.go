package eventbridge_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
)

// Some kinds of event buses hand a function several events at once. All are handled; if one fails, all come again.
func ExampleHandler_Invoke() {
	handler := eventbridge.Handle(func(ctx context.Context, e eventbridge.Event[OrderPlaced]) error {
		if e.Detail.Total == 0 {
			return errors.New("there is nothing to pay")
		}
		fmt.Println("order", e.Detail.OrderID)
		return nil
	})
	_, err := handler.Invoke(context.Background(), []byte(`[
		{"source":"com.example.shop","detail-type":"Order Placed","detail":{"orderId":"o-7","total":10}},
		{"source":"com.example.shop","detail-type":"Order Placed","detail":{"orderId":"o-8"}},
		{"source":"com.example.shop","detail-type":"Order Placed","detail":{"orderId":"o-9","total":5}}]`))
	fmt.Println(err)

	var batch *eventbridge.BatchError
	if errors.As(err, &batch) {
		fmt.Println(batch.Errs)
	}
	// Output:
	// order o-7
	// order o-9
	// eventbridge: 1 of 3 events failed, the first at index 1: there is nothing to pay
	// [<nil> there is nothing to pay <nil>]
}
