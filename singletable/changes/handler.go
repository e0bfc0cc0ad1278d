package changes

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda/handlertrace"
)

// Handler handles batches of a table's stream. Give it to lambda.Start. It is a function of the plain type that aws-lambda-go
// documents for stream events, and can be called and passed on as one. Its Invoke makes it a lambda.Handler too.
//
// It is safe for concurrent use. Its error is nil or a [*BatchError]; failures of single records are not errors of the batch,
// [WithObserver] tells of them.
type Handler func(context.Context, events.DynamoDBEvent) (events.DynamoDBEventResponse, error)

// Invoke handles an event as Lambda sends it and returns the response's JSON, which is the caller's own. lambda.Start calls
// it, and tests give it to a mapping. The options of lambda.StartWithOptions that change how JSON is read and written have no
// effect on it. An event that is not one fails with a [*BatchError].
func (h Handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	event, err := decode(payload)
	if err != nil {
		return nil, &BatchError{
			Reason: "the event is not one of a DynamoDB stream. Is the function invoked by an event source mapping of one?", Err: err,
		}
	}
	trace := handlertrace.FromContext(ctx)
	if trace.RequestEvent != nil {
		trace.RequestEvent(ctx, event)
	}
	response, err := h(ctx, event)
	if err != nil {
		return nil, err
	}
	if trace.ResponseEvent != nil {
		trace.ResponseEvent(ctx, response)
	}
	return json.Marshal(response)
}

// decode reads an event. Package events panics at an element of a binary set that is no text.
func decode(payload []byte) (event events.DynamoDBEvent, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("package events: %v", p)
		}
	}()
	err = json.Unmarshal(payload, &event)
	return event, err
}
