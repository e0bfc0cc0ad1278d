// The uploads of a bucket.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

func main() {
	lambda.Start(eventbridge.Handle(func(context.Context, eventbridge.Event[s3event.ObjectCreated]) error { return nil }))
}
