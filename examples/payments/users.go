package payments

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

const maxOrders = 100 // that one answer lists

// createUser writes down who asks. The address is held against the token where that has one.
func (a *API) createUser(ctx context.Context, user string, r events.APIGatewayV2HTTPRequest) (int, any, string, error) {
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
	u := User{ID: user, Email: in.Email, Name: in.Name}
	err := a.store.Users.Create(ctx, u, singletable.Stored(&u))
	return http.StatusCreated, u, "user", err
}

// findUser finds who asks by e-mail address, and nobody else: it does not tell whose address is known here.
func (a *API) findUser(ctx context.Context, user string, r events.APIGatewayV2HTTPRequest) (int, any, string, error) {
	email := r.QueryStringParameters["email"]
	if email == "" {
		return 0, nil, "user", problemf(http.StatusBadRequest, "say whom you look for: /users?email=…")
	}
	u, err := a.store.Users.GSI1().One(ctx, User{Email: email})
	if err == nil && u.ID != user {
		return 0, nil, "user", singletable.ErrNotFound
	}
	return http.StatusOK, u, "user", err
}

func (a *API) createOrder(ctx context.Context, user string, r events.APIGatewayV2HTTPRequest) (int, any, string, error) {
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
	if r.PathParameters["id"] != user {
		return 0, nil, "user", singletable.ErrNotFound
	}
	if _, err := a.store.Users.Get(ctx, User{ID: user}, singletable.Consistent()); err != nil {
		return 0, nil, "user", err
	}
	o := Order{UserID: user, ID: newID("ord")}
	for i, line := range in.Lines {
		if line.Quantity < 1 || line.Quantity > 1000 {
			return 0, nil, "order", problemf(http.StatusBadRequest, "line %d: the quantity is %d, and 1 to 1000 is allowed", i+1, line.Quantity)
		}
		product, err := a.store.Products.Get(ctx, Product{ID: line.ProductID})
		if errors.Is(err, singletable.ErrNotFound) {
			err = problemf(http.StatusUnprocessableEntity, "line %d: there is no such product", i+1)
		}
		if err != nil {
			return 0, nil, "product", err
		}
		o.Lines = append(o.Lines, Line{ProductID: line.ProductID, Quantity: line.Quantity, Price: product.Price})
		o.Total += line.Quantity * product.Price
	}
	err := a.store.Orders.Create(ctx, o, singletable.Stored(&o))
	return http.StatusCreated, o, "order", err
}

func (a *API) listOrders(ctx context.Context, user string, r events.APIGatewayV2HTTPRequest) (int, any, string, error) {
	if r.PathParameters["id"] != user {
		return 0, nil, "user", singletable.ErrNotFound
	}
	if _, err := a.store.Users.Get(ctx, User{ID: user}); err != nil {
		return 0, nil, "user", err
	}
	out := struct {
		Orders []Order `json:"orders"`
		More   bool    `json:"more"` // there are more than the answer lists
	}{Orders: []Order{}}
	for o, err := range a.store.Orders.Query(ctx, Order{UserID: user}) {
		if err != nil {
			return 0, nil, "order", err
		}
		if out.More = len(out.Orders) == maxOrders; out.More {
			break
		}
		out.Orders = append(out.Orders, o)
	}
	return http.StatusOK, out, "order", nil
}
