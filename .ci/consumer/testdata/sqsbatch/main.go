// A queue's messages, one at a time.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

type order struct {
	ID string `json:"id"`
}

func main() {
	lambda.Start(sqsbatch.Handle(func(context.Context, order) error { return nil }))
}
