package oteltest

import (
	"context"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go/middleware"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingaws"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/otlpreceiver"
)

// A function writes to its table and sends messages, through the SDK's clients. The spans arrive at a collector, and the
// messages carry the trace on.
func TestTraceThroughTableAndQueue(t *testing.T) {
	var collector otlpreceiver.Receiver
	server := httptest.NewServer(&collector)
	defer server.Close()
	provider, err := tracingotlp.New(tracingotlp.WithEndpoint(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	var queues sqsbatchtest.SQS
	queue, err := queues.CreateQueue("orders", nil)
	if err != nil {
		t.Fatal(err)
	}
	messages := sqs.New(sqs.Options{
		Region: "us-east-1", HTTPClient: &queues, Credentials: aws.AnonymousCredentials{}, BaseEndpoint: aws.String("http://sqs.local"),
		APIOptions: []func(*middleware.Stack) error{tracingaws.Middleware()},
	})
	url, err := messages.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("orders")})
	if err != nil {
		t.Fatal(err)
	}
	var engine singletabletest.Engine
	table := engine.Client(func(o *dynamodb.Options) { o.APIOptions = append(o.APIOptions, tracingaws.Middleware()) })

	const lineage = ";Lineage=1:a87bd80c:1"
	ctx := context.WithValue(t.Context(), "x-amzn-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"+lineage) //lint:ignore SA1029 aws-lambda-go's key
	ctx, invocation := provider.Tracer("test").Start(ctx, "orders", trace.WithSpanKind(trace.SpanKindServer))
	_, err = table.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("missing"), Key: map[string]dynamodbtypes.AttributeValue{"PK": &dynamodbtypes.AttributeValueMemberS{Value: "x"}}})
	if err == nil {
		t.Fatal("the table is there")
	}
	if _, err := messages.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: url.QueueUrl, MessageBody: aws.String("one")}); err != nil {
		t.Fatal(err)
	}
	_, err = messages.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: url.QueueUrl, Entries: []types.SendMessageBatchRequestEntry{
		{Id: aws.String("a"), MessageBody: aws.String("two")},
		{Id: aws.String("b"), MessageBody: aws.String("three"), MessageSystemAttributes: map[string]types.MessageSystemAttributeValue{
			"AWSTraceHeader": {DataType: aws.String("String"), StringValue: tracing.TraceHeader(ctx)},
		}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	invocation.End()
	if err := provider.ForceFlush(t.Context()); err != nil {
		t.Fatal(err)
	}

	spans := map[string]tracetest.SpanStub{}
	for _, s := range collector.Spans() {
		spans[s.Name] = s
	}
	if len(spans) != 4 {
		t.Fatalf("spans %v, %v", spans, collector.Errors())
	}
	for name, kind := range map[string]trace.SpanKind{"DynamoDB.GetItem": trace.SpanKindClient, "SQS.SendMessage": trace.SpanKindProducer, "SQS.SendMessageBatch": trace.SpanKindProducer} {
		if s := spans[name]; s.SpanKind != kind || s.Parent.SpanID() != invocation.SpanContext().SpanID() || s.SpanContext.TraceID() != invocation.SpanContext().TraceID() {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if s := spans["DynamoDB.GetItem"]; s.Status != (sdktrace.Status{Code: codes.Error, Description: "ResourceNotFoundException"}) {
		t.Errorf("status %+v", s.Status)
	}
	received, err := queue.Receive(t.Context(), 10, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(received) != 3 {
		t.Fatalf("%d messages", len(received))
	}
	for i, sender := range []trace.SpanContext{spans["SQS.SendMessage"].SpanContext, spans["SQS.SendMessageBatch"].SpanContext, invocation.SpanContext()} {
		if got, want := received[i].Attributes["AWSTraceHeader"], *tracing.TraceHeader(trace.ContextWithSpanContext(t.Context(), sender))+lineage; got != want {
			t.Errorf("message %d carries %s, want %s", i, got, want)
		}
	}
}
