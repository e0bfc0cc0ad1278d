// Package tracing measures package tracing with OpenTelemetry's SDK, against a bare handler and against contrib's otellambda.
package tracing

import (
	"context"
	"io"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"go.opentelemetry.io/contrib/instrumentation/github.com/aws/aws-lambda-go/otellambda"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/lambdapatterns/lambdapatterns/tracing"
)

type order struct {
	ID    string  `json:"id"`
	Total int     `json:"total"`
	Lines []int64 `json:"lines"`
}

func keep(_ context.Context, o order) (order, error) { return o, nil }

func getPet(_ context.Context, r events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	return events.APIGatewayV2HTTPResponse{StatusCode: 200, Body: r.RawPath}, nil
}

const (
	orderEvent = `{"id":"o-7","total":12,"lines":[9007199254740993,2,3]}`
	petEvent   = `{"version":"2.0","routeKey":"GET /pets/{petId}","rawPath":"/pets/10","rawQueryString":"a=1",
"headers":{"host":"pets.example.com","user-agent":"okhttp/3.0","x-forwarded-proto":"https","x-forwarded-port":"443"},
"requestContext":{"accountId":"123456789012","apiId":"api","domainName":"api.execute-api.eu-central-1.amazonaws.com",
"http":{"method":"GET","path":"/pets/10","protocol":"HTTP/1.1","sourceIp":"83.164.160.102","userAgent":"okhttp/3.0"},
"requestId":"r","routeKey":"GET /pets/{petId}","stage":"$default","time":"12/Mar/2020:19:03:58 +0000","timeEpoch":1583348638390},
"isBase64Encoded":false}`
)

// discard is an exporter that keeps nothing.
type discard struct{}

func (discard) ExportSpans(context.Context, []sdktrace.ReadOnlySpan) error { return nil }
func (discard) Shutdown(context.Context) error                             { return nil }

// provider returns the SDK's provider with a batching processor, sampling all or nothing. Both wrappers get the same.
func provider(b *testing.B, sampler sdktrace.Sampler) *sdktrace.TracerProvider {
	p := sdktrace.NewTracerProvider(sdktrace.WithSampler(sampler), sdktrace.WithBatcher(discard{}))
	b.Cleanup(func() { _ = p.Shutdown(context.Background()) })
	return p
}

// BenchmarkHandle asks what a span around each invocation costs: bare, with package tracing and with otellambda, through
// aws-lambda-go's decoding and encoding, recording nothing, sampling nothing and sampling all. Nobody flushes here.
// otellambda does less: it sets no trigger, no cold start, no status and nothing of a request.
func BenchmarkHandle(b *testing.B) {
	b.Run("order", func(b *testing.B) { compare(b, keep, tracing.Handle[order, order], orderEvent) })
	b.Run("request", func(b *testing.B) {
		compare(b, getPet, tracing.Handle[events.APIGatewayV2HTTPRequest, events.APIGatewayV2HTTPResponse], petEvent)
	})
}

func compare[E, R any](
	b *testing.B, handle func(context.Context, E) (R, error),
	ours func(func(context.Context, E) (R, error), ...tracing.Option) func(context.Context, E) (io.Reader, error), payload string,
) {
	for _, c := range []struct {
		name     string
		provider trace.TracerProvider
	}{
		{"noop", noop.NewTracerProvider()},
		{"unsampled", provider(b, sdktrace.NeverSample())},
		{"sampled", provider(b, sdktrace.AlwaysSample())},
	} {
		measure(b, c.name+"/bare", handle, payload)
		measure(b, c.name+"/lambdapatterns", ours(handle, tracing.WithTracerProvider(c.provider)), payload)
		measure(b, c.name+"/otellambda", otellambda.InstrumentHandler(handle, otellambda.WithTracerProvider(c.provider)), payload)
	}
}

// BenchmarkFlush asks what a flush after each response adds, in the SDK alone: its exporter discards what it gets.
func BenchmarkFlush(b *testing.B) {
	for _, c := range []struct {
		name    string
		sampler sdktrace.Sampler
	}{{"unsampled", sdktrace.NeverSample()}, {"sampled", sdktrace.AlwaysSample()}} {
		p := provider(b, c.sampler)
		measure(b, c.name+"/lambdapatterns", tracing.Handle(keep, tracing.WithTracerProvider(p), tracing.WithFlush(p)), orderEvent)
		measure(b, c.name+"/otellambda", otellambda.InstrumentHandler(keep, otellambda.WithTracerProvider(p), otellambda.WithFlusher(p)), orderEvent)
	}
}

func measure(b *testing.B, name string, handler any, payload string) {
	b.Run(name, func(b *testing.B) {
		h := lambda.NewHandler(handler)
		ctx := lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{
			AwsRequestID:       "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
			InvokedFunctionArn: "arn:aws:lambda:eu-central-1:123456789012:function:orders:live",
		})
		in := []byte(payload)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := h.Invoke(ctx, in); err != nil {
				b.Fatal(err)
			}
		}
	})
}
