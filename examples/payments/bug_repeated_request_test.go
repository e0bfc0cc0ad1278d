package payments_test

import (
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/examples/payments"
)

// A request whose answer was lost, repeated after its payment was declined, made a second attempt, and nobody was ever told of the
// first one. With its Idempotency-Key it finds its own.
func TestARepeatedRequestIsNoNewAttempt(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.user()
	order := s.order()
	s.key = "k1"
	first := s.pay(order, "tok_declined")
	if again := s.pay(order, "tok_declined"); again != first {
		t.Errorf("while it is pending: payment %s, want %s", again, first)
	}
	if _, err := s.worker(t.Context(), batch(s.jobs.sent...)); err != nil {
		t.Fatal(err)
	}
	sent := len(s.jobs.sent)
	again := s.must(202, "POST /payments", "", paying(order, "tok_declined"))
	if again["id"] != first || again["status"] != string(payments.Declined) || len(s.jobs.sent) != sent {
		t.Errorf("after it was declined: %v with %d jobs more, want payment %s, declined", again, len(s.jobs.sent)-sent, first)
	}
	for key, card := range map[string]string{"k1": "tok_visa", "k2": "tok_declined", "": "tok_declined"} {
		other := newService(t)
		other.user()
		order := other.order()
		other.key = "k1"
		first := other.pay(order, "tok_declined")
		if _, err := other.worker(t.Context(), batch(other.jobs.sent...)); err != nil {
			t.Fatal(err)
		}
		if other.key = key; other.pay(order, card) == first {
			t.Errorf("the key %q with %s got the attempt that was declined, want a new one", key, card)
		}
	}
	s.key = strings.Repeat("k", 256)
	s.must(400, "POST /payments", "", paying(order, "tok_visa"))
}
