package publish_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/publish"
)

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
