package eventbridge_test

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

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
		`{"source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"uploads"},"object":{"key":"cat.jpg"}}}`,
		`{"source":"com.example.shop","detail-type":"Order Placed","detail":{"orderId":"o-7","total":1999}}`,
		`{"source":"com.example.shop","detail-type":"Order Placed","detail":{"orderId":"o-8","total":10}}`,
		`{"source":"com.example.shop","detail-type":"Order Paid","detail":{"orderId":"o-8"}}`,
	} {
		if err := router.Handle(context.Background(), json.RawMessage(event)); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// thumbnail of cat.jpg
	// order o-7 by hand
	// order o-8
	// eventbridge: there is no handler for source "com.example.shop" and detail-type "Order Paid": check the event pattern of the rule, or add a handler with On or Otherwise
}

// A kind whose detail has no type of its own, and any kind of one source.
func ExampleOnKind() {
	type instance struct {
		ID    string `json:"instance-id"`
		State string `json:"state"`
	}
	router, err := eventbridge.NewRouter(
		eventbridge.OnKind("aws.ec2", "EC2 Instance State-change Notification",
			func(ctx context.Context, e eventbridge.Event[instance]) error {
				fmt.Println(e.Detail.ID, "is", e.Detail.State)
				return nil
			}),
		eventbridge.OnKind("aws.ec2", "", func(ctx context.Context, e eventbridge.Event[json.RawMessage]) error {
			fmt.Println(e.DetailType)
			return nil
		}),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, event := range []string{
		`{"source":"aws.ec2","detail-type":"EC2 Instance State-change Notification","detail":{"instance-id":"i-1","state":"running"}}`,
		`{"source":"aws.ec2","detail-type":"EC2 Spot Instance Interruption Warning","detail":{"instance-id":"i-2"}}`,
	} {
		if err := router.Handle(context.Background(), json.RawMessage(event)); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// i-1 is running
	// EC2 Spot Instance Interruption Warning
}

// Handlers that could not be told apart are refused when the function starts.
func ExampleRouterError() {
	handle := func(ctx context.Context, e eventbridge.Event[OrderPlaced]) error { return nil }
	_, err := eventbridge.NewRouter(eventbridge.On(handle), eventbridge.On(handle))
	fmt.Println(err)
	// Output: eventbridge: NewRouter: option 1: there are two handlers for source "com.example.shop" and detail-type "Order Placed"
}
