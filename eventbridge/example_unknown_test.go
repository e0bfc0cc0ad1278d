package eventbridge_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
)

// What a newer sender adds to the envelope is kept and passed on. Details of package s3event do the same.
func ExampleEvent_unknownFields() {
	e, err := eventbridge.Decode[OrderPlaced]([]byte(
		`{"source":"com.example.shop","detail-type":"Order Placed","priority":"high","detail":{"orderId":"o-7"}}`))
	fmt.Println(string(e.Unknown["priority"]), err)

	data, err := json.Marshal(e)
	var again map[string]json.RawMessage
	fmt.Println(errors.Join(err, json.Unmarshal(data, &again)), string(again["priority"]))
	// Output:
	// "high" <nil>
	// <nil> "high"
}
