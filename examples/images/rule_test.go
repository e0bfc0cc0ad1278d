package images_test

import (
	"encoding/json"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/eventbridgetest"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
	"github.com/lambdapatterns/lambdapatterns/examples/images"
)

func TestRule(t *testing.T) {
	t.Parallel()
	rule, err := images.Rule("uploads")
	if err != nil {
		t.Fatal(err)
	}
	takes := func(event any, err error) bool {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		matched, err := rule.Match(data)
		if err != nil {
			t.Fatal(err)
		}
		return matched
	}
	bucket, other := eventbridgetest.NewBucket("uploads"), eventbridgetest.NewBucket("uploads-2")
	for key, want := range map[string]bool{
		"cat.jpg": true, "a b+c/cat.JPG": true, "cat.png": true, "cat.PnG": true, ".jpg": true,
		"cat.jpeg": false, "notes.txt": false, "cat.jpg.txt": false, "jpg": false, "holiday.jpg/": false,
	} {
		if got := takes(eventbridgetest.Event[s3event.ObjectCreated](bucket, key)); got != want {
			t.Errorf("an upload of %s: %v, want %v", key, got, want)
		}
		if takes(eventbridgetest.Event[s3event.ObjectCreated](other, key)) {
			t.Errorf("an upload of %s to another bucket is taken", key)
		}
		if takes(eventbridgetest.Event[s3event.ObjectDeleted](bucket, key)) {
			t.Errorf("a deletion of %s is taken", key)
		}
	}
	for _, reason := range []string{s3event.ReasonCopyObject, s3event.ReasonCompleteMultipartUpload, s3event.ReasonPostObject} {
		if !takes(eventbridgetest.Event(bucket, "cat.jpg", func(d *s3event.ObjectCreated) { d.Reason = reason })) {
			t.Errorf("an object written by %s is left out", reason)
		}
	}
	if _, err := images.Rule(""); err == nil {
		t.Error("a rule without a bucket was made")
	}
}
