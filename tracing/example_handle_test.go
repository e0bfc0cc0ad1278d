package tracing_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// The examples record spans with the API alone. A function gives the SDK's provider to WithTracerProvider, or sets
// OpenTelemetry's global one.
var spans spantest.Recorder

func ExampleHandle() {
	spans.Reset()
	pet := func(_ context.Context, r events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		return events.APIGatewayV2HTTPResponse{StatusCode: 200, Body: "pet " + r.PathParameters["petId"]}, nil
	}
	handler := lambda.NewHandler(tracing.Handle(pet, tracing.WithTracerProvider(&spans))) // lambda.Start does that

	ctx := lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{
		AwsRequestID:       "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
		InvokedFunctionArn: "arn:aws:lambda:eu-central-1:123456789012:function:pets",
	})
	response, err := handler.Invoke(ctx, []byte(`{"version":"2.0","routeKey":"GET /pets/{petId}","rawPath":"/pets/10",
		"headers":{"host":"pets.example.com"},"pathParameters":{"petId":"10"},
		"requestContext":{"http":{"method":"GET","path":"/pets/10","protocol":"HTTP/1.1"}}}`))
	fmt.Println(string(response), err)

	span := spans.Spans()[0]
	fmt.Println(span.Name, span.Kind)
	for _, key := range []string{
		"faas.trigger", "faas.coldstart", "faas.invocation_id", "cloud.account.id", "http.request.method", "http.route",
		"url.path", "server.address", "http.response.status_code",
	} {
		fmt.Println(key, span.Attribute(key))
	}
	// Output:
	// {"statusCode":200,"headers":null,"multiValueHeaders":null,"body":"pet 10","cookies":null} <nil>
	// /pets/{petId} server
	// faas.trigger http
	// faas.coldstart true
	// faas.invocation_id 8476a536-e9f4-11e8-9739-2dfe598c3fcd
	// cloud.account.id 123456789012
	// http.request.method GET
	// http.route /pets/{petId}
	// url.path /pets/10
	// server.address pets.example.com
	// http.response.status_code 200
}

// OutOfStockError is what Lambda reports as errorType OutOfStockError, and the span as its error.type.
type OutOfStockError struct{ SKU string }

func (e *OutOfStockError) Error() string { return "out of stock: " + e.SKU }

func ExampleHandleEvent() {
	spans.Reset()
	handle := tracing.HandleEvent(func(_ context.Context, order struct{ SKU string }) error {
		return &OutOfStockError{SKU: order.SKU}
	}, tracing.WithTracerProvider(&spans))

	_, err := lambda.NewHandler(handle).Invoke(context.Background(), []byte(`{"sku":"p-12"}`))
	_, same := errors.AsType[*OutOfStockError](err)
	fmt.Println(err, same)

	span := spans.Spans()[0]
	fmt.Printf("%v %q %s\n", span.Code, span.Description, span.Attribute("error.type"))
	// Output:
	// out of stock: p-12 true
	// Error "" OutOfStockError
}

// bytesHandler reads the event itself, as sqsbatch's Handler does.
type bytesHandler struct{}

func (bytesHandler) Invoke(_ context.Context, payload []byte) ([]byte, error) {
	return fmt.Appendf(nil, `{"bytes":%d}`, len(payload)), nil
}

func ExampleHandleRaw() {
	spans.Reset()
	handler := lambda.NewHandler(tracing.HandleRaw(bytesHandler{}, tracing.WithTracerProvider(&spans)))
	response, err := handler.Invoke(context.Background(), []byte(`{"detail-type":"order paid","source":"shop","detail":{}}`))
	fmt.Println(string(response), err)
	fmt.Println(spans.Spans()[0].Attribute("faas.trigger"))
	// Output:
	// {"bytes":56} <nil>
	// pubsub
}

// A task of a Step Functions workflow tells nothing of where it is from.
func ExampleWithTrigger() {
	spans.Reset()
	handle := tracing.HandleEvent(func(context.Context, struct{ Night string }) error { return nil },
		tracing.WithTracerProvider(&spans), tracing.WithTrigger("timer"))
	_, err := lambda.NewHandler(handle).Invoke(context.Background(), []byte(`{"night":"2026-01-23"}`))
	fmt.Println(spans.Spans()[0].Attribute("faas.trigger"), err)
	// Output:
	// timer <nil>
}

func ExampleWithReserve() {
	spans.Reset()
	handle := tracing.HandleEvent(func(ctx context.Context, _ int) error {
		<-ctx.Done() // a handler that takes all the time there is, until Lambda kills the process
		return ctx.Err()
	}, tracing.WithTracerProvider(&spans), tracing.WithReserve(400*time.Millisecond))

	ctx, cancel := context.WithTimeout(context.Background(), 600*time.Millisecond)
	defer cancel()
	_, err := handle(ctx, 1)
	span := spans.Spans()[0]
	deadline, _ := ctx.Deadline()
	fmt.Println(err)
	fmt.Println(span.Code, span.Attribute("error.type"), span.Stop.Before(deadline))
	// Output:
	// context deadline exceeded
	// Error timeout true
}
