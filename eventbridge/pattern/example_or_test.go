package pattern_test

import (
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
)

// Large orders, and those to countries where somebody has yet to clear them.
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
