package sqsbatch_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

func invoke(h sqsbatch.Handler, bodies ...string) {
	var event events.SQSEvent
	for i, body := range bodies {
		event.Records = append(event.Records, events.SQSMessage{
			MessageId: fmt.Sprint(i + 1), Body: body, EventSourceARN: "arn:aws:sqs:us-east-1:123456789012:orders",
		})
	}
	response, err := h(context.Background(), event)
	if err != nil {
		fmt.Println(err)
		return
	}
	var again []string
	for _, f := range response.BatchItemFailures {
		again = append(again, f.ItemIdentifier)
	}
	fmt.Println("again:", again)
}

// printer stands for the Settler of package sqsbatch/sqsqueue, which calls Amazon SQS.
type printer struct{}

func (printer) Settle(_ context.Context, settlements []sqsbatch.Settlement) []error {
	for _, s := range settlements {
		fmt.Println(s.Message.MessageId, s.Action, s.Delay)
	}
	return make([]error, len(settlements)) // all confirmed
}
