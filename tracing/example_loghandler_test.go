package tracing_test

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/lambdapatterns/lambdapatterns/tracing"
)

func ExampleNewLogHandler() {
	// The example leaves the time out, as it changes from run to run.
	next := slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if len(groups) == 0 && a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})
	logger := slog.New(tracing.NewLogHandler(next))

	// lambda.Start makes such a context for each invocation.
	//lint:ignore SA1029 aws-lambda-go uses this key
	ctx := context.WithValue(context.Background(), "x-amzn-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
	ctx = lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{AwsRequestID: "8476a536-e9f4-11e8-9739-2dfe598c3fcd"})

	logger.WithGroup("order").InfoContext(ctx, "paid", "id", 7)
	// Output:
	// {"level":"INFO","msg":"paid","trace_id":"5759e988bd862e3fe1be46a994272793","span_id":"53995c3f42cd8ad8","request_id":"8476a536-e9f4-11e8-9739-2dfe598c3fcd","order":{"id":7}}
}
