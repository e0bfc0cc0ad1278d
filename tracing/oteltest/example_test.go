package oteltest

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/otlpreceiver"
)

// The order of the wrappers: whether an invocation is the first is found outermost, then pings are answered, which so have no span
// and are in no metric, and then comes the span around the batch and its messages.
func Example_orderOfWrappers() {
	var spans spantest.Recorder // the SDK's provider
	ship := func(_ context.Context, order struct{ ID string }) error {
		fmt.Println("ships", order.ID)
		return nil
	}
	var start coldstart.Start
	batch := sqsbatch.Handle(ship, sqsbatch.WithMiddleware(tracing.Message), sqsbatch.WithObserver(tracing.Outcomes))
	function := coldstart.Wrap(&start,
		coldstart.AnswerPings(coldstart.Pings{},
			tracing.HandleRaw(batch, tracing.WithTracerProvider(&spans), tracing.WithColdStart(coldstart.Cold))))

	handler := lambda.NewHandler(function) // main gives function to lambda.Start
	for _, payload := range []string{
		`{"warmer":true}`,
		`{"Records":[{"messageId":"m1","body":"{\"ID\":\"ord_1\"}","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-central-1:123456789012:orders"}]}`,
	} {
		answer, err := handler.Invoke(context.Background(), []byte(payload))
		fmt.Println(string(answer), err)
	}
	fmt.Println("cold:", spans.Spans()[0].Attribute("faas.coldstart")) // it was the ping that waited for the start
	for _, s := range spans.Spans() {
		fmt.Println(s.Kind, s.Name)
	}
	// Output:
	// null <nil>
	// ships ord_1
	// {"batchItemFailures":[]} <nil>
	// cold: false
	// server lambda
	// consumer process orders
	// consumer process orders
}

// Spans that go to the X-Ray daemon beside the function are below the segment that Lambda makes of the invocation: the provider says
// where they go, and package tracing asks it. On Lambda tracingotlp.New() finds the daemon by itself.
func Example_xrayDaemon() {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	var daemon otlpreceiver.Receiver
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	go func() { _ = daemon.ServeUDP(ctx, conn) }()

	provider, err := tracingotlp.New(tracingotlp.WithXRayDaemon(conn.LocalAddr().String()))
	if err != nil {
		fmt.Println(err) // a setting is wrong: main ends the process
		return
	}
	function := tracing.Handle(func(_ context.Context, name string) (string, error) { return "hello " + name, nil },
		tracing.WithTracerProvider(provider), tracing.WithFlush(provider))

	// What lambda.Start does.
	const header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
	invocation := context.WithValue(ctx, "x-amzn-trace-id", header) //lint:ignore SA1029 aws-lambda-go's key
	answer, err := lambda.NewHandler(function).Invoke(invocation, []byte(`"Ada"`))
	fmt.Println(string(answer), err)

	spans, err := daemon.Wait(ctx, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(spans[0].SpanKind, spans[0].SpanContext.TraceID(), spans[0].Parent.SpanID())
	// Output:
	// "hello Ada" <nil>
	// server 5759e988bd862e3fe1be46a994272793 53995c3f42cd8ad8
}
