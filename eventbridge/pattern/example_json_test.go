package pattern_test

import (
	"encoding/json"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
)

// A pattern is read from and written to JSON, so that it can stand in a configuration. What is no pattern is refused there.
func ExamplePattern_UnmarshalJSON() {
	var config struct {
		Events *pattern.Pattern
	}
	err := json.Unmarshal([]byte(`{"Events": {"source": ["aws.s3"]}}`), &config)
	fmt.Println(config.Events, err)

	err = json.Unmarshal([]byte(`{"Events": {"source": "aws.s3"}}`), &config)
	fmt.Println(err)
	// Output:
	// {"source":["aws.s3"]} <nil>
	// pattern: not an event pattern: line 1, column 12: source: a field is matched by a list of values, as in ["aws.s3"], or by an object of further fields
}
