package tracingotlp_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/otlpreceiver"
)

// A function's spans go to a collector at the end of its invocation.
func Example() {
	var collector otlpreceiver.Receiver // an OpenTelemetry Collector
	server := httptest.NewServer(&collector)
	defer server.Close()

	provider, err := tracingotlp.New(
		tracingotlp.WithEndpoint(server.URL),
		tracingotlp.WithAttributes(attribute.String("service.name", "payments")),
	)
	if err != nil {
		panic(err) // a setting is wrong: the function must not start
	}

	// What package tracing does around a handler.
	ctx, span := provider.Tracer("example").Start(context.Background(), "payments", trace.WithSpanKind(trace.SpanKindServer))
	_, child := provider.Tracer("example").Start(ctx, "charge")
	child.SetAttributes(attribute.Int("attempts", 2))
	child.End()
	span.End()
	flush, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	if err := provider.ForceFlush(flush); err != nil {
		fmt.Println(err) // to the log; the invocation is as it is
	}

	for _, s := range collector.Spans() {
		service, _ := s.Resource.Set().Value("service.name")
		fmt.Println(service.AsString(), s.SpanKind, s.Name, s.Attributes, s.Parent.IsValid())
	}
	fmt.Printf("%+v\n", provider.Stats())
	// Output:
	// payments internal charge [{"attempts":2}] true
	// payments server payments [] false
	// {Exported:2 Dropped:0 TooLarge:0 Rejected:0}
}
