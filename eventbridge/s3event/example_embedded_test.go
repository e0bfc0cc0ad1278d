package s3event_test

import (
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// Labelled is an upload with a field that this package does not know yet, and an application needs today.
type Labelled struct {
	s3event.ObjectCreated
	Labels []string `json:"labels"`
}

// A type of your own may add to a detail. The kind and the checks stay.
func Example_embedded() {
	e, err := eventbridge.Decode[Labelled]([]byte(`{"source":"aws.s3","detail-type":"Object Created",
		"detail":{"bucket":{"name":"uploads"},"object":{"key":"cat.jpg"},"labels":["cat"]}}`))
	fmt.Println(e.Detail.Object.Key, e.Detail.Labels, err)

	_, err = eventbridge.Decode[Labelled]([]byte(`{"source":"aws.s3","detail-type":"Object Created","detail":{"labels":["cat"]}}`))
	fmt.Println(err)
	// Output:
	// cat.jpg [cat] <nil>
	// eventbridge: cannot read the event: detail.bucket.name is missing or empty
}
