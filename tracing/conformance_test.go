package tracing_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

const (
	invokedARN = "arn:aws:lambda:eu-central-1:123456789012:function:orders:live"
	requestID  = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"

	// The pages of OpenTelemetry's semantic conventions 1.44 that the table is held against.
	pageLambda = "Instrumenting AWS Lambda"
	pageFaaS   = "Semantic conventions for FaaS spans"
	pageHTTP   = "Semantic conventions for HTTP spans"
	pageErrors = "Recording errors"
)

// inLambda returns a context like that of an invocation by arn.
func inLambda(ctx context.Context, arn string) context.Context {
	return lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{AwsRequestID: requestID, InvokedFunctionArn: arn})
}

type rule struct {
	page, level, text string
	check             func(*testing.T)
}

// TestConformance has a row for each rule of the conventions about a function's own span, with what is recorded for it.
// Rules about the spans of messages are in their own table.
func TestConformance(t *testing.T) {
	t.Setenv("AWS_LAMBDA_FUNCTION_NAME", "orders")
	t.Setenv("AWS_LAMBDA_FUNCTION_VERSION", "7")
	t.Setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
	t.Setenv("_X_AMZN_TRACE_ID", "")
	t.Setenv("OTEL_PROPAGATORS", "")
	t.Setenv("OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS", "")
	rules := []rule{
		{pageLambda, "SHOULD", "a span of kind SERVER for all events", func(t *testing.T) {
			for _, payload := range []string{`{}`, `7`, sqsEvent, httpAPIEvent} {
				if span := invokeRaw(t, payload, `{}`, nil); span.Kind != trace.SpanKindServer {
					t.Errorf("%s: kind %v", payload, span.Kind)
				}
			}
		}},
		{pageLambda, "MUST", "the name is that of the function", func(t *testing.T) {
			if span := invokeRaw(t, sqsEvent, `{}`, nil); span.Name != "orders" {
				t.Errorf("name %q", span.Name)
			}
		}},
		{pageLambda, "SHOULD", "faas.invocation_id is the request id", has("{}", "faas.invocation_id", requestID)},
		{pageLambda, "SHOULD", "cloud.account.id is the fifth item of the ARN", has("{}", "cloud.account.id", "123456789012")},
		{pageLambda, "Recommended", "aws.lambda.invoked_arn is the ARN as invoked", has("{}", "aws.lambda.invoked_arn", invokedARN)},
		{pageFaaS, "MUST", "cloud.resource_id has the version in the place of the alias",
			has("{}", "cloud.resource_id", "arn:aws:lambda:eu-central-1:123456789012:function:orders:7")},
		{pageFaaS, "MUST", "cloud.resource_id of an unqualified ARN is that ARN", func(t *testing.T) {
			const unqualified = "arn:aws:lambda:eu-central-1:123456789012:function:orders"
			var spans spantest.Recorder
			handle := tracing.HandleEvent(func(context.Context, int) error { return nil }, tracing.WithTracerProvider(&spans))
			_, _ = handle(inLambda(t.Context(), unqualified), 1)
			wantAttribute(t, spans.Spans()[0], "cloud.resource_id", unqualified)
		}},
		{pageFaaS, "MUST", "faas.trigger of a request is http", has(httpAPIEvent, "faas.trigger", "http")},
		{pageFaaS, "MUST", "faas.trigger of messages is pubsub", has(sqsEvent, "faas.trigger", "pubsub")},
		{pageFaaS, "MUST", "faas.trigger of a stream is datasource", has(dynamoDBEvent, "faas.trigger", "datasource")},
		{pageFaaS, "MUST", "faas.trigger of a schedule is timer", has(scheduledEvent, "faas.trigger", "timer")},
		{pageFaaS, "MUST", "faas.trigger of anything else is other", has(`{"order":7}`, "faas.trigger", "other")},
		{pageFaaS, "Recommended", "faas.coldstart is true the first time", has("{}", "faas.coldstart", true)},
		{pageFaaS, "Recommended", "faas.coldstart is false after that", func(t *testing.T) {
			var spans spantest.Recorder
			handle := tracing.HandleEvent(func(context.Context, int) error { return nil }, tracing.WithTracerProvider(&spans))
			for range 2 {
				_, _ = handle(t.Context(), 1)
			}
			wantAttribute(t, spans.Spans()[1], "faas.coldstart", false)
		}},
		{pageFaaS, "Required", "faas.document.collection is the bucket", has(s3Event, "faas.document.collection", "photos")},
		{pageFaaS, "Required", "faas.document.operation is what was done", has(s3Event, "faas.document.operation", "insert")},
		{pageFaaS, "Recommended", "faas.document.name is the object", has(s3Event, "faas.document.name", "a b.jpg")},
		{pageFaaS, "Recommended", "faas.document.time is in ISO 8601 and UTC", has(s3Event, "faas.document.time", "2026-01-23T13:47:06.5Z")},
		{pageFaaS, "Required", "faas.document.collection is the table", has(dynamoDBEvent, "faas.document.collection", "payments")},
		{pageFaaS, "Required", "faas.document.operation of a stream", has(dynamoDBEvent, "faas.document.operation", "edit")},
		{pageFaaS, "Recommended", "faas.time is in ISO 8601 and UTC", has(scheduledEvent, "faas.time", "2026-01-23T13:47:06Z")},

		{pageErrors, "MUST", "the status is left unset without an error", func(t *testing.T) {
			if span := invokeRaw(t, "{}", "{}", nil); span.Code != codes.Unset {
				t.Errorf("status %v", span.Code)
			}
		}},
		{pageErrors, "SHOULD", "the status of a failure is Error, with error.type", func(t *testing.T) {
			span := invokeRaw(t, "{}", "", &declinedError{})
			if span.Code != codes.Error {
				t.Errorf("status %v", span.Code)
			}
			wantAttribute(t, span, "error.type", "declinedError")
		}},
		{pageErrors, "SHOULD", "the description is the error's text, where that is allowed", func(t *testing.T) {
			if span := invokeRaw(t, "{}", "", &declinedError{}, tracing.WithErrorTexts()); span.Description != "declined" {
				t.Errorf("description %q", span.Description)
			}
			long := errors.New(strings.Repeat("é", 1000))
			if span := invokeRaw(t, "{}", "", long, tracing.WithErrorTexts()); span.Description != strings.Repeat("é", 512) {
				t.Errorf("a description of %d bytes", len(span.Description))
			}
			long = errors.New("x" + long.Error())
			if span := invokeRaw(t, "{}", "", long, tracing.WithErrorTexts()); span.Description != "x"+strings.Repeat("é", 511) {
				t.Errorf("a description of %d bytes, cut inside a letter", len(span.Description))
			}
			if span := invokeRaw(t, "{}", "", &declinedError{}); span.Description != "" {
				t.Errorf("description %q without WithErrorTexts", span.Description)
			}
		}},
		{pageErrors, "NOT RECOMMENDED", "no event is recorded for an error", func(t *testing.T) {
			if span := invokeRaw(t, "{}", "", &declinedError{}); len(span.Events) != 0 {
				t.Errorf("events %v", span.Events)
			}
		}},
		{pageErrors, "SHOULD", "a panic is a failure", func(t *testing.T) {
			var spans spantest.Recorder
			handle := tracing.HandleEvent(func(context.Context, int) error { panic(&declinedError{}) }, tracing.WithTracerProvider(&spans))
			func() {
				defer func() { _ = recover() }()
				_, _ = handle(t.Context(), 1)
			}()
			span := only(t, &spans)
			if span.Code != codes.Error {
				t.Errorf("status %v", span.Code)
			}
			wantAttribute(t, span, "error.type", "declinedError")
		}},
		{pageErrors, "SHOULD", "a time-out is a failure", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var spans spantest.Recorder
				handle := tracing.HandleEvent(func(context.Context, int) error {
					time.Sleep(3 * time.Second)
					return nil
				}, tracing.WithTracerProvider(&spans))
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				_, _ = handle(ctx, 1)
				synctest.Wait()
				span := only(t, &spans)
				if span.Code != codes.Error {
					t.Errorf("status %v", span.Code)
				}
				wantAttribute(t, span, "error.type", "timeout")
			})
		}},

		{pageLambda, "SHOULD", "the name and http.route of a REST API are the resource", func(t *testing.T) {
			span := invokeRaw(t, restAPIEvent, `{"statusCode":200}`, nil)
			if span.Name != "/pets/{petId}" {
				t.Errorf("name %q", span.Name)
			}
			wantAttribute(t, span, "http.route", "/pets/{petId}")
		}},
		{pageLambda, "SHOULD", "the name of an HTTP API's route, which has no resource, is the route", func(t *testing.T) {
			if span := invokeRaw(t, httpAPIEvent, `{}`, nil); span.Name != "/pets/{petId}" {
				t.Errorf("name %q", span.Name)
			}
		}},
		{pageHTTP, "MUST", "no path is a name", func(t *testing.T) {
			for _, payload := range []string{functionURLEvent, loadBalancerEvent} {
				if span := invokeRaw(t, payload, `{}`, nil); span.Name != "orders" {
					t.Errorf("name %q", span.Name)
				}
			}
		}},
		{pageLambda, "SHOULD", "url.scheme is x-forwarded-proto", has(loadBalancerEvent, "url.scheme", "http")},
		{pageHTTP, "Required", "http.request.method", has(restAPIEvent, "http.request.method", "GET")},
		{pageHTTP, "MUST", "a method that is not known is _OTHER", has(oddMethodEvent, "http.request.method", "_OTHER")},
		{pageHTTP, "Conditionally Required", "http.request.method_original is that method", has(oddMethodEvent, "http.request.method_original", "GeT")},
		{pageHTTP, "MUST", "the known methods can be replaced by a variable", func(t *testing.T) {
			t.Setenv("OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS", "GeT,POST")
			wantAttribute(t, invokeRaw(t, oddMethodEvent, `{}`, nil), "http.request.method", "GeT")
		}},
		{pageHTTP, "Required", "url.path", has(restAPIEvent, "url.path", "/pets/10")},
		{pageHTTP, "Required", "url.scheme", has(restAPIEvent, "url.scheme", "https")},
		{pageHTTP, "Conditionally Required", "url.query", has(loadBalancerEvent, "url.query", "q=REDACTED")},
		{pageHTTP, "SHOULD", "signatures in url.query are redacted", has(httpAPIEvent, "url.query", "a=REDACTED&sig=REDACTED")},
		{pageHTTP, "Conditionally Required", "http.response.status_code", func(t *testing.T) {
			for response, want := range map[string]any{
				`{"statusCode":204}`: 204, `{"body":"","statusCode":404}`: 404, `{"statusCode":"x"}`: nil, `{"body":"{\"statusCode\":500}"}`: nil,
			} {
				wantAttribute(t, invokeRaw(t, restAPIEvent, response, nil), "http.response.status_code", want)
			}
		}},
		{pageHTTP, "Conditionally Required", "http.response.status_code that an HTTP API makes up", has(httpAPIEvent, "http.response.status_code", 200)},
		{pageHTTP, "MUST", "the status is left unset for 1xx to 4xx", func(t *testing.T) {
			for _, response := range []string{`{"statusCode":200}`, `{"statusCode":302}`, `{"statusCode":404}`} {
				span := invokeRaw(t, restAPIEvent, response, nil)
				wantAttribute(t, span, "error.type", nil)
				if span.Code != codes.Unset {
					t.Errorf("%s: status %v", response, span.Code)
				}
			}
		}},
		{pageHTTP, "SHOULD", "the status is Error for 5xx, without a description", func(t *testing.T) {
			span := invokeRaw(t, restAPIEvent, `{"statusCode":503}`, nil, tracing.WithErrorTexts())
			if span.Code != codes.Error || span.Description != "" {
				t.Errorf("status %v %q", span.Code, span.Description)
			}
			wantAttribute(t, span, "error.type", "503")
		}},
		{pageHTTP, "SHOULD", "error.type is the error's where no response was sent", func(t *testing.T) {
			span := invokeRaw(t, restAPIEvent, "", &declinedError{})
			wantAttribute(t, span, "error.type", "declinedError")
			wantAttribute(t, span, "http.response.status_code", nil)
		}},
		{pageHTTP, "SHOULD", "server.address is Forwarded's host before X-Forwarded-Host and Host", func(t *testing.T) {
			for headers, want := range map[string]string{
				`"Forwarded":"for=1.2.3.4;host=\"a.example\";proto=http","X-Forwarded-Host":"b.example","Host":"c.example"`: "a.example",
				`"x-forwarded-host":"b.example, d.example","Host":"c.example"`:                                              "b.example",
				`"HOST":"c.example"`: "c.example",
				``:                   "api.example",
			} {
				payload := `{"resource":"/","path":"/","httpMethod":"GET","headers":{` + headers + `},"requestContext":{"domainName":"api.example"}}`
				wantAttribute(t, invokeRaw(t, payload, `{}`, nil), "server.address", want)
			}
		}},
		{pageHTTP, "SHOULD", "server.port is the host's", has(loadBalancerEvent, "server.port", 8080)},
		{pageHTTP, "Conditionally Required", "server.port is the forwarded one otherwise", has(httpAPIEvent, "server.port", 443)},
		{pageHTTP, "Recommended", "client.address", has(restAPIEvent, "client.address", "83.164.160.102")},
		{pageHTTP, "Recommended", "client.address behind a load balancer", has(loadBalancerEvent, "client.address", "72.12.164.125")},
		{pageHTTP, "Recommended", "user_agent.original", has(restAPIEvent, "user_agent.original", "okhttp 3.0")},
		{pageHTTP, "Recommended", "network.protocol.version", has(restAPIEvent, "network.protocol.version", "1.1")},
		{pageHTTP, "SHOULD", "what a sampler decides by is there when the span starts", func(t *testing.T) {
			seen := &startProvider{}
			handle := tracing.HandleRaw(rawHandler{response: `{}`}, tracing.WithTracerProvider(seen))
			_, _ = handle(t.Context(), json.RawMessage(httpAPIEvent))
			for _, key := range []attribute.Key{
				"http.request.method", "url.path", "url.scheme", "url.query", "server.address", "server.port", "client.address",
				"user_agent.original", "http.route", "faas.trigger",
			} {
				if !seen.attributes.HasValue(key) {
					t.Errorf("%s comes too late", key)
				}
			}
		}},

		{pageLambda, "MUST", "users can have X-Ray's context come first", func(t *testing.T) {
			span := invokeIn(t, invoked(t.Context(), full), httpAPIEvent, tracing.WithXRay(tracing.XRayParent))
			if span.Parent.TraceID().String() != "5759e988bd862e3fe1be46a994272793" {
				t.Errorf("parent %v", span.Parent.TraceID())
			}
		}},
		{pageLambda, "SHOULD", "xray-lambda in OTEL_PROPAGATORS does so", func(t *testing.T) {
			t.Setenv("OTEL_PROPAGATORS", "tracecontext, baggage, xray-lambda")
			span := invokeIn(t, invoked(t.Context(), full), "{}")
			if span.Parent.SpanID().String() != "53995c3f42cd8ad8" || !span.Parent.IsRemote() {
				t.Errorf("parent %v", span.Parent)
			}
		}},
		{pageLambda, "SHOULD NOT", "X-Ray's context is used without that", func(t *testing.T) {
			span := invokeIn(t, invoked(t.Context(), full), "{}")
			if span.Parent.IsValid() || len(span.Links) != 0 {
				t.Errorf("parent %v, links %v", span.Parent, span.Links)
			}
		}},
		{pageLambda, "SHOULD", "the context of a span that is there already stays", func(t *testing.T) {
			outside := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: 1})
			ctx := trace.ContextWithSpanContext(invoked(t.Context(), full), outside)
			if span := invokeIn(t, ctx, httpAPIEvent, tracing.WithXRay(tracing.XRayParent)); !span.Parent.Equal(outside) {
				t.Errorf("parent %v", span.Parent)
			}
		}},
		{pageLambda, "SHOULD", "the parent is the sender of the request where X-Ray is passive", func(t *testing.T) {
			span := invokeIn(t, t.Context(), httpAPIEvent)
			if span.Parent.SpanID().String() != "00f067aa0ba902b7" {
				t.Errorf("parent %v", span.Parent)
			}
		}},
	}
	for _, r := range rules {
		t.Run(r.page+"/"+r.level+"/"+r.text, r.check)
	}
}
