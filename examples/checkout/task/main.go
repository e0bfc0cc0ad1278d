// Command task is the Lambda function of each of the workflow's tasks.
//
// Environment: TABLE_NAME, and TASK, which says what it does: price, reserve, charge, confirm, cancel, refund or release.
package main

import (
	"context"
	"log"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/examples/checkout"
)

func main() {
	handler, err := checkout.Start(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(handler)
}
