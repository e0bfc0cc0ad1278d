package pattern_test

import (
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
)

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

func ExamplePatternError() {
	_, err := pattern.Parse([]byte(`{
  "source": ["aws.s3"],
  "detail": {"object": {"key": [{"sufix": ".jpg"}]}}
}`))
	fmt.Println(err)
	// Output:
	// pattern: not an event pattern: line 3, column 34: detail.object.key: there is no operator "sufix"
}

func ExampleOr() {
	p, err := pattern.New(
		pattern.Field("source", pattern.Exactly("orders")),
		pattern.Or(
			pattern.Field("detail.total", pattern.Numeric(">", 1000)),
			pattern.All(
				pattern.Field("detail.country", pattern.AnythingBut("CH", "LI")),
				pattern.Field("detail.customs", pattern.Absent()),
			),
		),
	)
	fmt.Println(err)
	for _, detail := range []string{`{"total": 1999}`, `{"total": 10, "country": "CH"}`, `{"total": 10, "country": "SE"}`} {
		fmt.Println(p.Match([]byte(`{"source": "orders", "detail": ` + detail + `}`)))
	}
	// Output:
	// <nil>
	// true <nil>
	// false <nil>
	// true <nil>
}
