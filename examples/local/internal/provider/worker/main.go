// Command worker is the payments worker with a gateway to the provider at PROVIDER_URL. The rest of it is the real one.
package main

import (
	"context"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
	"github.com/lambdapatterns/lambdapatterns/examples/local/internal/provider"
	"github.com/lambdapatterns/lambdapatterns/examples/payments"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsqueue"
	"github.com/lambdapatterns/lambdapatterns/tracing"
)

func main() {
	f, err := payments.Start(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	results := payments.Queue{Client: f.SQS, URL: os.Getenv("RESULTS_QUEUE_URL")}
	worker, err := payments.NewWorker(f.Store, provider.Gateway{URL: os.Getenv("PROVIDER_URL")}, results, f.Log)
	if err != nil {
		log.Fatal(err)
	}
	refused := os.Getenv("REFUSED_QUEUE_URL")
	if refused == "" {
		log.Fatal("there is no queue for refused messages: is REFUSED_QUEUE_URL set?")
	}
	settler, err := sqsqueue.New(f.SQS, sqsqueue.Config{Queue: os.Getenv("PAYMENTS_QUEUE_URL"), DeadLetterQueue: refused})
	if err != nil {
		log.Fatal(err)
	}
	var start coldstart.Start
	lambda.Start(coldstart.Wrap(&start, tracing.HandleRaw(worker.Handler(settler, os.Stdout), f.Tracing...)))
}
