package itemcodec_test

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/internal/itemcodec"
)

func Example() {
	type Order struct {
		ID    string    `dynamodbav:"id"`
		Total int64     `dynamodbav:"total"`
		Paid  time.Time `dynamodbav:"paid,unixtime"`
		Tags  []string  `dynamodbav:"tags,stringset,omitempty"`
	}
	orders, err := itemcodec.New[Order]()
	if err != nil {
		fmt.Println(err)
		return
	}
	item, err := orders.Encode(&Order{ID: "ord_456", Total: 1999, Paid: time.Unix(1772600767, 0)}, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	item["PK"] = &types.AttributeValueMemberS{Value: "ORDER#ord_456"}
	fmt.Println(len(item), item["total"].(*types.AttributeValueMemberN).Value, item["paid"].(*types.AttributeValueMemberN).Value)

	var order Order
	if err := orders.Decode(item, &order); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(order.ID, order.Total, order.Paid.UTC())

	item["total"] = &types.AttributeValueMemberS{Value: "a lot"}
	fmt.Println(orders.Decode(item, &order))
	// Output:
	// 4 1999 1772600767
	// ord_456 1999 2026-03-04 05:06:07 +0000 UTC
	// itemcodec: cannot decode attribute total, Go type int64: the attribute is a string
}
