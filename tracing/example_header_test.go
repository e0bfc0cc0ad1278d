package tracing_test

import (
	"context"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/tracing"
)

// The header of an SQS message, from its system attribute AWSTraceHeader.
func ExampleParseHeader() {
	h, err := tracing.ParseHeader("Root=1-5759e988-bd862e3fe1be46a994272793; parent=53995c3f42cd8ad8; sampled=1; Lineage=a87bd80c:1")
	if err != nil {
		fmt.Println(err)
		return
	}
	sc := h.SpanContext()
	fmt.Println(sc.TraceID(), sc.SpanID(), sc.IsSampled())
	fmt.Println(h)

	_, err = tracing.ParseHeader("Root=1-5759e988")
	fmt.Println(err)
	// Output:
	// 5759e988bd862e3fe1be46a994272793 53995c3f42cd8ad8 true
	// Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a87bd80c:1
	// tracing: X-Ray trace header: Root "1-5759e988": want "1-", 8 hexadecimal digits, "-" and 24 more, not all of them 0
}

// A log line, or an answer to a caller, can name the trace of the invocation without any span.
func ExampleHeaderFromContext() {
	answer := func(ctx context.Context) string {
		if h, ok := tracing.HeaderFromContext(ctx); ok {
			return "look for trace " + h.SpanContext().TraceID().String()
		}
		return "no trace"
	}
	// What aws-lambda-go puts into the context of each invocation.
	ctx := context.WithValue(context.Background(), "x-amzn-trace-id", //lint:ignore SA1029 aws-lambda-go's key
		"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
	fmt.Println(answer(ctx))
	// Output: look for trace 5759e988bd862e3fe1be46a994272793
}
