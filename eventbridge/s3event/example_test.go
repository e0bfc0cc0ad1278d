package s3event_test

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// file returns an event, which Lambda would hand to the function.
func file(name string) []byte {
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		panic(err)
	}
	return data
}

func ExampleSequencer_Compare() {
	put, overwrite := s3event.Sequencer("617f08299329d189"), s3event.Sequencer("00617F0837B476E463")
	fmt.Println(put.Compare(overwrite))
	// Output: -1
}

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

// The handler's type is all that a handler of S3's notifications and one of events have to differ in.
func ExampleChangeOf() {
	handler := eventbridge.Handle(func(ctx context.Context, e eventbridge.Event[s3event.ObjectDeleted]) error {
		c := s3event.ChangeOf(e)
		fmt.Println(c.Bucket, c.Key, c.DeletionType)
		return nil
	})
	fmt.Println(handler(context.Background(), file("object_deleted.json")))
	// Output:
	// amzn-s3-demo-bucket1 example-key Delete Marker Created
	// <nil>
}
