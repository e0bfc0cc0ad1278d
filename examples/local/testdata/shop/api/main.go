// Command api takes orders by HTTP and hands them to the queue.
package main

import (
	"context"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func main() {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	queue, url := sqs.NewFromConfig(cfg), os.Getenv("ORDERS_QUEUE")
	lambda.Start(func(ctx context.Context, r events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		if r.RequestContext.HTTP.Method != "POST" || r.PathParameters["proxy"] != "orders" {
			return events.APIGatewayV2HTTPResponse{StatusCode: 404, Body: os.Getenv("GREETING")}, nil
		}
		_, err := queue.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &r.Body})
		return events.APIGatewayV2HTTPResponse{StatusCode: 202}, err
	})
}
