package checkout

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

const (
	maxLines    = 50
	maxQuantity = 1000
)

func (in Input) order() string { return in.OrderID }

// price writes the order down with the prices of the day, lines with the same product as one. If it comes again it finds the
// order, with the prices of the first time. It looks at all that later steps need, because a workflow that fails there has
// something to take back.
func (s *Service) price(ctx context.Context, in Input) (Order, error) {
	o := Order{UserID: in.UserID, ID: in.OrderID, Card: in.Card, Status: Placed}
	invalid := func(format string, args ...any) (Order, error) {
		return Order{}, &InvalidOrderError{in.OrderID, fmt.Sprintf(format, args...)}
	}
	if in.OrderID == "" || in.UserID == "" || len(in.OrderID) > 100 || len(in.UserID) > 100 {
		return invalid("order_id and user_id need 1 to 100 bytes")
	}
	if in.Card == "" || len(in.Card) > 100 {
		return invalid("card needs 1 to 100 bytes")
	}
	if n := len(in.Lines); n < 1 || n > maxLines {
		return invalid("it has %d lines, and 1 to %d are allowed", n, maxLines)
	}
	for i, line := range in.Lines {
		if line.ProductID == "" || len(line.ProductID) > 100 {
			return invalid("line %d: product_id needs 1 to 100 bytes", i+1)
		}
		at := slices.IndexFunc(o.Lines, func(l Line) bool { return l.ProductID == line.ProductID })
		if at < 0 {
			at = len(o.Lines)
			o.Lines = append(o.Lines, Line{ProductID: line.ProductID})
		}
		o.Lines[at].Quantity += line.Quantity
		if q := o.Lines[at].Quantity; line.Quantity < 1 || line.Quantity > maxQuantity || q > maxQuantity {
			return invalid("line %d: a product's quantity can be 1 to %d", i+1, maxQuantity)
		}
	}
	for i := range o.Lines {
		line := &o.Lines[i]
		product, err := s.store.Products.Get(ctx, Product{ID: line.ProductID})
		if errors.Is(err, singletable.ErrNotFound) {
			return invalid("there is no product %s", line.ProductID)
		}
		if err != nil {
			return Order{}, err
		}
		line.Price = product.Price
		o.Total += line.Quantity * line.Price
	}
	if o.Total < 1 {
		return invalid("there is nothing to pay")
	}
	err := s.store.Orders.Create(ctx, o)
	if !errors.Is(err, singletable.ErrExists) {
		return o, err
	}
	known, err := s.store.Orders.Get(ctx, o, singletable.Consistent())
	if errors.Is(err, singletable.ErrNotFound) {
		return invalid("another user's order has this id")
	}
	if err != nil {
		return Order{}, err
	}
	same := func(a, b Line) bool { return a.ProductID == b.ProductID && a.Quantity == b.Quantity }
	if known.Card != o.Card || !slices.EqualFunc(known.Lines, o.Lines, same) {
		return invalid("another order has this id")
	}
	return known, nil
}

type orderInput struct {
	OrderID string `json:"order_id"`
	UserID  string `json:"user_id"`
	Reason  string `json:"reason"`
}

func (in orderInput) order() string { return in.OrderID }

// confirm makes an order final, unless it is cancelled.
func (s *Service) confirm(ctx context.Context, in orderInput) (o Order, err error) {
	err = s.store.Orders.Update(ctx, Order{UserID: in.UserID, ID: in.OrderID}, func(o *Order) error {
		if o.Status == Cancelled {
			return &CancelledError{in.OrderID}
		}
		o.Status = Confirmed
		return nil
	}, singletable.Stored(&o))
	return o, err
}

// cancel makes an order final, unless it is confirmed. What was done for it has to be taken back then.
func (s *Service) cancel(ctx context.Context, in orderInput) (o Order, err error) {
	err = s.store.Orders.Update(ctx, Order{UserID: in.UserID, ID: in.OrderID}, func(o *Order) error {
		switch o.Status {
		case Confirmed:
			return &ConfirmedError{in.OrderID}
		case Placed:
			o.Status, o.Reason = Cancelled, in.Reason
		}
		return nil
	}, singletable.Stored(&o))
	return o, err
}
