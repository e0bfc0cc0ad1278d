// Command worker puts the orders of a queue into the table.
package main

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

type Order struct {
	ID    string `dynamodbav:"id" json:"id"`
	Total int    `dynamodbav:"total" json:"total"`
}

func main() {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	table := singletable.NewTable(dynamodb.NewFromConfig(cfg), os.Getenv("TABLE_NAME"))
	orders, err := singletable.NewRepo[Order](table, singletable.Schema{Type: "Order", Key: singletable.Pattern("ORDER#{id}", "ORDER")})
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(sqsbatch.Handle(func(ctx context.Context, o Order) error {
		if o.Total <= 0 {
			return errors.New("an order without a total")
		}
		return orders.Put(ctx, o)
	}, sqsbatch.WithObserver(sqsbatch.LogTo(slog.Default()))))
}
