package checkout

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

type lineInput struct {
	OrderID   string `json:"order_id"`
	ProductID string `json:"product_id"`
	Quantity  int64  `json:"quantity"`
}

func (in lineInput) order() string { return in.OrderID }

// reserve takes a line's quantity out of the product's stock, once: the stock and the order's reservation change together. It
// finds what it has reserved before, and it finds that it comes after release.
func (s *Service) reserve(ctx context.Context, in lineInput) (Reservation, error) {
	want := Reservation{OrderID: in.OrderID, ProductID: in.ProductID, Quantity: in.Quantity}
	if in.Quantity < 1 {
		return want, &InvalidOrderError{in.OrderID, "a line's quantity is below 1"}
	}
	got := want
	err := s.untilSettled(ctx, func() error {
		// The stock first: what another call of this order takes out of it meanwhile is then seen in the reservation.
		stock, err := s.store.Stock.Get(ctx, Stock{ProductID: in.ProductID}, singletable.Consistent())
		if err != nil && !errors.Is(err, singletable.ErrNotFound) {
			return err
		}
		known, err := s.store.Reservations.Get(ctx, want, singletable.Consistent())
		switch {
		case err == nil && known.Released:
			return &CancelledError{in.OrderID}
		case err == nil:
			got = known
			return nil
		case !errors.Is(err, singletable.ErrNotFound):
			return err
		}
		if stock.Available < in.Quantity {
			return &OutOfStockError{in.OrderID, in.ProductID, in.Quantity, stock.Available}
		}
		left := stock
		left.Available -= in.Quantity
		return s.store.table.Transact(ctx, []singletable.Action{
			s.store.Stock.ToUpdate(stock, left),
			s.store.Reservations.ToCreate(want),
		})
	})
	return got, err
}

// release gives back what an order has reserved of a product, once. Where nothing is reserved it writes down that nothing may be
// any more: the reservation's function can be at work still when the workflow has given up on it.
func (s *Service) release(ctx context.Context, in lineInput) (Reservation, error) {
	released := Reservation{OrderID: in.OrderID, ProductID: in.ProductID, Released: true}
	err := s.untilSettled(ctx, func() error {
		known, err := s.store.Reservations.Get(ctx, released, singletable.Consistent())
		switch {
		case errors.Is(err, singletable.ErrNotFound):
			return s.store.Reservations.Create(ctx, released)
		case err != nil || known.Released:
			return err
		}
		stock, err := s.store.Stock.Get(ctx, Stock{ProductID: in.ProductID}, singletable.Consistent())
		if err != nil {
			return err
		}
		more, free := stock, known
		more.Available += known.Quantity
		free.Released = true
		return s.store.table.Transact(ctx, []singletable.Action{
			s.store.Stock.ToUpdate(stock, more),
			s.store.Reservations.ToUpdate(known, free),
		})
	})
	return released, err
}

// maxPause is the longest pause before what another writer has thwarted is done again.
const maxPause = 200 * time.Millisecond

// untilSettled does something again, all of it, for as long as others write the same items first and ctx lasts: of several orders
// for one product each needs its turn.
func (s *Service) untilSettled(ctx context.Context, do func() error) error {
	for most := 5 * time.Millisecond; ; most = min(2*most, maxPause) {
		err := do()
		if !errors.Is(err, singletable.ErrConflict) && !errors.Is(err, singletable.ErrExists) {
			return err
		}
		select {
		case <-time.After(rand.N(most)):
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), err)
		}
	}
}
