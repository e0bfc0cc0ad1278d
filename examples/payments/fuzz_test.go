package payments_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

// Whatever a body is, it is answered with JSON and never as if the service were to blame, and what it says of a user or an id of
// its own changes nothing of another's.
func FuzzBody(f *testing.F) {
	for _, body := range []string{
		`{"email":"ada@example.com","name":"Ada"}`, `{"lines":[{"product_id":"prod_101","quantity":2}]}`, `{"order_id":"ord_1","card":"tok_visa"}`,
		`{"email":"a@b","sub":"u"}`, `{"lines":[{"product_id":"a#b","quantity":1e3}]}`, `{"order_id":"\u0000#|","card":"tok"}`, `[]`, `null`, `{}{}`, `{"email":7}`, "\xff",
	} {
		f.Add(body, "application/json", false)
		f.Add(body, "Application/JSON; charset=utf-8", true)
	}
	f.Fuzz(func(t *testing.T, body, kind string, isBase64 bool) {
		s := newService(t)
		s.user()
		s.order()
		for _, route := range []string{"POST /users", "POST /users/{id}/orders", "POST /payments"} {
			for _, user := range []string{"u", "eve"} {
				r := events.APIGatewayV2HTTPRequest{
					RouteKey: route, Body: body, IsBase64Encoded: isBase64, Headers: map[string]string{"content-type": kind}, PathParameters: map[string]string{"id": user},
				}
				r.RequestContext.Authorizer = tokenOf(map[string]string{"sub": user})
				response, err := s.api.Handle(t.Context(), r)
				if err != nil || !slices.Contains([]int{201, 202, 400, 404, 409, 413, 415, 422}, response.StatusCode) || !json.Valid([]byte(response.Body)) {
					t.Errorf("%s with %q as %q: %+v, %v", route, body, kind, response, err)
				}
			}
		}
		if u := s.must(200, "GET /users", "ada@example.com", ""); u["id"] != "u" {
			t.Errorf("%q: the address is %v's", body, u["id"])
		}
	})
}
