// Command inbox sees what is uploaded.
package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

func main() {
	lambda.Start(eventbridge.Handle(func(_ context.Context, e eventbridge.Event[s3event.ObjectCreated]) error {
		if e.Detail.Object.Size == 0 {
			return errors.New("an empty letter")
		}
		fmt.Println("a letter:", e.Detail.Object.Key)
		return nil
	}))
}
