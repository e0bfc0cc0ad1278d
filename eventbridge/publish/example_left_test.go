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
