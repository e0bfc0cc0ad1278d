package payments_test

import (
	"testing"

	"github.com/lambdapatterns/lambdapatterns/examples/payments"
)

// An order of what is given away was paid with 0, which no provider charges: its job failed at every receive and ended as a dead letter.
func TestNothingIsNotPaid(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.user()
	if err := s.store.Products.Put(t.Context(), payments.Product{ID: "prod_sample", Name: "Sample"}); err != nil {
		t.Fatal(err)
	}
	order := s.must(201, "POST /users/{id}/orders", "u", `{"lines":[{"product_id":"prod_sample","quantity":1}]}`)["id"].(string)
	s.must(422, "POST /payments", "", paying(order, "tok_visa"))
	if len(s.jobs.sent) != 0 {
		t.Errorf("jobs: %v", s.jobs.sent)
	}
}
