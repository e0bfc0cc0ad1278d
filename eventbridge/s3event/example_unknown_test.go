package s3event_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// What a newer S3 sends is kept and passed on.
func Example_unknownFields() {
	e, err := eventbridge.Decode[s3event.ObjectTagsAdded]([]byte(`{"source":"aws.s3","detail-type":"Object Tags Added",
		"detail":{"bucket":{"name":"uploads"},"object":{"key":"cat.jpg","color":"black"}}}`))
	fmt.Println(string(e.Detail.Object.Unknown["color"]), err)

	data, err := json.Marshal(e.Detail.Object) // alone it is an ordinary struct
	fmt.Println(string(data), err)
	data, err = json.Marshal(e) // the event writes all
	var again struct {
		Detail struct{ Object json.RawMessage }
	}
	fmt.Println(errors.Join(err, json.Unmarshal(data, &again)), string(again.Detail.Object))
	// Output:
	// "black" <nil>
	// {"key":"cat.jpg"} <nil>
	// <nil> {"color":"black","key":"cat.jpg"}
}

// A major version that is not known may have changed what fields mean, so nothing of the detail is handed out.
func ExampleEventVersionError() {
	_, err := eventbridge.Decode[s3event.ObjectTagsAdded]([]byte(`{"source":"aws.s3","detail-type":"Object Tags Added",
		"detail":{"event-version":"2.0","bucket":{"name":"uploads"},"object":{"key":"cat.jpg"}}}`))
	fmt.Println(err)
	// Output: s3event: "Object Tags Added" event has event-version "2.0", but only 1.x is known: update this package
}
