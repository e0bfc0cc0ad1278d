package tracing_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// has checks an attribute of the span of an invocation with payload.
func has(payload string, key attribute.Key, want any) func(*testing.T) {
	return func(t *testing.T) { wantAttribute(t, invokeRaw(t, payload, `{}`, nil), key, want) }
}

// wantAttribute checks an attribute's value, or that there is none for nil.
func wantAttribute(t *testing.T, span *spantest.Span, key attribute.Key, want any) {
	t.Helper()
	value, ok := span.Attributes[key]
	if n, isInt := want.(int); isInt {
		want = int64(n)
	}
	if ok != (want != nil) || ok && value.AsInterface() != want {
		t.Errorf("%s: got %v (%t), want %v", key, value.AsInterface(), ok, want)
	}
}

func only(t *testing.T, spans *spantest.Recorder) *spantest.Span {
	t.Helper()
	list := spans.Spans()
	if len(list) != 1 || list[0].Ends != 1 {
		t.Fatalf("got %d spans, want one, ended once", len(list))
	}
	return list[0]
}

type declinedError struct{}

func (*declinedError) Error() string { return "declined" }

// rawHandler answers with response, or fails with err.
type rawHandler struct {
	response string
	err      error
}

func (h rawHandler) Invoke(context.Context, []byte) ([]byte, error) { return []byte(h.response), h.err }

// invokeRaw returns the function's span of an invocation through aws-lambda-go.
func invokeRaw(t *testing.T, payload, response string, err error, opts ...tracing.Option) *spantest.Span {
	t.Helper()
	var spans spantest.Recorder
	handle := tracing.HandleRaw(rawHandler{response, err}, append(opts, tracing.WithTracerProvider(&spans))...)
	_, got := lambda.NewHandler(handle).Invoke(inLambda(t.Context(), invokedARN), []byte(payload))
	if !errors.Is(got, err) {
		t.Fatalf("got %v, want %v", got, err)
	}
	return spans.Spans()[0]
}

// invokeIn returns the function's span of an invocation with ctx.
func invokeIn(t *testing.T, ctx context.Context, payload string, opts ...tracing.Option) *spantest.Span {
	t.Helper()
	spans := spansOf(t, ctx, payload, opts...)
	if len(spans) == 0 {
		t.Fatal("no span")
	}
	return spans[0]
}

// spansOf returns the spans of an invocation with ctx.
func spansOf(t *testing.T, ctx context.Context, payload string, opts ...tracing.Option) []*spantest.Span {
	t.Helper()
	var spans spantest.Recorder
	opts = append([]tracing.Option{tracing.WithTracerProvider(&spans), tracing.WithPropagator(propagation.TraceContext{})}, opts...)
	if _, err := tracing.HandleRaw(rawHandler{response: `{}`}, opts...)(ctx, json.RawMessage(payload)); err != nil {
		t.Fatal(err)
	}
	return spans.Spans()
}

// startProvider keeps the attributes that the first span starts with.
type startProvider struct {
	spantest.Recorder
	attributes attribute.Set
}

func (p *startProvider) Tracer(name string, opts ...trace.TracerOption) trace.Tracer {
	return startTracer{p.Recorder.Tracer(name, opts...), p}
}

type startTracer struct {
	trace.Tracer
	provider *startProvider
}

func (t startTracer) Start(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	if t.provider.attributes.Len() == 0 {
		c := trace.NewSpanStartConfig(opts...)
		t.provider.attributes = attribute.NewSet(c.Attributes()...)
	}
	return t.Tracer.Start(ctx, name, opts...)
}

const (
	sqsEvent = `{"Records":[{"messageId":"m1","receiptHandle":"r","body":"{\"eventSource\":\"aws:s3\"}","attributes":{},` +
		`"messageAttributes":{},"md5OfBody":"x","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-central-1:123456789012:orders"}]}`
	s3Event = `{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventTime":"2026-01-23T13:47:06.500Z",` +
		`"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"photos"},"object":{"key":"a+b.jpg"}}}]}`
	dynamoDBEvent = `{"Records":[{"eventID":"1","eventName":"MODIFY","eventSource":"aws:dynamodb",` +
		`"dynamodb":{"ApproximateCreationDateTime":1769176026,"Keys":{"PK":{"S":"a"}}},` +
		`"eventSourceARN":"arn:aws:dynamodb:eu-central-1:123456789012:table/payments/stream/2026-01-01T00:00:00.000"}]}`
	scheduledEvent = `{"version":"0","id":"i","detail-type":"Scheduled Event","source":"aws.events","account":"123456789012",` +
		`"time":"2026-01-23T13:47:06Z","region":"eu-central-1","resources":["arn:aws:events:…:rule/nightly"],"detail":{}}`
	restAPIEvent = `{"resource":"/pets/{petId}","path":"/pets/10","httpMethod":"GET",` +
		`"headers":{"User-Agent":"okhttp 3.0","X-Forwarded-Proto":"https"},"multiValueHeaders":{"User-Agent":["okhttp 3.0"],"X-Forwarded-Proto":["https"]},` +
		`"queryStringParameters":null,"requestContext":{"resourceId":"r","protocol":"HTTP/1.1","identity":{"sourceIp":"83.164.160.102"},` +
		`"httpMethod":"GET","apiId":"a"},"body":null,"isBase64Encoded":false}`
	functionURLEvent = `{"version":"2.0","routeKey":"$default","rawPath":"/a","rawQueryString":"","headers":{"host":"x.lambda-url.eu-central-1.on.aws"},` +
		`"requestContext":{"http":{"method":"POST","path":"/a","protocol":"HTTP/1.1","sourceIp":"1.2.3.4"}},"isBase64Encoded":false}`
	loadBalancerEvent = `{"requestContext":{"elb":{"targetGroupArn":"arn:aws:elasticloadbalancing:…"}},"httpMethod":"GET","path":"/pets",` +
		`"queryStringParameters":{"q":"a%20b"},"headers":{"host":"pets.example:8080","x-forwarded-for":"72.12.164.125, 10.0.0.1",` +
		`"x-forwarded-port":"80","x-forwarded-proto":"http"},"body":"","isBase64Encoded":false}`
	oddMethodEvent = `{"resource":"/","path":"/","httpMethod":"GeT","headers":null,"requestContext":{}}`
)
