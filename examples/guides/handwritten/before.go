// Package handwritten is the code of docs/from-handwritten.md: a handler of SQS batches as many have one, the same by package sqsbatch,
// and a test of what becomes of messages in either.
package handwritten

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"
)

// Order is a message's body.
type Order struct {
	ID string `json:"id"`
}

// Before is a loop by hand that answers with the messages that failed. It is here for what is wrong with it.
func Before(ship func(context.Context, Order) error) func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	return func(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
		var response events.SQSEventResponse
		for _, message := range event.Records {
			var o Order
			if err := json.Unmarshal([]byte(message.Body), &o); err != nil {
				slog.ErrorContext(ctx, "not an order", "id", message.MessageId)
				continue // 1
			}
			if err := ship(ctx, o); err != nil { // 2, 3
				response.BatchItemFailures = append(response.BatchItemFailures,
					events.SQSBatchItemFailure{ItemIdentifier: message.MessageId}) // 4
			}
		}
		return response, nil
	}
}
