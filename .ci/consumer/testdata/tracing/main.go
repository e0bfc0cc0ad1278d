// A function with a span for each invocation, and its ids on the logs.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/tracing"
)

func main() {
	slog.SetDefault(slog.New(tracing.NewLogHandler(slog.NewJSONHandler(os.Stdout, nil))))
	lambda.Start(tracing.Handle(func(_ context.Context, name string) (string, error) { return name, nil }))
}
