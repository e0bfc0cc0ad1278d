package pattern_test

import (
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
)

// A mistake is told with its place.
func ExamplePatternError() {
	_, err := pattern.Parse([]byte(`{
  "source": ["aws.s3"],
  "detail": {"object": {"key": [{"sufix": ".jpg"}]}}
}`))
	fmt.Println(err)
	// Output:
	// pattern: not an event pattern: line 3, column 34: detail.object.key: there is no operator "sufix"
}
