package tracing_test

import (
	"fmt"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing"
)

const queueARN = "arn:aws:sqs:eu-central-1:123456789012:orders"

// batchOf makes an event with the messages m1 to m<n>, which are received for the second time.
func batchOf(n int) events.SQSEvent {
	var e events.SQSEvent
	for i := range n {
		e.Records = append(e.Records, events.SQSMessage{
			MessageId: fmt.Sprintf("m%d", i+1), Body: "secret", EventSourceARN: queueARN, EventSource: "aws:sqs",
			Attributes: map[string]string{"ApproximateReceiveCount": "2", "SenderId": "secret"},
		})
	}
	return e
}

// sender is the X-Ray header of the i-th sender.
func sender(i int) tracing.Header {
	return tracing.Header{
		Root: trace.TraceID{1, 2, 3, 4, 14: byte(i >> 8), 15: byte(i + 1)}, Parent: trace.SpanID{6: byte(i >> 8), 7: byte(i) | 0x80},
		Sampled: tracing.SamplingYes,
	}
}
