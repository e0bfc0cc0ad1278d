package publish_test

import (
	"context"
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
