// Command with is a function that reads an item, with package coldstart.
//
// Environment: TABLE_NAME.
package main

import (
	"context"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

func main() {
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		log.Fatal(err)
	}
	if cfg.HTTPClient, err = coldstart.NewHTTPClient(cfg.HTTPClient); err != nil {
		log.Fatal(err)
	}
	client, table := dynamodb.NewFromConfig(cfg), os.Getenv("TABLE_NAME")
	get := func(ctx context.Context) (int, error) {
		out, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &table, Key: map[string]types.AttributeValue{
			"PK": &types.AttributeValueMemberS{Value: "USER#1"}, "SK": &types.AttributeValueMemberS{Value: "PROFILE"},
		}})
		if err != nil {
			return 0, err
		}
		return len(out.Item), nil
	}
	if _, err := coldstart.Run(ctx, coldstart.Connect("table", func(ctx context.Context) error { _, err := get(ctx); return err })); err != nil {
		log.Fatal(err)
	}
	lambda.Start(get)
}
