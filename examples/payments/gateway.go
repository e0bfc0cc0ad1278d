package payments

import (
	"context"
	"errors"
	"time"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// Gateway charges cards. Charge must be idempotent by the payment's id, because a message can come twice: it returns nil
// once the money is captured, however often it is asked; a [*DeclinedError] when the card will never be charged; any
// other error when it is worth another try.
type Gateway interface {
	Charge(ctx context.Context, p Payment) error
}

// DeclinedError says that a card was declined for good.
type DeclinedError struct{ Reason string }

func (e *DeclinedError) Error() string { return "declined: " + e.Reason }

// SimulatedGateway stands where a payment provider's client would: the card's token says what happens. Every other token is
// charged.
//
//	tok_declined  declined for good
//	tok_flaky     fails at the message's first delivery, succeeds later
//	tok_slow      takes two seconds
type SimulatedGateway struct{}

// Charge implements [Gateway].
func (SimulatedGateway) Charge(ctx context.Context, p Payment) error {
	switch p.Card {
	case "tok_declined":
		return &DeclinedError{"insufficient funds"}
	case "tok_flaky":
		if m, ok := sqsbatch.MessageFromContext(ctx); ok && m.Attributes["ApproximateReceiveCount"] == "1" {
			return errors.New("payment provider: connection reset")
		}
	case "tok_slow":
		select {
		case <-time.After(2 * time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
