package s3event_test

import (
	"context"
	"fmt"
	"os"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// A function for uploads. Give the handler to lambda.Start.
func Example() {
	handler := eventbridge.Handle(func(ctx context.Context, e eventbridge.Event[s3event.ObjectCreated]) error {
		d := e.Detail
		fmt.Printf("%s of s3://%s/%s, %d bytes\n", d.Reason, d.Bucket.Name, d.Object.Key, d.Object.Size)
		return nil
	})
	// lambda.Start(handler)

	for _, name := range []string{"object_created.json", "object_deleted.json"} {
		event, err := os.ReadFile("testdata/" + name)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(handler(context.Background(), event))
	}
	// Output:
	// PutObject of s3://amzn-s3-demo-bucket1/example-key, 5 bytes
	// <nil>
	// eventbridge: the event has source "aws.s3" and detail-type "Object Deleted", but source "aws.s3" and detail-type "Object Created" are expected: check the event pattern and the target of the rule
}
