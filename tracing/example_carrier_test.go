package tracing_test

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/propagation"

	"github.com/lambdapatterns/lambdapatterns/tracing"
)

// Streams have no place for a trace context, so these senders put it into the record's data.
func ExampleWithCarrier() {
	spans.Reset()
	handle := tracing.HandleEvent(func(context.Context, events.KinesisEvent) error { return nil },
		tracing.WithTracerProvider(&spans),
		tracing.WithPropagator(propagation.TraceContext{}),
		tracing.WithCarrier(func(r *events.KinesisEventRecord) propagation.TextMapCarrier {
			var click struct{ Trace propagation.MapCarrier }
			if json.Unmarshal(r.Kinesis.Data, &click) != nil {
				return nil // it has none
			}
			return click.Trace
		}))

	_, err := handle(context.Background(), events.KinesisEvent{Records: []events.KinesisEventRecord{{
		EventSourceArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/clicks",
		Kinesis: events.KinesisRecord{
			SequenceNumber: "49590338271490256608559692538361571095921575989136588898",
			Data:           []byte(`{"page":"/","trace":{"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}}`),
		},
	}}})
	for _, s := range spans.Spans() {
		for _, link := range s.Links {
			fmt.Println(s.Name, "is linked to", link.SpanContext.SpanID(), err)
		}
	}
	// Output: process clicks is linked to 00f067aa0ba902b7 <nil>
}

// A queue whose batches have one message each: the sender's trace goes on in the function.
func ExampleWithMessageParent() {
	spans.Reset()
	handle := tracing.HandleEvent(func(context.Context, events.SQSEvent) error { return nil },
		tracing.WithTracerProvider(&spans),
		tracing.WithMessageParent())

	_, err := handle(context.Background(), events.SQSEvent{Records: []events.SQSMessage{{
		MessageId: "m1", Body: "{}", EventSource: "aws:sqs", EventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:orders",
		Attributes: map[string]string{"AWSTraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"},
	}}})
	for _, s := range spans.Spans() {
		if s.Name == "process orders" {
			fmt.Println(s.Parent.TraceID(), s.Parent.SpanID(), err)
		}
	}
	// Output: 5759e988bd862e3fe1be46a994272793 53995c3f42cd8ad8 <nil>
}
