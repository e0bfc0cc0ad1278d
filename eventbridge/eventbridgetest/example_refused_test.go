package eventbridgetest_test

import (
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/eventbridgetest"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// What S3 would not send cannot be made.
func ExampleEvent_refused() {
	bucket := eventbridgetest.NewBucket("uploads")
	_, err := eventbridgetest.Event(bucket, "cat.jpg", func(d *s3event.ObjectACLUpdated) { d.Object.Sequencer = "617F08299329D189" })
	fmt.Println(err)
	// Output: eventbridgetest: S3 would not send it: Object ACL Updated: object.sequencer is there, but events of this kind have none
}
