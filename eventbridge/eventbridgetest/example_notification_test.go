package eventbridgetest_test

import (
	"errors"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/eventbridgetest"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// A handler for notifications must undo the encoding of the key.
func ExampleNotification() {
	bucket := eventbridgetest.NewBucket("uploads")
	event := eventbridgetest.Must(eventbridgetest.Event[s3event.ObjectCreated](bucket, "red flower.jpg"))
	payload, err := eventbridgetest.Notification(event)
	if err != nil {
		fmt.Println(err)
		return
	}
	changes, err := s3event.DecodeChanges(payload)
	fmt.Println(changes[0].Key, err)
	// Output: red flower.jpg <nil>
}

// S3 sends this when notifications are switched on, and a handler must not fail on it.
func ExampleBucket_TestNotification() {
	payload := eventbridgetest.NewBucket("uploads").TestNotification()
	_, err := s3event.DecodeChanges(payload)
	fmt.Println(errors.Is(err, s3event.ErrTestEvent), err)
	// Output: true s3event: it is the test notification (s3:TestEvent) of the bucket "uploads", without a change
}
