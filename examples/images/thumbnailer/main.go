// Command thumbnailer is the Lambda function that makes thumbnails of uploads. An EventBridge rule with the pattern of
// ../rule.json invokes it.
//
// Environment: TABLE_NAME, UPLOADS_BUCKET and THUMBNAILS_BUCKET.
package main

import (
	"context"
	"log"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/examples/images"
)

func main() {
	t, err := images.Start(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(eventbridge.Handle(t.Handle))
}
