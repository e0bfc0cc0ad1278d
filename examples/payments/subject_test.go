package payments_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/examples/payments"
)

// What is another's is answered like what is not there, to the letter, and nothing comes of the request.
func TestAUserSeesNothingOfAnother(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.user()
	order := s.order()
	payment := s.pay(order, "tok_visa")
	s.as = "eve"
	s.must(201, "POST /users", "", `{"email":"eve@example.com"}`)
	for _, c := range []struct{ route, others, absent, body string }{
		{"GET /users", "ada@example.com", "nobody@example.com", ""},
		{"GET /users/{id}/orders", "u", "nobody", ""},
		{"POST /users/{id}/orders", "u", "nobody", `{"lines":[{"product_id":"prod_101","quantity":1}]}`},
		{"GET /payments/{id}", payment, "pay_none", ""},
		{"POST /payments", "", "", paying(order, "tok_visa")}, // in the body, and the absent one below
	} {
		_, others := s.call(c.route, c.others, c.body)
		_, absent := s.call(c.route, c.absent, strings.Replace(c.body, order, "ord_none", 1))
		a, _ := json.Marshal(others)
		b, _ := json.Marshal(absent)
		if string(a) != string(b) || others["status"] != 404.0 {
			t.Errorf("%s: another's is answered %s, what is not there %s", c.route, a, b)
		}
	}
	if answer := s.must(409, "POST /users", "", `{"email":"ada@example.com"}`); strings.Contains(answer["detail"].(string), "e-mail") {
		t.Errorf("a user who is there already learns of an address: %v", answer)
	}
	if len(s.jobs.sent) != 1 {
		t.Errorf("another's request reached the queue: %v", s.jobs.sent)
	}
	s.as = "u"
	if list := s.must(200, "GET /users/{id}/orders", "u", ""); len(list["orders"].([]any)) != 1 {
		t.Errorf("another's request changed the orders: %v", list)
	}
}

func TestWithoutASubjectNobodyIsLetIn(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for name, authorizer := range map[string]*events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
		"no authorizer": nil,
		"another kind":  {Lambda: map[string]any{"sub": "u"}},
		"no claims":     tokenOf(nil),
		"no subject":    tokenOf(map[string]string{"username": "u"}),
		"empty subject": tokenOf(map[string]string{"sub": ""}),
	} {
		for _, route := range payments.Routes() {
			if route == "$default" {
				continue
			}
			r := events.APIGatewayV2HTTPRequest{RouteKey: route, Body: `{}`, PathParameters: map[string]string{"id": ""}}
			r.RequestContext.Authorizer = authorizer
			response, err := s.api.Handle(t.Context(), r)
			if err != nil || response.StatusCode != http.StatusUnauthorized || response.Headers["www-authenticate"] != "Bearer" {
				t.Errorf("%s, %s: %+v, %v", name, route, response, err)
			}
		}
	}
}

// A token that has an e-mail address holds its user to it.
func TestNobodyTakesAnothersAddress(t *testing.T) {
	t.Parallel()
	s := newService(t)
	create := func(email string, claims map[string]string) int {
		r := events.APIGatewayV2HTTPRequest{
			RouteKey: "POST /users", Body: `{"email":"` + email + `"}`, Headers: map[string]string{"content-type": "application/json"},
		}
		r.RequestContext.Authorizer = tokenOf(claims)
		response, err := s.api.Handle(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode
	}
	verified := map[string]string{"sub": "eve", "token_use": "id", "email": "Eve@example.com", "email_verified": "true"}
	for name, claims := range map[string]map[string]string{
		"another's address":                   verified,
		"an access token":                     {"sub": "eve", "token_use": "access", "client_id": "c"},
		"one that she has changed hers to":    {"sub": "eve", "token_use": "id", "email": "ada@example.com", "email_verified": "false"},
		"one of which is not said what it is": {"sub": "eve", "email": "ada@example.com"},
	} {
		if got := create("ada@example.com", claims); got != http.StatusForbidden {
			t.Errorf("%s: %d", name, got)
		}
	}
	if got := create("eve@example.com", verified); got != http.StatusCreated {
		t.Errorf("the own address: %d", got)
	}
}

func TestAnAddressIsUsedOnce(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.user()
	s.as = "eve"
	if answer := s.must(409, "POST /users", "", `{"email":"ada@example.com"}`); !strings.Contains(answer["detail"].(string), "another user has this e-mail") {
		t.Errorf("%v", answer)
	}
}
