package s3event_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// A function that S3 calls directly today, and through EventBridge tomorrow.
func ExampleDecodeChanges() {
	for _, payload := range []string{
		`{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"uploads"}`,
		`{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"uploads"},"object":{"key":"red+flower.jpg","sequencer":"1"}}}]}`,
		`{"source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"uploads"},"object":{"key":"red flower.jpg","sequencer":"1"},"reason":"PutObject"}}`,
	} {
		changes, err := s3event.DecodeChanges([]byte(payload))
		switch {
		case errors.Is(err, s3event.ErrTestEvent):
			fmt.Println("nothing to do")
		case err != nil:
			fmt.Println(err)
		}
		for _, c := range changes {
			fmt.Println(c.Kind, c.Reason, c.Key, c.DedupeKey())
		}
	}
	// Output:
	// nothing to do
	// Object Created PutObject red flower.jpg 7:uploads,14:red flower.jpg,0:,1:1,
	// Object Created PutObject red flower.jpg 7:uploads,14:red flower.jpg,0:,1:1,
}

// What a handler of events does can be the same as what one of S3's notifications does.
func ExampleChangeOf() {
	forget := func(c s3event.Change) error {
		fmt.Println(c.Kind, c.Bucket, c.Key, c.DeletionType)
		return nil
	}
	viaEventBridge := eventbridge.Handle(func(ctx context.Context, e eventbridge.Event[s3event.ObjectDeleted]) error {
		return forget(s3event.ChangeOf(e))
	})
	direct := func(ctx context.Context, n events.S3Event) error {
		for _, r := range n.Records {
			c, err := s3event.ChangeOfRecord(r)
			if err == nil {
				err = forget(c)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}

	fmt.Println(viaEventBridge(context.Background(), json.RawMessage(`{"source":"aws.s3","detail-type":"Object Deleted","detail":{
		"bucket":{"name":"uploads"},"object":{"key":"red flower.jpg"},"deletion-type":"Permanently Deleted"}}`)))
	fmt.Println(direct(context.Background(), events.S3Event{Records: []events.S3EventRecord{{
		EventSource: "aws:s3", EventName: "ObjectRemoved:Delete",
		S3: events.S3Entity{Bucket: events.S3Bucket{Name: "uploads"}, Object: events.S3Object{Key: "red+flower.jpg"}},
	}}}))
	// Output:
	// Object Deleted uploads red flower.jpg Permanently Deleted
	// <nil>
	// Object Deleted uploads red flower.jpg Permanently Deleted
	// <nil>
}
