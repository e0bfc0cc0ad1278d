// A worker that uses every package: traced, warm, with its table, its queue's settling and its events.
package main

import (
	"context"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
	events "github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/publish"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsqueue"
	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingaws"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
)

type order struct {
	ID string `dynamodbav:"id" json:"id"`
}

type placed order

func (placed) EventType() (source, detailType string) { return "com.example.shop", "Order placed" }

var _ events.Detail = placed{}

func main() {
	client, err := coldstart.NewHTTPClient(nil)
	must(err)
	provider, err := tracingotlp.New()
	must(err)
	cfg := aws.Config{Region: os.Getenv("AWS_REGION"), HTTPClient: client}
	cfg.APIOptions = append(cfg.APIOptions, tracingaws.Middleware())
	db, queues := dynamodb.NewFromConfig(cfg), sqs.NewFromConfig(cfg)
	publisher, err := publish.New(eventbridge.NewFromConfig(cfg))
	must(err)
	orders, err := singletable.NewRepo[order](singletable.NewTable(db, os.Getenv("TABLE_NAME")), singletable.Schema{
		Type: "Order",
		Key:  singletable.Pattern("ORDER#{id}", "ORDER"),
	})
	must(err)
	settler, err := sqsqueue.New(queues, sqsqueue.Config{Queue: os.Getenv("QUEUE_URL")})
	must(err)
	_, err = coldstart.Run(context.Background(), coldstart.Connect("table", func(ctx context.Context) error {
		_, err := db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(os.Getenv("TABLE_NAME"))})
		return err
	}))
	must(err)

	place := idempotency.Once(idempotency.New(db, os.Getenv("TABLE_NAME")), "place", func(o order) string { return o.ID },
		func(ctx context.Context, o order) error {
			if err := orders.Create(ctx, o); err != nil {
				return err
			}
			return publisher.Publish(ctx, publish.Entry{Detail: placed(o)})
		})
	var start coldstart.Start
	lambda.Start(coldstart.Wrap(&start, tracing.HandleRaw(sqsbatch.Handle(place,
		sqsbatch.WithSettler(settler),
		sqsbatch.WithMiddleware(tracing.Message),
		sqsbatch.WithObserver(tracing.Outcomes),
	), tracing.WithTracerProvider(provider), tracing.WithFlush(provider))))
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
