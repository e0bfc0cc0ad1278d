package tracing_test

import (
	"context"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/lambdapatterns/lambdapatterns/tracing"
)

type benchOrder struct {
	ID    string `json:"id"`
	Total int    `json:"total"`
}

// BenchmarkHandle asks what Handle adds to a handler where nothing is recorded: bare, through aws-lambda-go's own decoding
// and encoding, and with Handle around it and a provider that records nothing. Module benchmarks does the same with the SDK.
func BenchmarkHandle(b *testing.B) {
	order := func(_ context.Context, o benchOrder) (benchOrder, error) { return o, nil }
	request := func(_ context.Context, r events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		return events.APIGatewayV2HTTPResponse{StatusCode: 200, Body: r.RawPath}, nil
	}
	provider := tracing.WithTracerProvider(noop.NewTracerProvider())
	ctx := lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{
		AwsRequestID: "8476a536-e9f4-11e8-9739-2dfe598c3fcd", InvokedFunctionArn: "arn:aws:lambda:eu-central-1:123456789012:function:orders:live",
	})
	for _, run := range []struct {
		name    string
		handler any
		payload string
	}{
		{"order/bare", order, `{"id":"o-7","total":12}`},
		{"order/unsampled", tracing.Handle(order, provider), `{"id":"o-7","total":12}`},
		{"request/bare", request, httpAPIEvent},
		{"request/unsampled", tracing.Handle(request, provider), httpAPIEvent},
	} {
		b.Run(run.name, func(b *testing.B) {
			handler := lambda.NewHandler(run.handler)
			payload := []byte(run.payload)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := handler.Invoke(ctx, payload); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

const httpAPIEvent = `{"version":"2.0","routeKey":"GET /pets/{petId}","rawPath":"/pets/10","rawQueryString":"a=1&sig=s3cret",
"headers":{"host":"pets.example.com","user-agent":"okhttp/3.0","x-forwarded-proto":"https","x-forwarded-port":"443",
"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
"requestContext":{"accountId":"123456789012","apiId":"api","domainName":"api.execute-api.eu-central-1.amazonaws.com",
"http":{"method":"GET","path":"/pets/10","protocol":"HTTP/1.1","sourceIp":"83.164.160.102","userAgent":"okhttp/3.0"},
"requestId":"r","routeKey":"GET /pets/{petId}","stage":"$default","time":"12/Mar/2020:19:03:58 +0000","timeEpoch":1583348638390},
"isBase64Encoded":false}`
