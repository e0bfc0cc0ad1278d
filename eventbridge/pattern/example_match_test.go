package pattern_test

import (
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
)

// A test of a rule: it must take uploads, and must not take the function's own output.
func ExamplePattern_Match() {
	rule := pattern.Must(pattern.Parse([]byte(`{
		"source": ["aws.s3"],
		"detail": {"object": {"key": [{"suffix": ".jpg"}, {"suffix": ".png"}]}}
	}`)))
	for _, key := range []string{"cat.jpg", "cat.gif", "CAT.JPG", "thumbnails/cat.jpg"} {
		event := fmt.Sprintf(`{"source":"aws.s3","detail":{"object":{"key":%q}}}`, key)
		matched, err := rule.Match([]byte(event))
		fmt.Println(key, matched, err)
	}
	// Output:
	// cat.jpg true <nil>
	// cat.gif false <nil>
	// CAT.JPG false <nil>
	// thumbnails/cat.jpg true <nil>
}
