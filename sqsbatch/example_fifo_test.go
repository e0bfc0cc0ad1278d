package sqsbatch_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

func ExampleHandle_fifo() {
	handler := sqsbatch.Handle(func(_ context.Context, step string) error {
		if step == "charge" {
			return errors.New("declined")
		}
		return nil
	})
	message := func(id, group, body string) events.SQSMessage {
		return events.SQSMessage{
			MessageId: id, Body: body, EventSourceARN: "arn:aws:sqs:us-east-1:123456789012:steps.fifo",
			Attributes: map[string]string{"MessageGroupId": group},
		}
	}
	response, _ := handler(context.Background(), events.SQSEvent{Records: []events.SQSMessage{
		message("1", "ord_1", "reserve"), message("2", "ord_1", "charge"),
		message("3", "ord_2", "reserve"), message("4", "ord_1", "ship"),
	}})
	for _, f := range response.BatchItemFailures {
		fmt.Println(f.ItemIdentifier) // the failed one and what comes after it in its group
	}
	// Output:
	// 2
	// 4
}
