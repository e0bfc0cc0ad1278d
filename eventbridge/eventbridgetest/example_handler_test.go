package eventbridgetest_test

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/eventbridgetest"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// A handler is tested as Lambda calls it, with the event's JSON, and with the same event twice.
func Example() {
	seen := map[string]bool{}
	handler := eventbridge.Handle(func(ctx context.Context, e eventbridge.Event[s3event.ObjectCreated]) error {
		if key := e.Detail.DedupeKey(); !seen[key] {
			seen[key] = true
			fmt.Println("thumbnail of", e.Detail.Object.Key)
		}
		return nil
	})

	bucket := eventbridgetest.NewBucket("uploads")
	event := eventbridgetest.Must(eventbridgetest.Event[s3event.ObjectCreated](bucket, "cat.jpg"))
	for range 2 {
		payload, err := json.Marshal(event)
		if err != nil {
			fmt.Println(err)
			return
		}
		_, err = handler.Invoke(context.Background(), payload)
		fmt.Println(err)
	}
	// Output:
	// thumbnail of cat.jpg
	// <nil>
	// <nil>
}
