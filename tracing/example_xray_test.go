package tracing_test

import (
	"context"
	"fmt"
	"net/http"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing"
)

// A function whose spans go to X-Ray: its own is below the segment that Lambda makes for the invocation.
func ExampleWithXRay() {
	spans.Reset()
	handle := tracing.HandleEvent(func(context.Context, int) error { return nil },
		tracing.WithTracerProvider(&spans), tracing.WithXRay(tracing.XRayParent))

	// lambda.Start makes such a context for each invocation.
	//lint:ignore SA1029 aws-lambda-go uses this key
	ctx := context.WithValue(context.Background(), "x-amzn-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
	_, err := handle(ctx, 1)
	span := spans.Spans()[0]
	fmt.Println(span.Context.TraceID(), err)
	fmt.Println(span.Parent.SpanID())
	// Output:
	// 5759e988bd862e3fe1be46a994272793 <nil>
	// 53995c3f42cd8ad8
}

// API Gateway gives a function that is not traced Sampled=0. The client's own decision stands.
func ExampleXRayPropagator() {
	propagator := propagation.NewCompositeTextMapPropagator(
		propagation.TraceContext{}, propagation.Baggage{}, tracing.XRayPropagator{})

	headers := http.Header{}
	headers.Set("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	headers.Set("X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0")
	ctx := propagator.Extract(context.Background(), propagation.HeaderCarrier(headers))
	sc := trace.SpanContextFromContext(ctx)
	fmt.Println(sc.TraceID(), sc.IsSampled())

	out := http.Header{}
	propagator.Inject(ctx, propagation.HeaderCarrier(out))
	fmt.Println(out.Get("X-Amzn-Trace-Id"))
	// Output:
	// 4bf92f3577b34da6a3ce929d0e0e4736 true
	// Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1
}
