package eventbridge_test

import (
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
)

// A dead-letter queue of a rule's target has the event and why it was not delivered.
func ExampleUnwrap_deadLetter() {
	items, err := eventbridge.Unwrap([]byte(`{"Records":[{"messageId":"m-1","eventSource":"aws:sqs",
		"body":"{\"source\":\"com.example.shop\",\"detail-type\":\"Order Placed\",\"detail\":{\"orderId\":\"o-7\"}}",
		"messageAttributes":{
			"RULE_ARN":{"dataType":"String","stringValue":"arn:aws:events:eu-central-1:123456789012:rule/orders"},
			"ERROR_CODE":{"dataType":"String","stringValue":"NO_PERMISSIONS"}}}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	why := items[0].DeadLetter
	fmt.Println(why.ErrorCode, why.RuleARN)
	// Output: NO_PERMISSIONS arn:aws:events:eu-central-1:123456789012:rule/orders
}
