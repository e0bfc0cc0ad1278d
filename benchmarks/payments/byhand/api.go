package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

const (
	maxOrders   = 100
	maxAttempts = 9
)

type api struct {
	store    *store
	queue    *sqs.Client
	queueURL string
	log      *slog.Logger
}

type action func(ctx context.Context, user string, r events.APIGatewayV2HTTPRequest) (status int, answer any, about string, err error)

func (a *api) routes() map[string]action {
	return map[string]action{
		"POST /users": a.createUser, "GET /users": a.findUser, "POST /users/{id}/orders": a.createOrder,
		"GET /users/{id}/orders": a.listOrders, "POST /payments": a.createPayment, "GET /payments/{id}": a.getPayment,
	}
}

func (a *api) handle(ctx context.Context, r events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	do, ok := a.routes()[r.RouteKey]
	if !ok {
		return a.noRoute(r).response(), nil
	}
	user, err := subjectOf(r)
	if err != nil {
		return problemOf(err, "user").response(), nil
	}
	status, answer, about, err := do(ctx, user, r)
	if err == nil {
		return respond(status, answer), nil
	}
	p := problemOf(err, about)
	if p.Status >= 500 {
		a.log.ErrorContext(ctx, "request failed", "route", r.RouteKey, "error", err)
	}
	return p.response(), nil
}

func (a *api) noRoute(r events.APIGatewayV2HTTPRequest) *problem {
	var allow []string
	for key := range a.routes() {
		if method, path, _ := strings.Cut(key, " "); samePath(path, r.RawPath) {
			allow = append(allow, method)
		}
	}
	if allow == nil {
		return problemf(http.StatusNotFound, "there is nothing at %s", r.RawPath)
	}
	p := problemf(http.StatusMethodNotAllowed, "%s does not take %s", r.RawPath, r.RequestContext.HTTP.Method)
	p.headers = map[string]string{"allow": strings.Join(allow, ", ")}
	return p
}

func samePath(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] != got[i] && (!strings.HasPrefix(want[i], "{") || got[i] == "") {
			return false
		}
	}
	return true
}

func newID(prefix string) string { return prefix + "_" + strings.ToLower(rand.Text()[:16]) }

func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

func (a *api) createUser(ctx context.Context, userID string, r events.APIGatewayV2HTTPRequest) (int, any, string, error) {
	var in struct {
		Email string `json:"email"`
		Name  string `json:"name"`
	}
	if err := readJSON(r, &in); err != nil {
		return 0, nil, "user", err
	}
	if at := strings.LastIndexByte(in.Email, '@'); at < 1 || at == len(in.Email)-1 || len(in.Email) > 254 {
		return 0, nil, "user", problemf(http.StatusBadRequest, "email must be an e-mail address")
	}
	if err := mayUse(r, in.Email); err != nil {
		return 0, nil, "user", err
	}
	u := user{ID: userID, Email: in.Email, Name: in.Name, CreatedAt: now()}
	return http.StatusCreated, u, "user", a.store.createUser(ctx, u)
}

func (a *api) findUser(ctx context.Context, userID string, r events.APIGatewayV2HTTPRequest) (int, any, string, error) {
	email := r.QueryStringParameters["email"]
	if email == "" {
		return 0, nil, "user", problemf(http.StatusBadRequest, "say whom you look for: /users?email=…")
	}
	u, err := a.store.userByEmail(ctx, email)
	if err == nil && u.ID != userID {
		return 0, nil, "user", errNotFound
	}
	return http.StatusOK, u, "user", err
}

func (a *api) createOrder(ctx context.Context, userID string, r events.APIGatewayV2HTTPRequest) (int, any, string, error) {
	var in struct {
		Lines []struct {
			ProductID string `json:"product_id"`
			Quantity  int64  `json:"quantity"`
		} `json:"lines"`
	}
	if err := readJSON(r, &in); err != nil {
		return 0, nil, "order", err
	}
	if n := len(in.Lines); n < 1 || n > 50 {
		return 0, nil, "order", problemf(http.StatusBadRequest, "an order has 1 to 50 lines, this one has %d", n)
	}
	if r.PathParameters["id"] != userID {
		return 0, nil, "user", errNotFound
	}
	if _, err := a.store.user(ctx, userID, true); err != nil {
		return 0, nil, "user", err
	}
	o := order{UserID: userID, ID: newID("ord"), CreatedAt: now()}
	for i, l := range in.Lines {
		if l.Quantity < 1 || l.Quantity > 1000 {
			return 0, nil, "order", problemf(http.StatusBadRequest, "line %d: the quantity is %d, and 1 to 1000 is allowed", i+1, l.Quantity)
		}
		p, err := a.store.product(ctx, l.ProductID)
		if errors.Is(err, errNotFound) {
			err = problemf(http.StatusUnprocessableEntity, "line %d: there is no such product", i+1)
		}
		if err != nil {
			return 0, nil, "product", err
		}
		o.Lines = append(o.Lines, line{ProductID: l.ProductID, Quantity: l.Quantity, Price: p.Price})
		o.Total += l.Quantity * p.Price
	}
	return http.StatusCreated, o, "order", a.store.createOrder(ctx, o)
}

func (a *api) listOrders(ctx context.Context, userID string, r events.APIGatewayV2HTTPRequest) (int, any, string, error) {
	if r.PathParameters["id"] != userID {
		return 0, nil, "user", errNotFound
	}
	if _, err := a.store.user(ctx, userID, false); err != nil {
		return 0, nil, "user", err
	}
	orders, err := list[order](ctx, a.store, "USER#"+userID, "ORDER#", false, maxOrders+1)
	if err != nil {
		return 0, nil, "order", err
	}
	out := struct {
		Orders []order `json:"orders"`
		More   bool    `json:"more"`
	}{orders[:min(len(orders), maxOrders)], len(orders) > maxOrders}
	return http.StatusOK, out, "order", nil
}

func (a *api) createPayment(ctx context.Context, userID string, r events.APIGatewayV2HTTPRequest) (int, any, string, error) {
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
	o, err := a.store.order(ctx, userID, in.OrderID)
	if err != nil {
		return 0, nil, "order", err
	}
	p, err := a.attempt(ctx, o, in.Card)
	if errors.Is(err, errExists) {
		p, err = a.attempt(ctx, o, in.Card)
	}
	if err == nil && p.Status == "pending" {
		err = a.send(ctx, p)
	}
	return http.StatusAccepted, p, "payment", err
}

// attempt returns the payment under way for an order, if it is with the same card, or a new one.
func (a *api) attempt(ctx context.Context, o order, card string) (payment, error) {
	payments, err := list[payment](ctx, a.store, "ORDER#"+o.ID, "PAYMENT#", true, 1000)
	if err != nil {
		return payment{}, err
	}
	declined := 0
	for _, p := range payments {
		switch {
		case p.Status == "declined":
			declined++
		case p.Card == card:
			return p, nil
		default:
			return p, problemf(http.StatusConflict, "the order has a payment already, and it is %s", p.Status)
		}
	}
	if declined == maxAttempts {
		return payment{}, problemf(http.StatusConflict, "the order's payment was declined %d times; make a new order", declined)
	}
	p := payment{
		OrderID: o.ID, ID: fmt.Sprintf("pay_%s-%d", strings.TrimPrefix(o.ID, "ord_"), declined+1), UserID: o.UserID,
		Amount: o.Total, Card: card, Status: "pending", CreatedAt: now(),
	}
	return p, a.store.createPayment(ctx, p)
}

func (a *api) send(ctx context.Context, p payment) error {
	body, err := json.Marshal(struct {
		OrderID   string `json:"order_id"`
		PaymentID string `json:"payment_id"`
	}{p.OrderID, p.ID})
	if err != nil {
		return err
	}
	_, err = a.queue.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &a.queueURL, MessageBody: aws.String(string(body))})
	return err
}

func (a *api) getPayment(ctx context.Context, userID string, r events.APIGatewayV2HTTPRequest) (int, any, string, error) {
	p, err := a.store.payment(ctx, r.PathParameters["id"])
	if err == nil && p.UserID != userID {
		return 0, nil, "payment", errNotFound
	}
	return http.StatusOK, p, "payment", err
}
