package tracingotlp_test

import (
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
)

// What is wrong is said before the first invocation.
func ExampleNew_wrongSetting() {
	_, err := tracingotlp.New(tracingotlp.WithEndpoint("localhost:4317"))
	fmt.Println(err)
	// Output:
	// tracingotlp: WithEndpoint: it is no URL that begins with http:// or https:// and has a host, such as http://localhost:4318
}
