package eventbridge_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
)

// One event, wherever it comes from.
func ExampleDecode() {
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

// The text of an error has nothing out of the event but names of fields, and can be logged.
func ExampleDecodeError() {
	_, err := eventbridge.Decode[OrderPlaced]([]byte(
		`{"source":"com.example.shop","detail-type":"Order Placed","detail":{"orderId":12345}}`))
	fmt.Println(err)
	// Output: eventbridge: cannot read the event: there is a JSON number where a string is expected in detail.orderId
}
