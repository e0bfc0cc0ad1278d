package eventbridgetest_test

import (
	"encoding/json"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/eventbridgetest"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

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
