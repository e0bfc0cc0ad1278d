package changes_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"strconv"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/singletable/changes"
)

// exampleEvent is what a stream sends: a user is inserted and changes its address, an order is removed, and the user again.
func exampleEvent() (event events.DynamoDBEvent) {
	wire, err := os.ReadFile("testdata/stream-event.json")
	if err == nil {
		err = json.Unmarshal(wire, &event)
	}
	if err != nil {
		log.Fatal(err)
	}
	return event
}

func Example() {
	handler := changes.Handle(
		changes.On(users, func(_ context.Context, c changes.Change[User]) error {
			switch c.Kind {
			case changes.Inserted:
				fmt.Println("welcome", c.New.Email)
			case changes.Modified:
				fmt.Println(c.Key.ID, "has moved from", c.Old.Email, "to", c.New.Email)
			case changes.Removed:
				fmt.Println("forget", c.Key.ID, "expired:", c.Expired)
			}
			return nil
		}),
		changes.On(orders, func(_ context.Context, c changes.Change[Order]) error {
			fmt.Println("archive", c.Old.ID, "over", c.Old.Total)
			return nil
		}, changes.Removed),
	)
	// In a function: lambda.Start(handler). Here it is called as Lambda would.
	response, err := handler(context.Background(), exampleEvent())
	out, _ := json.Marshal(response)
	fmt.Println(string(out), err)
	// Output:
	// welcome ada@example.com
	// usr_123 has moved from ada@example.com to ada@example.org
	// archive ord_1 over 1999
	// forget usr_123 expired: true
	// {"batchItemFailures":[]} <nil>
}

func ExampleHandle_failure() {
	handler := changes.Handle(
		changes.On(users, func(context.Context, changes.Change[User]) error { return nil }),
		changes.On(orders, func(context.Context, changes.Change[Order]) error { return errors.New("the archive is closed") }),
	)
	response, err := handler(context.Background(), exampleEvent())
	out, _ := json.Marshal(response)
	fmt.Println(string(out), err) // the third record and all after it come again
	// Output: {"batchItemFailures":[{"itemIdentifier":"4421584700000000017450439093"}]} <nil>
}

func ExampleWithUndecodable() {
	event := exampleEvent()
	event.Records[0].Change.NewImage["logins"] = events.NewStringAttribute("many")

	handler := changes.Handle(
		changes.On(users, func(_ context.Context, c changes.Change[User]) error {
			fmt.Println(c.Kind, c.Key.ID)
			return nil
		}),
		changes.WithUndecodable(func(_ context.Context, r events.DynamoDBEventRecord, reason *changes.DecodeError) error {
			fmt.Println("keep event", r.EventID, "for a person to see") // in a queue, say
			return nil
		}),
	)
	response, err := handler(context.Background(), event)
	fmt.Println(len(response.BatchItemFailures), err)
	// Output:
	// keep event c4ca4238a0b923820dcc509a6f75849b for a person to see
	// modified usr_123
	// removed usr_123
	// 0 <nil>
}

func ExampleLogTo() {
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == "duration_ms" || a.Key == "stream" {
				return slog.Attr{}
			}
			return a
		},
	}))
	handler := changes.Handle(
		changes.On(orders, func(context.Context, changes.Change[Order]) error { return errors.New("the archive is closed") }),
		changes.WithObserver(changes.LogTo(logger)),
	)
	event := exampleEvent()
	for i := range event.Records {
		event.Records[i].Change.SequenceNumber = strconv.Itoa(91 + i) // shorter than real ones
	}
	_, _ = handler(context.Background(), event)
	// Output:
	// level=WARN msg="dynamodb stream batch" records=4 first_failed=93 skipped_failure=1 failed=1 passed_over=2
	// level=WARN msg="dynamodb stream record comes again" sequence_number=93 kind=removed outcome=failed error="the archive is closed"
}

func ExampleMetricsTo() {
	metrics := changes.MetricsTo(os.Stdout, "Shop/Streams", map[string]string{"Stage": "prod"})
	_ = changes.Handle(changes.On(users, func(context.Context, changes.Change[User]) error { return nil }), changes.WithObserver(metrics))

	// What is written for a batch, without the time and the definition of the metrics:
	var out bytes.Buffer
	changes.MetricsTo(&out, "Shop/Streams", nil)(context.Background(), changes.Report{
		StreamARN: "arn:aws:dynamodb:us-east-1:123456789012:table/shop/stream/2026-01-01T00:00:00.000",
		Records:   []changes.RecordReport{{Outcome: changes.Failed, Again: true}, {Outcome: changes.SkippedFailure, Again: true}},
	})
	var document map[string]any
	_ = json.Unmarshal(out.Bytes(), &document)
	for _, name := range []string{"TableName", "Records", "Failed", "SkippedFailure", "Succeeded", "ComesAgain", "Duration"} {
		fmt.Println(name, document[name])
	}
	// Output:
	// TableName shop
	// Records 2
	// Failed 1
	// SkippedFailure 1
	// Succeeded 0
	// ComesAgain 2
	// Duration [0]
}

func ExampleItem() {
	handler := changes.Handle(changes.Otherwise(func(_ context.Context, r events.DynamoDBEventRecord) error {
		if r.EventName != "REMOVE" {
			return nil
		}
		item, err := changes.Item(r.Change.OldImage)
		if err != nil {
			return err
		}
		order, err := orders.Decode(item) // or attributevalue.UnmarshalMap
		fmt.Println(order.ID, err)
		return nil
	}))
	_, _ = handler(context.Background(), exampleEvent())
	// Output:
	// ord_1 <nil>
	//  singletable: decode Order USER#usr_123|PROFILE: the item is of another entity type
}
