package eventbridge_test

import (
	"context"
	"fmt"
	"os"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
)

// A handler takes the typed event. Give it to lambda.Start as it is.
func Example() {
	handler := func(ctx context.Context, e eventbridge.Event[eventbridge.ObjectCreated]) error {
		d := e.Detail
		fmt.Printf("%s of s3://%s/%s, %d bytes\n", d.Reason, d.Bucket.Name, d.Object.Key, d.Object.Size)
		fmt.Println(d.DedupeKey())
		return nil
	}

	// Here the event comes from a file.
	data, err := os.ReadFile("testdata/object_created.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	event, err := eventbridge.Decode[eventbridge.ObjectCreated](data)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(handler(context.Background(), event))
	// Output:
	// PutObject of s3://amzn-s3-demo-bucket1/example-key, 5 bytes
	// 20:amzn-s3-demo-bucket1,11:example-key,32:IYV3p45BT0ac8hjHg1houSdS1a.Mro8e,16:617f08299329d189,
	// <nil>
}

// OrderPlaced is the detail of an application's own event. With the method it only takes events of its kind.
type OrderPlaced struct {
	OrderID string `json:"orderId"`
}

func (OrderPlaced) EventType() (source, detailType string) { return "com.example.shop", "Order Placed" }

func ExampleDecode_ownDetail() {
	e, err := eventbridge.Decode[OrderPlaced]([]byte(
		`{"source":"com.example.shop","detail-type":"Order Placed","detail":{"orderId":"o-7"}}`))
	fmt.Println(e.Detail.OrderID, err)

	_, err = eventbridge.Decode[OrderPlaced]([]byte(
		`{"source":"com.example.shop","detail-type":"Order Paid","detail":{"orderId":"o-7"}}`))
	fmt.Println(err)
	// Output:
	// o-7 <nil>
	// eventbridge: the event has source "com.example.shop" and detail-type "Order Paid", but source "com.example.shop" and detail-type "Order Placed" are expected: check the event pattern and the target of the rule
}

func ExampleSequencer_Compare() {
	put, overwrite := eventbridge.Sequencer("617f08299329d189"), eventbridge.Sequencer("00617F0837B476E463")
	fmt.Println(put.Compare(overwrite))
	// Output: -1
}
