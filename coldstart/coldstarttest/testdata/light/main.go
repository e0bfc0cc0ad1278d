// Command light is a function that does no more than it must.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(_ context.Context, name string) (string, error) { return "hello " + name, nil })
}
