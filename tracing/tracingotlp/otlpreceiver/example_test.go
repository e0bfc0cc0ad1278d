package otlpreceiver_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/otlpreceiver"
)

// A test sees what a backend would: the spans as they came over HTTP, with their resource.
func Example() {
	var receiver otlpreceiver.Receiver
	server := httptest.NewServer(&receiver)
	defer server.Close()
	provider, err := tracingotlp.New(tracingotlp.WithEndpoint(server.URL))
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	_, span := provider.Tracer("shop").Start(ctx, "charge")
	span.End()
	fmt.Println(provider.ForceFlush(ctx))

	for _, s := range receiver.Spans() {
		fmt.Println(s.Name, s.InstrumentationScope.Name, s.SpanContext.TraceID() == span.SpanContext().TraceID())
	}
	fmt.Println(receiver.Requests(), receiver.Errors())
	// Output:
	// <nil>
	// charge shop true
	// 1 []
}
