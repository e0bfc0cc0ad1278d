package eventbridge_test

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
)

// Otherwise says what becomes of events that no handler is for. Here they are only counted; under sqsbatch, return
// sqsbatch.DeadLetter or sqsbatch.Drop.
func ExampleOtherwise() {
	others := map[string]int{}
	router, err := eventbridge.NewRouter(
		eventbridge.On(func(ctx context.Context, e eventbridge.Event[OrderPlaced]) error { return nil }),
		eventbridge.Otherwise(func(ctx context.Context, e eventbridge.Event[json.RawMessage]) error {
			others[e.Source+": "+e.DetailType]++
			return nil
		}),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = router.Invoke(context.Background(), []byte(`{"source":"com.example.shop","detail-type":"Order Paid","detail":{}}`))
	fmt.Println(others, err)
	// Output: map[com.example.shop: Order Paid:1] <nil>
}
