// A function whose spans go to a collector.
package main

import (
	"context"
	"log"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
)

func main() {
	provider, err := tracingotlp.New()
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(tracing.Handle(func(_ context.Context, name string) (string, error) { return name, nil },
		tracing.WithTracerProvider(provider), tracing.WithFlush(provider)))
}
