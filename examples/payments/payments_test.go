package payments_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/examples/payments"
)

func TestFromUserToCapturedPayment(t *testing.T) {
	t.Parallel()
	s := newService(t)
	user := s.must(201, "POST /users", "", `{"email":"ada@example.com","name":"Ada"}`)
	id := user["id"].(string)
	if id != "u" {
		t.Errorf("the user's id is %s, not the token's subject", id)
	}
	if found := s.must(200, "GET /users", "ada@example.com", ""); found["id"] != id {
		t.Errorf("found %v by e-mail, want %s", found, id)
	}
	order := s.must(201, "POST /users/{id}/orders", id, `{"lines":[{"product_id":"prod_101","quantity":2}]}`)
	if order["total"] != 900.0 {
		t.Errorf("the order is %v, want a total of 900", order)
	}
	if list := s.must(200, "GET /users/{id}/orders", id, ""); len(list["orders"].([]any)) != 1 || list["more"] != false {
		t.Errorf("orders: %v", list)
	}
	payment := s.must(202, "POST /payments", "", fmt.Sprintf(`{"order_id":%q,"card":"tok_visa"}`, order["id"]))
	if payment["status"] != "pending" || payment["amount"] != 900.0 || payment["card"] != nil {
		t.Errorf("payment: %v", payment)
	}
	response, err := s.worker(t.Context(), batch(s.jobs.sent...))
	if err != nil || len(response.BatchItemFailures) != 0 {
		t.Fatalf("worker: %v, %v", response, err)
	}
	got := s.must(200, "GET /payments/{id}", payment["id"].(string), "")
	if got["status"] != "captured" || got["settled_at"] == nil {
		t.Errorf("after the worker: %v", got)
	}
	if len(s.results.sent) != 1 || !strings.Contains(s.results.sent[0], `"status":"captured"`) {
		t.Errorf("results: %v", s.results.sent)
	}
}

// An order is paid once, whatever clients repeat or try at the same time.
func TestOrderIsPaidOnce(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.user()
	order := s.order()
	s.jobs.err = errors.New("queue is away")
	if answer := s.must(503, "POST /payments", "", paying(order, "tok_declined")); strings.Contains(fmt.Sprint(answer), "away") {
		t.Errorf("the answer tells inner matters: %v", answer)
	}
	s.jobs.err = nil
	first := s.pay(order, "tok_declined") // finds the payment that the failed request wrote
	s.must(409, "POST /payments", "", paying(order, "tok_visa"))
	if _, err := s.worker(t.Context(), batch(s.jobs.sent...)); err != nil {
		t.Fatal(err)
	}
	// After the first attempt was declined, many clients try at once: one payment comes of it.
	var wg sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		wg.Go(func() { ids[i] = s.pay(order, "tok_visa") })
	}
	wg.Wait()
	if slices.Sort(ids); ids[0] != ids[7] || ids[0] == first {
		t.Fatalf("payments %v after %s, want one other", ids, first)
	}
	if _, err := s.worker(t.Context(), batch(s.jobs.sent...)); err != nil {
		t.Fatal(err)
	}
	sent := len(s.jobs.sent)
	if again := s.pay(order, "tok_visa"); again != ids[0] || len(s.jobs.sent) != sent {
		t.Errorf("a captured payment was asked for again: %s, jobs %v", again, s.jobs.sent)
	}
	s.must(409, "POST /payments", "", paying(order, "tok_other"))
	captured := 0
	for p, err := range s.store.Payments.Query(t.Context(), payments.Payment{OrderID: order}) {
		if err != nil {
			t.Fatal(err)
		}
		if p.Status == payments.Captured {
			captured++
		}
	}
	if captured != 1 {
		t.Errorf("%d captured payments, want 1", captured)
	}
}

func TestAttemptsAreLimited(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.user()
	order := s.order()
	for range 9 {
		s.pay(order, "tok_declined")
		if _, err := s.worker(t.Context(), batch(s.jobs.sent...)); err != nil {
			t.Fatal(err)
		}
	}
	s.must(409, "POST /payments", "", paying(order, "tok_visa"))
}
