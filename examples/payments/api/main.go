// Command api is the Lambda function behind the payments service's HTTP API.
//
// Environment: TABLE_NAME and PAYMENTS_QUEUE_URL.
package main

import (
	"context"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
	"github.com/lambdapatterns/lambdapatterns/examples/payments"
	"github.com/lambdapatterns/lambdapatterns/tracing"
)

func main() {
	f, err := payments.Start(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	api, err := payments.NewAPI(f.Store, payments.Queue{Client: f.SQS, URL: os.Getenv("PAYMENTS_QUEUE_URL")}, f.Log)
	if err != nil {
		log.Fatal(err)
	}
	var start coldstart.Start
	lambda.Start(coldstart.Wrap(&start, tracing.Handle(api.Handle, f.Tracing...)))
}
