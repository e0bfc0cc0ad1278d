// Command official is a function that exports its spans with OpenTelemetry's own exporter.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func main() {
	exporter, err := otlptracehttp.New(context.Background())
	if err != nil {
		slog.Error("cannot start", "error", err)
		os.Exit(1)
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter))
	lambda.Start(func(ctx context.Context) error {
		ctx, span := provider.Tracer("traced").Start(ctx, "traced")
		span.End()
		return provider.ForceFlush(ctx)
	})
}
