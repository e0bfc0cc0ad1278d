// Command worker is the Lambda function that charges the payments of a queue, batch by batch. Its event source mapping must
// have ReportBatchItemFailures on.
//
// Environment: TABLE_NAME and RESULTS_QUEUE_URL.
package main

import (
	"context"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/examples/payments"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

func main() {
	f, err := payments.Start(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	results := payments.Queue{Client: f.SQS, URL: os.Getenv("RESULTS_QUEUE_URL")}
	worker, err := payments.NewWorker(f.Store, payments.SimulatedGateway{}, results, f.Log)
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(sqsbatch.Handle(worker.Handle, sqsbatch.WithObserver(sqsbatch.LogTo(f.Log))))
}
