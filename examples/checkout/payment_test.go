package checkout_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

func TestChargeOnce(t *testing.T) {
	t.Parallel()
	s := newService(t)
	charge := `{"order_id":"ord_1","amount":5250,"card":"tok_visa"}`
	first := s.is("", "charge", charge)
	if again := s.is("", "charge", charge); again != first || s.provider.charges != 1 {
		t.Errorf("again %s, first %s, %d calls of the provider", again, first, s.provider.charges)
	}
	s.is("InvalidOrderError", "charge", `{"order_id":"ord_1","amount":1,"card":"tok_visa"}`)
	s.money("ord_1", 1, 0)
}

// An answer has the same type and the same text each time, from whichever record it comes.
func TestDeclinedTwice(t *testing.T) {
	t.Parallel()
	s := newService(t)
	charge := `{"order_id":"ord_1","amount":5250,"card":"tok_declined"}`
	_, first := s.invoke(t.Context(), "charge", charge)
	_, again := s.invoke(t.Context(), "charge", charge)
	if errorType(first) != "DeclinedError" || errorType(again) != "DeclinedError" || first.Error() != again.Error() || s.provider.charges != 1 {
		t.Errorf("first %T: %v\nagain %T: %v\n%d calls of the provider", first, first, again, again, s.provider.charges)
	}
	if !strings.HasSuffix(first.Error(), "insufficient funds") {
		t.Error(first)
	}
	s.money("ord_1", 0, 0)
}

func TestChargeWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for card, calls := range map[string]int{"tok_lost": 2, "tok_flaky": 2} {
		order := "ord_" + card
		charge := fmt.Sprintf(`{"order_id":%q,"amount":450,"card":%q}`, order, card)
		s.provider.charges = 0
		s.is("TaskError", "charge", charge)
		s.is("", "charge", charge)
		s.is("", "charge", charge)
		s.money(order, 1, 0)
		if s.provider.charges != calls {
			t.Errorf("%s: %d calls of the provider", card, s.provider.charges)
		}
	}
}

func TestChargeAtOnceIsInProgress(t *testing.T) {
	t.Parallel()
	s := newService(t)
	charge := `{"order_id":"ord_1","amount":5250,"card":"tok_visa"}`
	s.provider.before = func(context.Context) error {
		s.is("InProgressError", "charge", charge)
		return nil
	}
	s.is("", "charge", charge)
	s.money("ord_1", 1, 0)
}

// The workflow has given up on a charge, and takes it back while its function goes on: whichever of the two the provider hears
// first, no money is kept.
func TestRefundWhileCharging(t *testing.T) {
	t.Parallel()
	charge, refund := `{"order_id":"ord_1","amount":5250,"card":"tok_visa"}`, `{"order_id":"ord_1"}`
	for name, tc := range map[string]struct {
		step             func(*provider, func(context.Context) error)
		charges, refunds int64
	}{
		"before the provider": {func(p *provider, f func(context.Context) error) { p.before = f }, 0, 0},
		"after the provider":  {func(p *provider, f func(context.Context) error) { p.after = f }, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService(t)
			tc.step(s.provider, func(context.Context) error { s.is("", "refund", refund); return nil })
			s.is("CancelledError", "charge", charge)
			s.is("CancelledError", "charge", charge)
			if out := s.is("", "refund", refund); !strings.Contains(out, fmt.Sprintf(`"status":"void","refunded":%t`, tc.refunds > 0)) {
				t.Errorf("the refund says %s", out)
			}
			s.money("ord_1", tc.charges, tc.refunds)
		})
	}
}

func TestRefundOnce(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.is("", "charge", `{"order_id":"ord_1","amount":5250,"card":"tok_visa"}`)
	first := s.is("", "refund", `{"order_id":"ord_1"}`)
	if again := s.is("", "refund", `{"order_id":"ord_1"}`); first != again || !strings.Contains(first, `"refunded":true`) {
		t.Errorf("first %s, again %s", first, again)
	}
	s.money("ord_1", 1, 1)
	// Without a charge, too, so that none comes later.
	s.is("", "refund", `{"order_id":"ord_2"}`)
	s.is("CancelledError", "charge", `{"order_id":"ord_2","amount":450,"card":"tok_visa"}`)
	s.money("ord_2", 0, 0)
}
