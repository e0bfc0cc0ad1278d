package tracingaws_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingaws"
)

// All clients of a configuration make spans, and hand the trace on. SQS puts it on the messages, as AWSTraceHeader.
func Example() {
	cfg := aws.Config{Region: "eu-west-1", Credentials: aws.AnonymousCredentials{}} // config.LoadDefaultConfig(ctx)
	cfg.HTTPClient = onTheWire{}
	cfg.APIOptions = append(cfg.APIOptions, tracingaws.Middleware())
	client := sqs.NewFromConfig(cfg)

	provider := &recorder{} // the tracer provider of the function, from package tracingotlp
	ctx, span := provider.Tracer("example").Start(context.Background(), "orders", trace.WithSpanKind(trace.SpanKindServer))
	_, err := client.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl: aws.String("https://sqs.eu-west-1.amazonaws.com/123456789012/orders"), MessageBody: aws.String("…"),
	})
	span.End()

	for _, s := range provider.spans[1:] {
		fmt.Println(s.kind, s.name, "to", s.attributes["messaging.destination.name"].AsString(), err)
	}
	// Output:
	// Root=1-00000000-0000000000000000000000ee;Parent=0000000000000002;Sampled=1
	// producer SQS.SendMessage to orders <nil>
}

// onTheWire stands for the network and SQS.
type onTheWire struct{}

func (onTheWire) Do(r *http.Request) (*http.Response, error) {
	fmt.Println(r.Header.Get("X-Amzn-Trace-Id"))
	return (&service{}).Do(r)
}
