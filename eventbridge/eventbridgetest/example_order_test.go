package eventbridgetest_test

import (
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/eventbridgetest"
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
