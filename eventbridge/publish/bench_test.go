package publish_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/publish"
)

// What do the checks and the accounting cost beside a loop over the SDK that one writes by hand, which sends ten at a time and
// looks at FailedEntryCount, but checks no limits and sends nothing again? The client answers at once; a call over the network
// takes milliseconds.
func BenchmarkPublish(b *testing.B) {
	const n = 25
	client := canned{}
	for i := range client.out {
		client.out[i] = types.PutEventsResultEntry{EventId: aws.String("17793124-05d4-b198-2fde-7ededc63b103")}
	}
	orders := make([]OrderPlaced, n)
	for i := range orders {
		orders[i] = OrderPlaced{ID: fmt.Sprint("o-", i), Total: i}
	}
	b.Run("publish", func(b *testing.B) {
		p := newPublisher(b, &client, publish.WithBus("orders"))
		b.ReportAllocs()
		for b.Loop() {
			entries := make([]publish.Entry, n)
			for i, o := range orders {
				entries[i].Detail = o
			}
			if err := p.Publish(b.Context(), entries...); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("by hand", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := byHand(b.Context(), &client, orders); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func byHand(ctx context.Context, client publish.Client, orders []OrderPlaced) error {
	for len(orders) > 0 {
		n := min(10, len(orders))
		in := &eventbridge.PutEventsInput{}
		for _, o := range orders[:n] {
			detail, err := json.Marshal(o)
			if err != nil {
				return err
			}
			in.Entries = append(in.Entries, types.PutEventsRequestEntry{
				EventBusName: aws.String("orders"), Source: aws.String("com.example.shop"),
				DetailType: aws.String("Order Placed"), Detail: aws.String(string(detail)),
			})
		}
		out, err := client.PutEvents(ctx, in)
		if err != nil {
			return err
		}
		if out.FailedEntryCount > 0 {
			return errors.New("some failed")
		}
		orders = orders[n:]
	}
	return nil
}

// canned takes everything.
type canned struct {
	out [10]types.PutEventsResultEntry
}

func (c *canned) PutEvents(_ context.Context, in *eventbridge.PutEventsInput, _ ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error) {
	return &eventbridge.PutEventsOutput{Entries: c.out[:len(in.Entries)]}, nil
}
