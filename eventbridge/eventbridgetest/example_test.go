package eventbridgetest_test

import (
	"encoding/json"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/eventbridgetest"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// index is what is tested: it keeps the newest state of each object, whatever the order of the events.
type index map[string]s3event.Change

func (x index) apply(c s3event.Change) {
	if c.Sequencer.Compare(x[c.Key].Sequencer) > 0 {
		x[c.Key] = c
	}
}

// Events arrive in any order, and more than once.
func ExampleEvent() {
	bucket := eventbridgetest.NewBucket("uploads", eventbridgetest.Versioned())
	put, err := eventbridgetest.Event(bucket, "cat.jpg", func(d *s3event.ObjectCreated) { d.Object.Size = 5 })
	if err != nil {
		fmt.Println(err)
		return
	}
	del, err := eventbridgetest.Event[s3event.ObjectDeleted](bucket, "cat.jpg")
	if err != nil {
		fmt.Println(err)
		return
	}

	x := index{}
	x.apply(s3event.ChangeOf(del))
	x.apply(s3event.ChangeOf(put)) // late
	x.apply(s3event.ChangeOf(put)) // and again
	fmt.Println(x["cat.jpg"].Kind, x["cat.jpg"].DeletionType)
	// Output: Object Deleted Delete Marker Created
}

// What S3 would not send cannot be made.
func ExampleEvent_refused() {
	bucket := eventbridgetest.NewBucket("uploads")
	_, err := eventbridgetest.Event(bucket, "cat.jpg", func(d *s3event.ObjectACLUpdated) { d.Object.Sequencer = "617F08299329D189" })
	fmt.Println(err)
	// Output: eventbridgetest: S3 would not send it: Object ACL Updated: object.sequencer is there, but events of this kind have none
}

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

// A rule's pattern is held against what it must take, and against what the function writes.
func Example_pattern() {
	rule := pattern.Must(pattern.Parse([]byte(
		`{"source":["aws.s3"],"detail":{"object":{"key":[{"prefix":"uploads/"}]}}}`)))
	bucket := eventbridgetest.NewBucket("images")
	for _, key := range []string{"uploads/cat.jpg", "thumbnails/cat.jpg"} {
		event, err := json.Marshal(eventbridgetest.Must(eventbridgetest.Event[s3event.ObjectCreated](bucket, key)))
		if err != nil {
			fmt.Println(err)
			return
		}
		matched, err := rule.Match(event)
		fmt.Println(key, matched, err)
	}
	// Output:
	// uploads/cat.jpg true <nil>
	// thumbnails/cat.jpg false <nil>
}
