package checkout

import (
	_ "embed" // for the definition and the rule
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
)

// Definition is the state machine in the Amazon States Language, with ${…} where the tasks' functions and the queue for approvals
// belong: the notation of Terraform's templatefile and of SAM's DefinitionSubstitutions.
//
//	${PriceFunctionArn}    and so on for each of [Tasks], with its first letter capital
//	${ApprovalsQueueUrl}
//
//go:embed checkout.asl.json
var Definition string

// Input is the input of an execution: an order as a shop takes it. The prices are not its business.
type Input struct {
	OrderID string      `json:"order_id"` // unique among all orders
	UserID  string      `json:"user_id"`
	Lines   []OrderLine `json:"lines"`
	Card    string      `json:"card"` // the payment provider's token for a card, never a card's number
}

// OrderLine is a line of an order that has no price yet.
type OrderLine struct {
	ProductID string `json:"product_id"`
	Quantity  int64  `json:"quantity"`
}

// Outcome is the output of an execution that succeeded. One that failed has taken back what it did as well, unless it failed in
// Cancel, Refund or Release.
type Outcome struct {
	OrderID string `json:"order_id"`
	Status  Status `json:"status"`           // Confirmed or Cancelled
	Total   int64  `json:"total,omitempty"`  // of a confirmed order
	Reason  string `json:"reason,omitempty"` // of a cancelled one: OutOfStockError, DeclinedError, NotApproved or CancelledError
}

// EventType is what the shop's event says of itself: its detail is the Input, which package eventbridge/publish sends as it is.
func (Input) EventType() (source, detailType string) { return "shop.orders", "Order Placed" }

// rule is the event pattern of the rule that starts the workflow.
//
//go:embed rule.json
var rule []byte

// Rule returns the event pattern of the rule that starts the workflow, with the event's detail as its input.
func Rule() (*pattern.Pattern, error) {
	p, err := pattern.Parse(rule)
	if err != nil {
		return nil, fmt.Errorf("checkout: rule.json: %w", err)
	}
	return p, nil
}
