package eventbridge_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// file returns an event, which Lambda would hand to the function.
func file(name string) []byte {
	data, err := os.ReadFile("s3event/testdata/" + name)
	if err != nil {
		panic(err)
	}
	return data
}

// A function for one kind of event. Give the handler to lambda.Start.
func ExampleHandle() {
	handler := eventbridge.Handle(func(ctx context.Context, e eventbridge.Event[s3event.ObjectCreated]) error {
		d := e.Detail
		fmt.Printf("%s of s3://%s/%s, %d bytes\n", d.Reason, d.Bucket.Name, d.Object.Key, d.Object.Size)
		fmt.Println(d.DedupeKey())
		return nil
	})
	// lambda.Start(handler)

	fmt.Println(handler(context.Background(), file("object_created.json")))
	fmt.Println(handler(context.Background(), file("object_deleted.json")))
	// Output:
	// PutObject of s3://amzn-s3-demo-bucket1/example-key, 5 bytes
	// 20:amzn-s3-demo-bucket1,11:example-key,32:IYV3p45BT0ac8hjHg1houSdS1a.Mro8e,16:617f08299329d189,
	// <nil>
	// eventbridge: the event has source "aws.s3" and detail-type "Object Deleted", but source "aws.s3" and detail-type "Object Created" are expected: check the event pattern and the target of the rule
}

// OrderPlaced is the detail of an application's own event. With the method it only takes events of its kind.
type OrderPlaced struct {
	OrderID string `json:"orderId"`
	Total   int    `json:"total"`
}

func (OrderPlaced) EventType() (source, detailType string) { return "com.example.shop", "Order Placed" }

func ExampleDecode_ownDetail() {
	e, err := eventbridge.Decode[OrderPlaced]([]byte(
		`{"source":"com.example.shop","detail-type":"Order Placed","detail":{"orderId":"o-7"}}`))
	fmt.Println(e.Detail.OrderID, err)

	_, err = eventbridge.Decode[OrderPlaced]([]byte(
		`{"source":"com.example.shop","detail-type":"Order Paid","detail":{"orderId":"o-7"}}`))
	fmt.Println(errors.Is(err, eventbridge.ErrMismatch))
	// Output:
	// o-7 <nil>
	// true
}

// A detail that has no type is left as it is.
func ExampleDecode_raw() {
	e, err := eventbridge.Decode[json.RawMessage]([]byte(
		`{"source":"aws.s3","detail-type":"AWS API Call via CloudTrail","detail":{"eventName":"PutBucketPolicy"}}`))
	fmt.Println(e.DetailType, string(e.Detail), err)
	// Output: AWS API Call via CloudTrail {"eventName":"PutBucketPolicy"} <nil>
}

// What a newer S3 sends is passed on.
func ExampleEvent_unknownFields() {
	e, err := eventbridge.Decode[s3event.ObjectTagsAdded]([]byte(`{"source":"aws.s3","detail-type":"Object Tags Added",
		"detail":{"bucket":{"name":"uploads"},"object":{"key":"cat.jpg","color":"black"}}}`))
	fmt.Println(string(e.Detail.Object.Unknown["color"]), err)

	data, err := json.Marshal(e.Detail.Object) // alone it is an ordinary struct
	fmt.Println(string(data), err)
	data, err = json.Marshal(e) // the event writes all
	var again struct {
		Detail struct{ Object json.RawMessage }
	}
	fmt.Println(errors.Join(err, json.Unmarshal(data, &again)), string(again.Detail.Object))
	// Output:
	// "black" <nil>
	// {"key":"cat.jpg"} <nil>
	// <nil> {"color":"black","key":"cat.jpg"}
}

// One function for several kinds of events. Give the router to lambda.Start, or its Handle to sqsbatch.Handle.
func ExampleNewRouter() {
	large := pattern.Must(pattern.New(pattern.Field("detail.total", pattern.Numeric(">", 1000))))
	router, err := eventbridge.NewRouter(
		eventbridge.On(func(ctx context.Context, e eventbridge.Event[s3event.ObjectCreated]) error {
			fmt.Println("thumbnail of", e.Detail.Object.Key)
			return nil
		}),
		eventbridge.On(func(ctx context.Context, e eventbridge.Event[OrderPlaced]) error {
			fmt.Println("order", e.Detail.OrderID, "by hand")
			return nil
		}, large),
		eventbridge.On(func(ctx context.Context, e eventbridge.Event[OrderPlaced]) error {
			fmt.Println("order", e.Detail.OrderID)
			return nil
		}),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	// lambda.Start(router)

	for _, event := range []string{
		string(file("object_created.json")),
		`{"source":"com.example.shop","detail-type":"Order Placed","detail":{"orderId":"o-7","total":1999}}`,
		`{"source":"com.example.shop","detail-type":"Order Placed","detail":{"orderId":"o-8","total":10}}`,
		`{"source":"com.example.shop","detail-type":"Order Paid","detail":{"orderId":"o-8"}}`,
	} {
		if err := router.Handle(context.Background(), json.RawMessage(event)); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// thumbnail of example-key
	// order o-7 by hand
	// order o-8
	// eventbridge: there is no handler for source "com.example.shop" and detail-type "Order Paid": check the event pattern of the rule, or add a handler with On or Otherwise
}

// Middleware is plain functions: it wraps the handling of every event.
func ExampleWithMiddleware() {
	logged := func(next func(context.Context, json.RawMessage) error) func(context.Context, json.RawMessage) error {
		return func(ctx context.Context, event json.RawMessage) error {
			err := next(ctx, event)
			fmt.Println("failed:", err != nil)
			return err
		}
	}
	router, err := eventbridge.NewRouter(
		eventbridge.WithMiddleware(logged),
		eventbridge.Otherwise(func(ctx context.Context, e eventbridge.Event[json.RawMessage]) error {
			return fmt.Errorf("%s from %s is not for me", e.DetailType, e.Source)
		}),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = router.Invoke(context.Background(), file("object_created.json"))
	fmt.Println(err)
	// Output:
	// failed: true
	// Object Created from aws.s3 is not for me
}

// A handler of a queue, with a partial batch response: what failed comes again, and so does what was no event. Where order and
// time matter, sqsbatch.Handle(router.Handle) does it.
func ExampleUnwrap() {
	handle := eventbridge.Handle(func(ctx context.Context, e eventbridge.Event[OrderPlaced]) error {
		fmt.Println("order", e.Detail.OrderID)
		return nil
	})
	handler := func(ctx context.Context, payload json.RawMessage) (events.SQSEventResponse, error) {
		r := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
		items, err := eventbridge.Unwrap(payload)
		if err != nil {
			return r, err
		}
		for _, item := range items {
			err := item.Err
			if err == nil {
				err = handle(ctx, item.Event)
			}
			if err != nil {
				fmt.Println(err)
				r.BatchItemFailures = append(r.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: item.RecordID})
			}
		}
		return r, nil
	}

	response, err := handler(context.Background(), json.RawMessage(`{"Records":[
		{"messageId":"m-1","eventSource":"aws:sqs","body":"{\"source\":\"com.example.shop\",\"detail-type\":\"Order Placed\",\"detail\":{\"orderId\":\"o-7\"}}"},
		{"messageId":"m-2","eventSource":"aws:sqs","body":"hello"}]}`))
	fmt.Println(response, err)
	// Output:
	// order o-7
	// eventbridge: there is no event of EventBridge, but something that is not JSON in a message of SQS
	// {[{m-2}]} <nil>
}

// A dead-letter queue of a rule's target has the event and why it was not delivered.
func ExampleUnwrap_deadLetter() {
	items, err := eventbridge.Unwrap([]byte(`{"Records":[{"messageId":"m-1","eventSource":"aws:sqs",
		"body":"{\"source\":\"com.example.shop\",\"detail-type\":\"Order Placed\",\"detail\":{\"orderId\":\"o-7\"}}",
		"messageAttributes":{
			"RULE_ARN":{"dataType":"String","stringValue":"arn:aws:events:eu-central-1:123456789012:rule/orders"},
			"ERROR_CODE":{"dataType":"String","stringValue":"NO_PERMISSIONS"}}}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	why := items[0].DeadLetter
	fmt.Println(why.ErrorCode, why.RuleARN)
	// Output: NO_PERMISSIONS arn:aws:events:eu-central-1:123456789012:rule/orders
}
