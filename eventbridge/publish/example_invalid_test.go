package publish_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/publish"
)

// Nothing is sent unless everything can be.
func ExampleInvalidError() {
	publisher, err := publish.New(printing{}, publish.WithSource("com.example.shop"))
	if err != nil {
		panic(err)
	}
	err = publisher.Publish(context.Background(),
		publish.Entry{Detail: OrderPlaced{ID: "o-1"}},
		publish.Entry{Detail: map[string]any{"id": "o-2"}},
		publish.Entry{Detail: "o-3", DetailType: "Order Placed"},
	)
	var invalid *publish.InvalidError
	if errors.As(err, &invalid) {
		for _, entry := range invalid.Entries {
			fmt.Printf("%d: %s\n", entry.Index, entry.Reason)
		}
	}
	// Output:
	// 1: it has no detail-type: set DetailType, or give its detail a method EventType
	// 2: its detail, a string, is no JSON object
}

// A wrong setting is found when the function starts.
func ExampleOptionError() {
	_, err := publish.New(printing{}, publish.WithSource("aws.shop"))
	fmt.Println(err)
	// Output: publish: New: option WithSource: source is "aws.shop", and those that begin with "aws." are for AWS's own events
}
