package checkout

import (
	"context"
	"errors"
	"time"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// Provider moves money. It knows a payment by its id, takes that as an idempotency key, and remembers it for as long as an
// execution can run.
type Provider interface {
	// Charge returns nil once the money is captured, however often it is asked; a [*DeclinedError] when the card will never be
	// charged; a [*CancelledError] after Void; any other error when it is worth another try.
	Charge(ctx context.Context, p Payment) error
	// Void makes certain that nothing is charged for the payment, now and later: it gives back what was captured and refuses a
	// charge that comes after it. It says whether something was given back, the same however often it is asked.
	Void(ctx context.Context, id string) (refunded bool, err error)
}

// SimulatedProvider stands where a payment provider's client would. It keeps its books in the service's table, at
// PROVIDER#{payment_id}|LEDGER, because charge and refund are two functions. The card's token says what happens; every other token
// is charged.
//
//	tok_declined  declined for good
//	tok_flaky     cannot be reached the first time
//	tok_lost      is charged the first time, and the answer is lost
//	tok_slow      takes two seconds
type SimulatedProvider struct{ Store *Store }

// entry is the provider's own book-keeping of a payment.
type entry struct {
	PaymentID string `dynamodbav:"payment_id"`
	OrderID   string `dynamodbav:"order_id"`
	Asked     int64  `dynamodbav:"asked"`    // how often it was to be charged
	Charges   int64  `dynamodbav:"charges"`  // how often money was taken: 0 or 1
	Refunds   int64  `dynamodbav:"refunds"`  // how often it was given back: 0 or 1
	Declined  bool   `dynamodbav:"declined"` // for good
	Void      bool   `dynamodbav:"void"`
	Version   int64  `dynamodbav:"version"`
}

// Money is how often money was taken for an order and given back, as the provider has it.
func (s SimulatedProvider) Money(ctx context.Context, orderID string) (charges, refunds int64, err error) {
	e, err := s.Store.ledger.Get(ctx, entry{PaymentID: paymentID(orderID)}, singletable.Consistent())
	if errors.Is(err, singletable.ErrNotFound) {
		err = nil
	}
	return e.Charges, e.Refunds, err
}

func (s SimulatedProvider) change(ctx context.Context, id string, change func(*entry)) (entry, error) {
	now := entry{PaymentID: id}
	if err := s.Store.ledger.Create(ctx, now); err != nil && !errors.Is(err, singletable.ErrExists) {
		return now, err
	}
	err := s.Store.ledger.Update(ctx, now, func(e *entry) error { change(e); return nil }, singletable.Stored(&now))
	return now, err
}

// Charge implements [Provider].
func (s SimulatedProvider) Charge(ctx context.Context, p Payment) error {
	if p.Card == "tok_slow" {
		select {
		case <-time.After(2 * time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	e, err := s.change(ctx, p.ID, func(e *entry) {
		e.OrderID = p.OrderID
		e.Asked++
		switch {
		case e.Void || e.Declined || e.Charges > 0:
		case p.Card == "tok_declined":
			e.Declined = true
		case p.Card != "tok_flaky" || e.Asked > 1:
			e.Charges++
		}
	})
	switch {
	case err != nil:
		return err
	case e.Void:
		return &CancelledError{p.OrderID}
	case e.Declined:
		return &DeclinedError{p.OrderID, "insufficient funds"}
	case e.Charges == 0:
		return errors.New("payment provider: connection refused")
	case p.Card == "tok_lost" && e.Asked == 1:
		return errors.New("payment provider: connection reset")
	}
	return nil
}

// Void implements [Provider].
func (s SimulatedProvider) Void(ctx context.Context, id string) (refunded bool, err error) {
	e, err := s.change(ctx, id, func(e *entry) {
		e.Void = true
		e.Refunds = e.Charges
	})
	return e.Refunds > 0, err
}
