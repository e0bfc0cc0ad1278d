package eventbridgetest_test

import (
	"fmt"
	"path"
	"strings"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/eventbridgetest"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
)

// thumbnailOf is where the function under test writes to.
func thumbnailOf(key string) string { return "small/" + path.Base(key) }

// The rule on suffixes alone, which many write, takes the function's own thumbnails.
func ExampleAssertNoLoop() {
	t := &recorder{} // in a test: its *testing.T
	bucket := eventbridgetest.NewBucket("images")

	suffix := pattern.Must(pattern.New(pattern.Field("detail.object.key", pattern.Suffix(".jpg"))))
	eventbridgetest.AssertNoLoop(t, suffix, bucket, thumbnailOf("uploads/cat.jpg"))
	for _, failure := range t.failures {
		reason, _, _ := strings.Cut(failure, ", which")
		fmt.Println(reason)
	}

	prefix := pattern.Must(pattern.New(pattern.Field("detail.object.key", pattern.Wildcard("uploads/*.jpg"))))
	t = &recorder{}
	eventbridgetest.AssertNoLoop(t, prefix, bucket, thumbnailOf("uploads/cat.jpg"))
	fmt.Println(len(t.failures), "failures with a prefix")
	// Output:
	// eventbridgetest: the rule takes object "small/cat.jpg" in bucket images (PutObject, 0 bytes)
	// 0 failures with a prefix
}
