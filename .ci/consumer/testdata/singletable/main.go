// A repository of users.
package main

import (
	"context"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

type user struct {
	ID    string `dynamodbav:"id"`
	Email string `dynamodbav:"email"`
}

func main() {
	client := dynamodb.New(dynamodb.Options{Region: os.Getenv("AWS_REGION")})
	users, err := singletable.NewRepo[user](singletable.NewTable(client, os.Getenv("TABLE_NAME")), singletable.Schema{
		Type: "User",
		Key:  singletable.Pattern("USER#{id}", "PROFILE"),
		GSI1: singletable.Pattern("EMAIL#{email}", "USER#{id}"),
	})
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(func(ctx context.Context, u user) (user, error) {
		if u.ID == "" {
			return users.GSI1().One(ctx, u)
		}
		return u, users.Create(ctx, u)
	})
}
