package tracing_test

import (
	"context"
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/propagation"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// triggerFor returns the trigger that the function's span has for an event of type E, read from payload.
func triggerFor[E any](t *testing.T, payload string, opts ...tracing.Option) string {
	t.Helper()
	var event E
	if err := json.Unmarshal([]byte(payload), &event); err != nil {
		t.Fatal(err)
	}
	var spans spantest.Recorder
	handle := tracing.HandleEvent(func(context.Context, E) error { return nil }, append(opts, tracing.WithTracerProvider(&spans))...)
	if _, err := handle(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	return spans.Spans()[0].Attributes["faas.trigger"].AsString()
}

// bridgeEvent is a type of a user's own, or of package eventbridge.
type bridgeEvent[D any] struct {
	ID         string `json:"id"`
	DetailType string `json:"detail-type"`
	Source     string `json:"source,omitempty"`
	Detail     D      `json:"detail"`
}

// TestTriggers asks each event in its type, as bytes, as a map and behind a pointer: the answer must be the same.
func TestTriggers(t *testing.T) {
	t.Parallel()
	records := func(source string) string { return `{"Records":[{"eventSource":"` + source + `"},{}]}` }
	for name, c := range map[string]struct {
		payload string
		want    string
		typed   func(*testing.T, string, ...tracing.Option) string
		pointer func(*testing.T, string, ...tracing.Option) string
	}{
		"REST API":     {restAPIEvent, "http", triggerFor[events.APIGatewayProxyRequest], triggerFor[*events.APIGatewayProxyRequest]},
		"HTTP API":     {httpAPIEvent, "http", triggerFor[events.APIGatewayV2HTTPRequest], triggerFor[*events.APIGatewayV2HTTPRequest]},
		"function URL": {functionURLEvent, "http", triggerFor[events.LambdaFunctionURLRequest], nil},
		"ALB":          {loadBalancerEvent, "http", triggerFor[events.ALBTargetGroupRequest], nil},
		"authorizer": {`{"type":"REQUEST","methodArn":"arn","headers":{},"requestContext":{}}`, "http",
			triggerFor[events.APIGatewayCustomAuthorizerRequestTypeRequest], nil},
		"WebSocket": {`{"headers":null,"requestContext":{"routeKey":"$default","eventType":"MESSAGE","connectionId":"c"},"body":"x"}`, "http",
			triggerFor[events.APIGatewayWebsocketProxyRequest], nil},
		"authorizer 2": {authorizerEvent, "http", triggerFor[events.APIGatewayV2CustomAuthorizerV2Request], nil},
		"SQS":          {sqsEvent, "pubsub", triggerFor[events.SQSEvent], triggerFor[*events.SQSEvent]},
		"SNS":          {`{"Records":[{"EventSource":"aws:sns","Sns":{"TopicArn":"t"}}]}`, "pubsub", triggerFor[events.SNSEvent], nil},
		"Kafka":        {`{"eventSource":"aws:kafka","records":{}}`, "pubsub", triggerFor[events.KafkaEvent], nil},
		"RabbitMQ":     {`{"eventSource":"aws:rmq","rmqMessagesByQueue":{}}`, "pubsub", triggerFor[events.RabbitMQEvent], nil},
		"EventBridge":  {`{"id":"1","detail-type":"order","source":"shop","detail":{}}`, "pubsub", triggerFor[events.EventBridgeEvent], triggerFor[*bridgeEvent[int8]]},
		"own type":     {`{"id":"1","detail-type":"order","source":"shop","detail":7}`, "pubsub", triggerFor[bridgeEvent[int]], triggerFor[*bridgeEvent[int]]},
		"schedule":     {scheduledEvent, "timer", triggerFor[events.CloudWatchEvent], triggerFor[*bridgeEvent[any]]},
		"own timer":    {scheduledEvent, "timer", triggerFor[bridgeEvent[json.RawMessage]], nil},
		"S3":           {s3Event, "datasource", triggerFor[events.S3Event], nil},
		"DynamoDB":     {dynamoDBEvent, "datasource", triggerFor[events.DynamoDBEvent], triggerFor[events.DynamoDBTimeWindowEvent]},
		"Kinesis":      {records("aws:kinesis"), "datasource", triggerFor[events.KinesisEvent], triggerFor[events.KinesisTimeWindowEvent]},
		"mail":         {records("aws:ses"), "other", triggerFor[events.SimpleEmailEvent], nil},
		"order":        {`{"id":"o-7","total":12}`, "other", triggerFor[benchOrder], triggerFor[*benchOrder]},
		"nothing":      {`null`, "other", triggerFor[*benchOrder], triggerFor[*events.SQSEvent]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.typed != nil {
				if got := c.typed(t, c.payload); got != c.want && c.payload != "null" {
					t.Errorf("typed: %s, want %s", got, c.want)
				}
			}
			if c.pointer != nil {
				if got := c.pointer(t, strings.Replace(c.payload, `"detail":{}`, `"detail":1`, 1)); got != c.want && c.payload != "null" {
					t.Errorf("other type: %s, want %s", got, c.want)
				}
			}
			if got := triggerFor[json.RawMessage](t, c.payload); got != c.want {
				t.Errorf("bytes: %s, want %s", got, c.want)
			}
			if got := triggerFor[any](t, c.payload); got != c.want {
				t.Errorf("any: %s, want %s", got, c.want)
			}
			if got := triggerFor[json.RawMessage](t, c.payload, tracing.WithTrigger("timer")); got != "timer" {
				t.Errorf("WithTrigger: %s", got)
			}
		})
	}
}

func TestRawTriggers(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("x", 1<<20)
	for payload, want := range map[string]string{
		``: "other", `{`: "other", `[`: "other", `[]`: "other", `7`: "other", `{"Records":[]}`: "other", `{"Records":7}`: "other",
		`{"Records":null}`: "other", `{"Records":[7]}`: "other", `{"requestContext":{}}`: "other", `{"httpMethod":"GET"}`: "other",
		`{"requestContext":7,"httpMethod":"GET"}`: "other", `{"detail-type":7}`: "other", `{"Records":[{"Records":[]}]}`: "other",
		`[{"messageId":"1","eventSource":"aws:sqs"}]`:                              "pubsub",
		`{"Records":[{"body":"` + big + `","eventSource":"aws:sqs"}]}`:             "pubsub",
		`{"Records":[{"body":"` + big + big + big + `","eventSource":"aws:sqs"}]}`: "other", // more than is looked at
		`{"body":"{\"Records\":[{\"eventSource\":\"aws:sqs\"}]}"}`:                 "other",
	} {
		var spans spantest.Recorder
		handle := tracing.HandleRaw(rawHandler{response: "1"}, tracing.WithTracerProvider(&spans))
		if _, err := handle(t.Context(), json.RawMessage(payload)); err != nil {
			t.Fatal(err)
		}
		if got := spans.Spans()[0].Attributes["faas.trigger"].AsString(); got != want {
			t.Errorf("%.60s: %s, want %s", payload, got, want)
		}
	}
}

// What a batch's records do not agree in is left out.
func TestDocuments(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 23, 13, 47, 6, 0, time.UTC)
	record := func(bucket, key, name string) events.S3EventRecord {
		r := events.S3EventRecord{EventName: name, EventTime: at}
		r.S3.Bucket.Name, r.S3.Object.URLDecodedKey = bucket, key
		return r
	}
	for name, c := range map[string]struct {
		records                     []events.S3EventRecord
		collection, operation, file any
	}{
		"none":           {nil, nil, nil, nil},
		"one":            {[]events.S3EventRecord{record("b", "k", "ObjectRemoved:Delete")}, "b", "delete", "k"},
		"two":            {[]events.S3EventRecord{record("b", "k", "ObjectCreated:Put"), record("b", "l", "ObjectCreated:Copy")}, "b", "insert", nil},
		"operations":     {[]events.S3EventRecord{record("b", "k", "ObjectCreated:Put"), record("b", "k", "s3:ObjectTagging:Put")}, "b", nil, nil},
		"buckets":        {[]events.S3EventRecord{record("b", "k", "ObjectTagging:Put"), record("c", "k", "ObjectAcl:Put")}, nil, "edit", nil},
		"expired":        {[]events.S3EventRecord{record("b", "k", "LifecycleExpiration:Delete")}, "b", "delete", "k"},
		"not an S3 name": {[]events.S3EventRecord{record("b", "", "")}, "b", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var spans spantest.Recorder
			handle := tracing.HandleEvent(func(context.Context, events.S3Event) error { return nil }, tracing.WithTracerProvider(&spans))
			_, _ = handle(t.Context(), events.S3Event{Records: c.records})
			span := spans.Spans()[0]
			wantAttribute(t, span, "faas.document.collection", c.collection)
			wantAttribute(t, span, "faas.document.operation", c.operation)
			wantAttribute(t, span, "faas.document.name", c.file)
		})
	}
	typed := func(event events.KinesisEvent) *spantest.Span {
		var spans spantest.Recorder
		handle := tracing.HandleEvent(func(context.Context, events.KinesisEvent) error { return nil }, tracing.WithTracerProvider(&spans))
		_, _ = handle(t.Context(), event)
		return spans.Spans()[0]
	}
	span := typed(events.KinesisEvent{Records: []events.KinesisEventRecord{{EventSourceArn: "arn:aws:kinesis:eu-central-1:1:stream/clicks"}}})
	wantAttribute(t, span, "faas.document.collection", "clicks")
	wantAttribute(t, span, "faas.document.operation", "insert")
}

const authorizerEvent = `{"version":"2.0","type":"REQUEST","routeArn":"arn:aws:execute-api:…","routeKey":"GET /pets/{petId}","rawPath":"/pets/10",` +
	`"headers":{"traceparent":"00-` + w3cTrace + `-` + w3cParent + `-01"},"requestContext":{"http":{"method":"GET"}}}`

// An authorizer belongs to the request's trace, but its answer has no status code.
func TestAuthorizer(t *testing.T) {
	t.Parallel()
	var event events.APIGatewayV2CustomAuthorizerV2Request
	if err := json.Unmarshal([]byte(authorizerEvent), &event); err != nil {
		t.Fatal(err)
	}
	var typed spantest.Recorder
	handle := tracing.Handle(func(context.Context, events.APIGatewayV2CustomAuthorizerV2Request) (map[string]bool, error) {
		return map[string]bool{"isAuthorized": true}, nil
	}, tracing.WithTracerProvider(&typed), tracing.WithPropagator(propagation.TraceContext{}))
	if _, err := handle(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	for _, span := range append(spansOf(t, t.Context(), authorizerEvent), typed.Spans()...) {
		if span.Parent.SpanID().String() != w3cParent {
			t.Errorf("parent %v", span.Parent)
		}
		wantAttribute(t, span, "http.route", "/pets/{petId}")
		wantAttribute(t, span, "http.response.status_code", nil)
	}
}

// A handler may take a pointer to its event: the span is the same.
func TestPointers(t *testing.T) {
	t.Parallel()
	var event events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal([]byte(httpAPIEvent), &event); err != nil {
		t.Fatal(err)
	}
	var spans spantest.Recorder
	opts := []tracing.Option{tracing.WithTracerProvider(&spans), tracing.WithPropagator(propagation.TraceContext{})}
	value := tracing.HandleEvent(func(context.Context, events.APIGatewayV2HTTPRequest) error { return nil }, opts...)
	pointer := tracing.HandleEvent(func(context.Context, *events.APIGatewayV2HTTPRequest) error { return nil }, opts...)
	if _, err := value(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	if _, err := pointer(t.Context(), &event); err != nil {
		t.Fatal(err)
	}
	list := spans.Spans()
	if !maps.Equal(list[0].Attributes, list[1].Attributes) || list[0].Name != list[1].Name || !list[0].Parent.Equal(list[1].Parent) {
		t.Errorf("got %v %v, want %v %v", list[1].Name, list[1].Attributes, list[0].Name, list[0].Attributes)
	}
	if _, err := pointer(t.Context(), nil); err != nil {
		t.Error(err)
	}
}
