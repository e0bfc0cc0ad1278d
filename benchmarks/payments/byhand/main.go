// Command byhand is the API of examples/payments without the library: the SDK, attributevalue, encoding/json. It answers the same
// requests in the same way, which the tests of the folder above it hold it to, but for what they do not ask: ids and e-mail addresses
// with a # are refused, where the library escapes them.
//
// Environment: TABLE_NAME and PAYMENTS_QUEUE_URL.
package main

import (
	"context"
	"log"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func main() {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	a := &api{
		store: &store{db: dynamodb.NewFromConfig(cfg), table: os.Getenv("TABLE_NAME")},
		queue: sqs.NewFromConfig(cfg), queueURL: os.Getenv("PAYMENTS_QUEUE_URL"),
		log: slog.New(slog.NewJSONHandler(os.Stdout, nil)),
	}
	if a.store.table == "" || a.queueURL == "" {
		log.Fatal("TABLE_NAME and PAYMENTS_QUEUE_URL must be set")
	}
	lambda.Start(a.handle)
}
