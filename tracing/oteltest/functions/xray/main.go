// Command xray is a function that exports its spans to X-Ray with tracingxray.
package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/tracingxray"
)

func main() {
	provider, err := tracingxray.New(aws.Config{
		Region: os.Getenv("AWS_REGION"),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{
				AccessKeyID: os.Getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"), SessionToken: os.Getenv("AWS_SESSION_TOKEN"),
			}, nil
		}),
	})
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
