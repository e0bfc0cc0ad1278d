// The uploads of a bucket.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
)

func main() {
	lambda.Start(eventbridge.Handle(func(context.Context, eventbridge.Event[eventbridge.ObjectCreated]) error { return nil }))
}
