package pattern_test

import (
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
)

// A pattern in Go gives the JSON that a rule needs.
func ExampleNew() {
	p, err := pattern.New(
		pattern.Field("source", pattern.Exactly("aws.s3")),
		pattern.Field("detail-type", pattern.Exactly("Object Created")),
		pattern.Field("detail.object.key", pattern.SuffixFold(".jpg"), pattern.SuffixFold(".png")),
	)
	fmt.Println(p, err)
	// Output:
	// {"source":["aws.s3"],"detail-type":["Object Created"],"detail":{"object":{"key":[{"suffix":{"equals-ignore-case":".jpg"}},{"suffix":{"equals-ignore-case":".png"}}]}}} <nil>
}
