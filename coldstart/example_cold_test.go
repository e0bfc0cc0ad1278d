package coldstart_test

import (
	"context"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// A handler learns whether its caller had to wait for the start. Outside Lambda the kind is empty.
func ExampleWrap() {
	var start coldstart.Start
	handler := coldstart.Wrap(&start, func(ctx context.Context, name string) (string, error) {
		i, _ := coldstart.InvocationFromContext(ctx)
		return fmt.Sprintf("hello %s: first %v, cold %v, kind %q", name, i.First, i.Cold(), i.Kind()), nil
	})
	// lambda.Start(handler) would call it so:
	for _, name := range []string{"Ada", "Grace"} {
		greeting, _ := handler(context.Background(), name)
		fmt.Println(greeting)
	}
	// Output:
	// hello Ada: first true, cold true, kind ""
	// hello Grace: first false, cold false, kind ""
}
