package payments

import (
	"context"
	"errors"
	"net/http"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// createPayment writes the payment down and asks the worker to charge it. If the asking fails, the payment stays pending and
// the client is told to come again: with an id of its own choice the repeated request asks once more and changes nothing else.
func (a *API) createPayment(ctx context.Context, r events.APIGatewayV2HTTPRequest) (int, any, string, error) {
	var in struct {
		ID      string
		UserID  string `json:"user_id"`
		OrderID string `json:"order_id"`
		Card    string
	}
	if err := readJSON(r, &in); err != nil {
		return 0, nil, "payment", err
	}
	if in.UserID == "" || in.OrderID == "" || in.Card == "" {
		return 0, nil, "payment", problemf(http.StatusBadRequest, "user_id, order_id and card are all needed")
	}
	order, err := a.store.Orders.Get(ctx, Order{UserID: in.UserID, ID: in.OrderID}, singletable.Consistent)
	if err != nil {
		return 0, nil, "order", err
	}
	p := Payment{
		OrderID: order.ID, ID: newID("pay", in.ID), UserID: order.UserID,
		Amount: order.Total, Card: in.Card, Status: Pending, CreatedAt: now(),
	}
	err = a.store.Payments.Create(ctx, p)
	if errors.Is(err, singletable.ErrExists) {
		p, err = a.repeated(ctx, p)
	}
	if err == nil && p.Status == Pending {
		err = a.queue.send(ctx, Job{OrderID: p.OrderID, PaymentID: p.ID})
	}
	return http.StatusAccepted, p, "payment", err
}

// repeated returns the payment that stands already where the client sends p, if it is the same payment.
func (a *API) repeated(ctx context.Context, p Payment) (Payment, error) {
	stands, err := a.store.Payments.Get(ctx, p, singletable.Consistent)
	if err == nil && (stands.UserID != p.UserID || stands.Card != p.Card || stands.Amount != p.Amount) {
		err = problemf(http.StatusConflict, "there is another payment with this id already")
	}
	return stands, err
}

func (a *API) getPayment(ctx context.Context, r events.APIGatewayV2HTTPRequest) (int, any, string, error) {
	p, err := a.store.Payments.GSI1().One(ctx, Payment{ID: r.PathParameters["id"]})
	return http.StatusOK, p, "payment", err
}
