// Command traced is a function that exports its spans with tracingotlp.
package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
)

func main() {
	provider, err := tracingotlp.New()
	if err != nil {
		slog.Error("cannot start", "error", err)
		os.Exit(1)
	}
	lambda.Start(func(ctx context.Context) error {
		ctx, span := provider.Tracer("traced").Start(ctx, "traced")
		span.End()
		flush, cancel := context.WithTimeout(ctx, 250*time.Millisecond)
		defer cancel()
		if err := provider.ForceFlush(flush); err != nil {
			slog.Warn("spans", "error", err) // and the invocation is as it is
		}
		return nil
	})
}
