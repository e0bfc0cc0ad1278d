package sqsmapping_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsmapping"
)

func ExampleCheck() {
	// A stand-in for AWS Lambda; elsewhere it is lambda.NewFromConfig(cfg).
	client := (&service{mappings: []mapping{{
		UUID: "b9e1a4c2-0d6f-4d0e-8f0a-2c6a1b7d9e55", EventSourceArn: queue, State: "Enabled", function: "orders-worker",
	}}}).client()

	err := sqsmapping.Check(context.Background(), client, "orders-worker")
	var wrong *sqsmapping.MappingError
	if errors.As(err, &wrong) && errors.Is(err, sqsmapping.ErrReportOff) {
		fmt.Println(wrong.UUID, wrong.QueueARN)
	}
	// Output: b9e1a4c2-0d6f-4d0e-8f0a-2c6a1b7d9e55 arn:aws:sqs:us-east-1:123456789012:orders
}
