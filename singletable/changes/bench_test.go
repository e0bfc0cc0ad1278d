package changes_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/singletable/changes"
)

// orderByHand decodes an image as one does without any package.
func orderByHand(in image) (o Order, err error) {
	o.UserID, o.ID = in["user_id"].String(), in["id"].String()
	if o.Total, err = strconv.Atoi(in["total"].Number()); err != nil {
		return o, err
	}
	if tags, there := in["tags"]; there {
		o.Tags = tags.StringSet()
	}
	return o, nil
}

// byHand is the loop that people write without this package.
func byHand(handle func(context.Context, *Order, *Order) error) changes.Handler {
	return func(ctx context.Context, event events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
		response := events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{}}
		for i := range event.Records {
			c := &event.Records[i].Change
			if c.NewImage["_type"].String() != "Order" {
				continue
			}
			before, err := orderByHand(c.OldImage)
			if err == nil {
				var after Order
				if after, err = orderByHand(c.NewImage); err == nil {
					err = handle(ctx, &before, &after)
				}
			}
			if err != nil {
				response.BatchItemFailures = append(response.BatchItemFailures,
					events.DynamoDBBatchItemFailure{ItemIdentifier: c.SequenceNumber})
				break
			}
		}
		return response, nil
	}
}

// What does a batch of modified orders, both images decoded, cost over a loop written by hand? "foreign" is a batch of items that
// are nobody's, which is what telling two entities costs.
func BenchmarkHandle(b *testing.B) {
	tagged := orderImage("usr_123", "ord_456", "1999")
	tagged["tags"] = events.NewStringSetAttribute([]string{"gift", "express"})
	handlers := map[string]changes.Handler{
		"changes": newHandler(b, teller(users, new([]string)),
			changes.On(orders, func(context.Context, changes.Change[Order]) error { return nil })),
		"by-hand": byHand(func(context.Context, *Order, *Order) error { return nil }),
	}
	for kind, held := range map[string]image{"orders": tagged, "foreign": noteImage("n")} {
		for _, n := range []int{1, 100} {
			var event events.DynamoDBEvent
			for i := range n {
				event.Records = append(event.Records, change(strconv.Itoa(1000+i), held, held))
			}
			for name, h := range handlers {
				b.Run(fmt.Sprintf("%s/n=%d/%s", kind, n, name), func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						if r, err := h(b.Context(), event); err != nil || len(r.BatchItemFailures) > 0 {
							b.Fatal(r, err)
						}
					}
				})
			}
		}
	}
}

// What does converting an image cost?
func BenchmarkItem(b *testing.B) {
	in := orderImage("usr_123", "ord_456", "1999")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := changes.Item(in); err != nil {
			b.Fatal(err)
		}
	}
}
