package publish_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/publish"
)

// OrderPlaced is the detail that the receiving function's eventbridge.Event has too.
type OrderPlaced struct {
	ID    string `json:"id"`
	Total int    `json:"total"`
}

func (OrderPlaced) EventType() (source, detailType string) {
	return "com.example.shop", "Order Placed"
}

// Any number of events, whose types say what they are.
func Example() {
	var client publish.Client = printing{} // eventbridge.NewFromConfig(cfg)
	publisher, err := publish.New(client, publish.WithBus("orders"))
	if err != nil {
		panic(err)
	}
	err = publisher.Publish(context.Background(),
		publish.Entry{Detail: OrderPlaced{ID: "o-1", Total: 4200}},
		publish.Entry{Detail: OrderPlaced{ID: "o-2", Total: 150}, Resources: []string{"arn:aws:dynamodb:eu-west-1:111122223333:table/orders"}},
	)
	fmt.Println(err)
	// Output:
	// orders: com.example.shop, Order Placed: {"id":"o-1","total":4200}
	// orders: com.example.shop, Order Placed: {"id":"o-2","total":150}
	// <nil>
}

// Nothing is sent unless everything can be.
func ExampleInvalidError() {
	publisher, err := publish.New(printing{}, publish.WithSource("com.example.shop"))
	if err != nil {
		panic(err)
	}
	err = publisher.Publish(context.Background(),
		publish.Entry{Detail: OrderPlaced{ID: "o-1"}},
		publish.Entry{Detail: map[string]any{"id": "o-2"}},
		publish.Entry{Detail: "o-3", DetailType: "Order Placed"},
	)
	var invalid *publish.InvalidError
	if errors.As(err, &invalid) {
		for _, entry := range invalid.Entries {
			fmt.Printf("%d: %s\n", entry.Index, entry.Reason)
		}
	}
	// Output:
	// 1: it has no detail-type: set DetailType, or give its detail a method EventType
	// 2: its detail, a string, is no JSON object
}

// What the service did not take is named. Only that is worth another Publish, and only where the code is one that passes:
// those Publish has sent again itself.
func ExamplePublishError() {
	publisher, err := publish.New(refusing{}, publish.WithMaxAttempts(2))
	if err != nil {
		panic(err)
	}
	entries := []publish.Entry{
		{Detail: OrderPlaced{ID: "o-1"}},
		{Detail: map[string]any{"id": "o-1"}, Source: "com.example.stock", DetailType: "Item Reserved"},
	}
	err = publisher.Publish(context.Background(), entries...)
	fmt.Println(err)

	var left *publish.PublishError
	if errors.As(err, &left) {
		for _, f := range left.Failures {
			fmt.Println(f.Index, f.DetailType, f.Code, f.Attempts)
		}
		fmt.Printf("%q\n", left.EventIDs)
	}
	// Output:
	// publish: 1 of 2 events were not published, the first at index 1, source "com.example.stock" and detail-type "Item Reserved": NotAuthorizedForSourceException (attempts: 1)
	// 1 Item Reserved NotAuthorizedForSourceException 1
	// ["e-0" ""]
}

// The targets of a rule go on with the publisher's trace: the function is TraceHeader of package tracing.
func ExampleWithTraceHeader() {
	header := func(context.Context) *string {
		return aws.String("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
	}
	var client publish.Client = tracePrinting{} // eventbridge.NewFromConfig(cfg)
	publisher, err := publish.New(client, publish.WithTraceHeader(header))
	if err != nil {
		panic(err)
	}
	err = publisher.Publish(context.Background(), publish.Entry{Detail: OrderPlaced{ID: "o-1", Total: 4200}})
	fmt.Println(err)
	// Output:
	// Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1
	// <nil>
}

// tracePrinting stands for the SDK's client and takes everything.
type tracePrinting struct{}

func (tracePrinting) PutEvents(_ context.Context, in *eventbridge.PutEventsInput, _ ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error) {
	out := &eventbridge.PutEventsOutput{}
	for i, e := range in.Entries {
		fmt.Println(*e.TraceHeader)
		out.Entries = append(out.Entries, types.PutEventsResultEntry{EventId: aws.String(fmt.Sprint("e-", i))})
	}
	return out, nil
}

// printing stands for the SDK's client and takes everything.
type printing struct{}

func (printing) PutEvents(_ context.Context, in *eventbridge.PutEventsInput, _ ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error) {
	out := &eventbridge.PutEventsOutput{}
	for i, e := range in.Entries {
		fmt.Printf("%s: %s, %s: %s\n", *e.EventBusName, *e.Source, *e.DetailType, *e.Detail)
		out.Entries = append(out.Entries, types.PutEventsResultEntry{EventId: aws.String(fmt.Sprint("e-", i))})
	}
	return out, nil
}

// refusing stands for the client of an account that may send the shop's events only.
type refusing struct{}

func (refusing) PutEvents(_ context.Context, in *eventbridge.PutEventsInput, _ ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error) {
	out := &eventbridge.PutEventsOutput{}
	for i, e := range in.Entries {
		if *e.Source != "com.example.shop" {
			out.FailedEntryCount++
			out.Entries = append(out.Entries, types.PutEventsResultEntry{ErrorCode: aws.String("NotAuthorizedForSourceException")})
			continue
		}
		out.Entries = append(out.Entries, types.PutEventsResultEntry{EventId: aws.String(fmt.Sprint("e-", i))})
	}
	return out, nil
}
