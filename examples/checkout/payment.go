package checkout

import (
	"context"
	"errors"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

type chargeInput struct {
	OrderID string `json:"order_id"`
	Amount  int64  `json:"amount"`
	Card    string `json:"card"`
}

func (in chargeInput) order() string { return in.OrderID }

// paymentID is the payment's id at the provider. An order has one payment.
func paymentID(orderID string) string { return "pay_" + orderID }

// charge charges an order's payment. Calls for one order run one at a time and get one answer, which is idempotency's part; after
// its record is gone, and where a process has died in between, the payment in the table and the provider's idempotency by its id
// see to it that money is taken once.
func (s *Service) charge(ctx context.Context, in chargeInput) (Payment, error) {
	if in.Amount < 1 || in.Card == "" {
		return Payment{}, &InvalidOrderError{in.OrderID, "there is nothing to charge, or no card"}
	}
	p := Payment{OrderID: in.OrderID, ID: paymentID(in.OrderID), Amount: in.Amount, Card: in.Card, Status: Pending}
	if err := s.store.Payments.Create(ctx, p); err != nil {
		if !errors.Is(err, singletable.ErrExists) {
			return Payment{}, err
		}
		if p, err = s.store.Payments.Get(ctx, p, singletable.Consistent()); err != nil {
			return Payment{}, err
		}
		if p.Amount != in.Amount && p.Status != Void {
			return Payment{}, &InvalidOrderError{in.OrderID, "it was charged with another amount"}
		}
	}
	if p.Status == Pending {
		if err := s.settle(ctx, &p); err != nil {
			return Payment{}, err
		}
	}
	switch p.Status {
	case Declined:
		return Payment{}, &DeclinedError{p.OrderID, p.Reason}
	case Void:
		return Payment{}, &CancelledError{p.OrderID}
	}
	return p, nil
}

// settle asks the provider and writes the answer down, unless the payment has become void meanwhile.
func (s *Service) settle(ctx context.Context, p *Payment) error {
	status, reason := Captured, ""
	err := s.provider.Charge(ctx, *p)
	if declined, ok := errors.AsType[*DeclinedError](err); ok {
		status, reason = Declined, declined.Reason
	} else if err != nil {
		return err
	}
	return s.store.Payments.Update(ctx, *p, func(p *Payment) error {
		if p.Status == Pending {
			p.Status, p.Reason = status, reason
		}
		return nil
	}, singletable.Stored(p))
}

type refundInput struct {
	OrderID string `json:"order_id"`
}

func (in refundInput) order() string { return in.OrderID }

// refund makes certain that nothing is charged for an order, now and later. First the table says that the payment is void, then
// the provider gives back what it has taken: a charge that is under way meanwhile is refused or given back, whichever it meets.
func (s *Service) refund(ctx context.Context, in refundInput) (Payment, error) {
	p := Payment{OrderID: in.OrderID, ID: paymentID(in.OrderID), Status: Void}
	err := s.store.Payments.Create(ctx, p)
	if errors.Is(err, singletable.ErrExists) {
		err = s.store.Payments.Update(ctx, p, func(p *Payment) error { p.Status = Void; return nil })
	}
	if err != nil {
		return Payment{}, err
	}
	refunded, err := s.provider.Void(ctx, p.ID)
	if err != nil {
		return Payment{}, err
	}
	err = s.store.Payments.Update(ctx, p, func(p *Payment) error { p.Refunded = refunded; return nil }, singletable.Stored(&p))
	return p, err
}
