package changes_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/singletable/changes"
)

// Records of different items are handled at once; those of one item keep their order.
func ExampleWithConcurrency() {
	var told []string
	handler := changes.Handle(changes.WithConcurrency(10),
		changes.On(users, func(_ context.Context, c changes.Change[User]) error {
			told = append(told, c.Kind.String()) // of one item only, so nothing else writes here
			return nil
		}),
	)
	_, err := handler(context.Background(), exampleEvent())
	fmt.Println(told, err)
	// Output: [inserted modified removed] <nil>
}

// A middleware sees each record, those that no entity claims included.
func ExampleWithMiddleware() {
	logged := func(next func(context.Context, *events.DynamoDBEventRecord) error) func(context.Context, *events.DynamoDBEventRecord) error {
		return func(ctx context.Context, r *events.DynamoDBEventRecord) error {
			err := next(ctx, r)
			fmt.Println(r.EventName, err)
			return err
		}
	}
	handler := changes.Handle(changes.WithMiddleware(logged),
		changes.On(users, func(context.Context, changes.Change[User]) error { return nil }))
	_, _ = handler(context.Background(), exampleEvent())
	// Output:
	// INSERT <nil>
	// MODIFY <nil>
	// REMOVE <nil>
	// REMOVE <nil>
}
