package tracing_test

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/lambdapatterns/lambdapatterns/tracing"
)

// A function that is told by another part of the program which invocation is the first.
func ExampleWithColdStart() {
	spans.Reset()
	var warm atomic.Bool
	handle := tracing.HandleEvent(func(context.Context, int) error { return nil },
		tracing.WithTracerProvider(&spans),
		tracing.WithColdStart(func(context.Context) bool { return !warm.Swap(true) }))
	for range 2 {
		_, _ = handle(context.Background(), 1)
	}
	for _, span := range spans.Spans() {
		fmt.Println(span.Attribute("faas.coldstart"))
	}
	// Output:
	// true
	// false
}
