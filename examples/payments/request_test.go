package payments_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

func TestBadRequests(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.user()
	order := s.order()
	long := strings.Repeat("x", 2048)
	for _, c := range []struct {
		name, route, id, body string
		status                int
		says                  string
	}{
		{"not JSON", "POST /users", "", `{"email":`, 400, "not the JSON that is expected"},
		{"empty", "POST /users", "", ``, 400, "body is empty"},
		{"two values", "POST /users", "", `{"email":"a@b"}{}`, 400, "more than one JSON value"},
		{"unknown field", "POST /users", "", `{"mail":"a@b"}`, 400, `unknown field \"mail\"`},
		{"wrong type", "POST /users", "", `{"email":7}`, 400, `\"email\" in the body is a number and should be a string`},
		{"no e-mail", "POST /users", "", `{"email":"ada"}`, 400, "must be an e-mail address"},
		{"body over the limit", "POST /users", "", `{"email":"` + strings.Repeat("x", 64<<10) + `"}`, 413, "65536 are allowed"},
		{"an id of the client's", "POST /users", "", `{"id":"v","email":"a@b"}`, 400, `unknown field \"id\"`},
		{"user exists", "POST /users", "", `{"email":"a@b"}`, 409, "there is such a user already"},
		{"whom", "GET /users", "", "", 400, "say whom you look for"},
		{"nobody", "GET /users", "eve@example.com", "", 404, "there is no such user"},
		{"orders of nobody", "GET /users/{id}/orders", "a#b", "", 404, "there is no such user"},
		{"payment of a long id", "GET /payments/{id}", long, "", 400, "the limit is 2048"},
		{"order for nobody", "POST /users/{id}/orders", "eve", `{"lines":[{"product_id":"prod_101","quantity":1}]}`, 404, "no such user"},
		{"no lines", "POST /users/{id}/orders", "u", `{"lines":[]}`, 400, "1 to 50 lines"},
		{"quantity", "POST /users/{id}/orders", "u", `{"lines":[{"product_id":"prod_101","quantity":-1}]}`, 400, "the quantity is -1"},
		{"product", "POST /users/{id}/orders", "u", `{"lines":[{"product_id":"nope","quantity":1}]}`, 422, "no such product"},
		{"unknown order", "POST /payments", "", `{"order_id":"nope","card":"c"}`, 404, "there is no such order"},
		{"no card", "POST /payments", "", `{"order_id":"` + order + `"}`, 400, "card are both needed"},
		{"a user of the client's", "POST /payments", "", `{"user_id":"u","order_id":"` + order + `","card":"c"}`, 400, `unknown field \"user_id\"`},
		{"unknown payment", "GET /payments/{id}", "nope", "", 404, "there is no such payment"},
	} {
		status, answer := s.call(c.route, c.id, c.body)
		body, _ := json.Marshal(answer)
		if status != c.status || !strings.Contains(string(body), c.says) || answer["title"] != http.StatusText(c.status) {
			t.Errorf("%s: got %d %s, want %d with %q", c.name, status, body, c.status, c.says)
		}
	}
	if len(s.jobs.sent) != 0 {
		t.Errorf("a bad request reached the queue: %v", s.jobs.sent)
	}
	if list := s.must(200, "GET /users/{id}/orders", "u", ""); len(list["orders"].([]any)) != 1 {
		t.Errorf("a bad request changed the orders: %v", list)
	}
}

func TestWrongMethodTypeAndPath(t *testing.T) {
	t.Parallel()
	s := newService(t)
	request := func(route, method, path, kind string) events.APIGatewayV2HTTPRequest {
		r := events.APIGatewayV2HTTPRequest{RouteKey: route, RawPath: path, Body: "{}", Headers: map[string]string{"content-type": kind}}
		r.RequestContext.HTTP.Method = method
		r.RequestContext.Authorizer = tokenOf(map[string]string{"sub": "u"})
		return r
	}
	for _, c := range []struct {
		r      events.APIGatewayV2HTTPRequest
		status int
		allow  string
	}{
		{request("$default", "PUT", "/payments/pay_1", "application/json"), 405, "GET"},
		{request("$default", "GET", "/payments", "application/json"), 405, "POST"},
		{request("$default", "GET", "/nowhere", "application/json"), 404, ""},
		{request("$default", "GET", "/users//orders", "application/json"), 404, ""},
		{request("POST /users", "POST", "/users", "text/plain"), 415, ""},
		{request("POST /users", "POST", "/users", ""), 415, ""},
	} {
		got, err := s.api.Handle(t.Context(), c.r)
		if err != nil || got.StatusCode != c.status || got.Headers["allow"] != c.allow ||
			got.Headers["content-type"] != "application/problem+json" {
			t.Errorf("%s %s: got %+v, %v; want %d", c.r.RouteKey, c.r.RawPath, got, err, c.status)
		}
	}
}

func TestIDsWithDelimitersWork(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.as = "a#b"
	s.must(201, "POST /users", "", `{"email":"a#b@example.com"}`)
	order := s.must(201, "POST /users/{id}/orders", "a#b", `{"lines":[{"product_id":"prod_101","quantity":1}]}`)
	if u := s.must(200, "GET /users", "a#b@example.com", ""); u["id"] != "a#b" {
		t.Errorf("found %v", u)
	}
	if list := s.must(200, "GET /users/{id}/orders", "a#b", ""); fmt.Sprint(list["orders"].([]any)[0].(map[string]any)["id"]) != order["id"] {
		t.Errorf("orders: %v", list)
	}
	s.as = "a"
	s.must(404, "GET /users/{id}/orders", "a", "")
}
