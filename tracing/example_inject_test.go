package tracing_test

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing"
)

// The inputs of the SDK, with the fields that matter here.
type (
	putEventsRequestEntry struct{ TraceHeader *string }
	startExecutionInput   struct{ TraceHeader *string }

	messageSystemAttributeValue struct{ DataType, StringValue *string }
	sendMessageInput            struct {
		MessageSystemAttributes map[string]messageSystemAttributeValue
	}
)

// EventBridge and Step Functions have a field for it.
func ExampleTraceHeader() {
	ctx := inInvocation()

	entry := putEventsRequestEntry{TraceHeader: tracing.TraceHeader(ctx)}
	execution := startExecutionInput{TraceHeader: tracing.TraceHeader(ctx)}

	fmt.Println(*entry.TraceHeader)
	fmt.Println(*execution.TraceHeader == *entry.TraceHeader)
	fmt.Println(tracing.TraceHeader(context.Background()) == nil)
	// Output:
	// Root=1-5759e988-bd862e3fe1be46a994272793;Parent=00f067aa0ba902b7;Sampled=1;Lineage=1:a87bd80c:1
	// true
	// true
}

// For SQS it is a message system attribute.
func ExampleTraceHeader_sqs() {
	ctx := inInvocation()

	var input sendMessageInput
	if h := tracing.TraceHeader(ctx); h != nil {
		text := "String"
		input.MessageSystemAttributes = map[string]messageSystemAttributeValue{
			"AWSTraceHeader": {DataType: &text, StringValue: h},
		}
	}

	fmt.Println(*input.MessageSystemAttributes["AWSTraceHeader"].StringValue)
	// Output:
	// Root=1-5759e988-bd862e3fe1be46a994272793;Parent=00f067aa0ba902b7;Sampled=1;Lineage=1:a87bd80c:1
}

// inInvocation is the context of a span in an invocation, as a wrapper of the handler makes it.
func inInvocation() context.Context {
	const header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a87bd80c:1"
	h, err := tracing.ParseHeader(header)
	if err != nil {
		panic(err)
	}
	sc := h.SpanContext().WithSpanID(trace.SpanID{0x00, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7}).WithRemote(false)
	ctx := context.WithValue(context.Background(), "x-amzn-trace-id", header) //lint:ignore SA1029 aws-lambda-go's key
	return trace.ContextWithSpanContext(ctx, sc)
}
