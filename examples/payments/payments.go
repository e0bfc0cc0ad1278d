package payments

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

const (
	maxAttempts       = 9 // at paying one order
	maxIdempotencyKey = 255
)

// createPayment writes a payment down and asks the worker to charge it. If the asking fails, the payment stays pending and
// the client is told to come again: the repeated request finds the payment and asks once more.
//
// An order is paid once. The n-th attempt at paying it has an id made of the order's id and n, and there is no next attempt
// until the last one was declined: of two requests at once one writes the attempt down, and the other finds it.
//
// A request that is repeated with its Idempotency-Key finds its attempt when that was declined meanwhile, too: without the header
// nothing tells it from another try with the same card.
func (a *API) createPayment(ctx context.Context, user string, r events.APIGatewayV2HTTPRequest) (int, any, string, error) {
	var in struct {
		OrderID string `json:"order_id"`
		Card    string `json:"card"`
	}
	if err := readJSON(r, &in); err != nil {
		return 0, nil, "payment", err
	}
	if in.OrderID == "" || in.Card == "" {
		return 0, nil, "payment", problemf(http.StatusBadRequest, "order_id and card are both needed")
	}
	key := r.Headers["idempotency-key"]
	if len(key) > maxIdempotencyKey {
		return 0, nil, "payment", problemf(http.StatusBadRequest, "the Idempotency-Key has %d bytes, and %d are allowed", len(key), maxIdempotencyKey)
	}
	order, err := a.store.Orders.Get(ctx, Order{UserID: user, ID: in.OrderID}, singletable.Consistent())
	if err != nil {
		return 0, nil, "order", err
	}
	if order.Total < 1 {
		return 0, nil, "payment", problemf(http.StatusUnprocessableEntity, "there is nothing to pay") // a provider charges no 0
	}
	p, err := a.attempt(ctx, order, in.Card, key)
	if errors.Is(err, singletable.ErrExists) {
		p, err = a.attempt(ctx, order, in.Card, key) // another request was faster: this one finds what it wrote
	}
	if err == nil && p.Status == Pending {
		err = a.queue.send(ctx, Job{OrderID: p.OrderID, PaymentID: p.ID})
	}
	return http.StatusAccepted, p, "payment", err
}

// attempt returns the payment that the same request has asked for before, or the one under way for an order, if it is with the same
// card, or a new one.
func (a *API) attempt(ctx context.Context, order Order, card, key string) (Payment, error) {
	declined := 0
	for p, err := range a.store.Payments.Query(ctx, Payment{OrderID: order.ID}, singletable.Consistent()) {
		switch {
		case err != nil:
			return p, err
		case key != "" && p.Request == key && p.Card == card:
			return p, nil
		case p.Status == Declined:
			declined++
		case p.Card == card:
			return p, nil
		default:
			return p, problemf(http.StatusConflict, "the order has a payment already, and it is %s", p.Status)
		}
	}
	if declined == maxAttempts {
		return Payment{}, problemf(http.StatusConflict, "the order's payment was declined %d times; make a new order", declined)
	}
	p := Payment{
		OrderID: order.ID, ID: fmt.Sprintf("pay_%s-%d", strings.TrimPrefix(order.ID, "ord_"), declined+1), UserID: order.UserID,
		Amount: order.Total, Card: card, Request: key, Status: Pending,
	}
	err := a.store.Payments.Create(ctx, p, singletable.Stored(&p))
	return p, err
}

func (a *API) getPayment(ctx context.Context, user string, r events.APIGatewayV2HTTPRequest) (int, any, string, error) {
	p, err := a.store.Payments.GSI1().One(ctx, Payment{ID: r.PathParameters["id"]})
	if err == nil && p.UserID != user {
		return 0, nil, "payment", singletable.ErrNotFound
	}
	return http.StatusOK, p, "payment", err
}
