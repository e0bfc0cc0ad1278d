// Command thumbnailer is the Lambda function that makes thumbnails of uploads. An EventBridge rule with the pattern of
// ../rule.json invokes it.
//
// Environment: TABLE_NAME, UPLOADS_BUCKET and THUMBNAILS_BUCKET.
package main

import (
	"context"
	"log"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/examples/images"
	"github.com/lambdapatterns/lambdapatterns/tracing"
)

func main() {
	f, err := images.Start(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	handler := eventbridge.Handler(tracing.Event(eventbridge.Handle(f.Handle)))
	var start coldstart.Start
	lambda.Start(coldstart.Wrap(&start, tracing.HandleRaw(handler, f.Tracing...)))
}
