package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/checkout"
	"github.com/lambdapatterns/lambdapatterns/examples/internal/stepfunctions"
	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// tellCheckout tells the story of the checkout, as tell does that of the payments.
func tellCheckout(ctx context.Context, t *till) error {
	began := time.Now()
	for _, act := range []struct {
		heading string
		play    func(context.Context) error
	}{
		{"An order is reserved, charged and confirmed", t.success},
		{"A card is declined, and the stock comes back", t.declined},
		{"The payment provider is away for a moment", t.retried},
		{"A large order waits for a person", t.approved},
		{"Stock, orders and money agree", t.balanced},
	} {
		t.heading(act.heading)
		if err := act.play(ctx); err != nil {
			if ctx.Err() != nil {
				return errors.New("interrupted")
			}
			return fmt.Errorf("%s: %w", act.heading, err)
		}
	}
	t.printf("\nAll was as it had to be. %.1f s\n", time.Since(began).Seconds())
	return nil
}

var (
	tea = checkout.OrderLine{ProductID: "prod_tea", Quantity: 2}
	pot = checkout.OrderLine{ProductID: "prod_pot", Quantity: 1}
)

// begin starts an execution for an order of Ada's.
func (t *till) begin(id, card string, lines ...checkout.OrderLine) (*stepfunctions.Execution, error) {
	input, err := json.Marshal(checkout.Input{OrderID: id, UserID: "usr_ada", Card: card, Lines: lines})
	if err != nil {
		return nil, err
	}
	t.printf("  start   %s\n", t.oneLine(string(input)))
	return t.engine.Start(id, input)
}

// ends waits for the end of an execution, shows it, and checks its outcome and the top states that it went through.
func (t *till) ends(ctx context.Context, x *stepfunctions.Execution, want checkout.Outcome, states ...string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	output, err := x.Wait(ctx)
	if err != nil {
		return fmt.Errorf("execution %s: %w", x.Name(), err)
	}
	t.printf("  end     %s\n", output)
	var entered []string
	for _, e := range x.History() {
		if e.Item < 0 && strings.HasSuffix(e.Type, "StateEntered") {
			entered = append(entered, e.State)
		}
	}
	t.printf("  states  %s; %d state transitions\n", strings.Join(entered, " > "), x.Transitions())
	if !slices.Equal(entered, states) {
		return fmt.Errorf("execution %s went through %q, want %q", x.Name(), entered, states)
	}
	var got checkout.Outcome
	if err := json.Unmarshal(output, &got); err != nil {
		return err
	}
	if want.OrderID = x.Name(); got != want {
		return fmt.Errorf("execution %s ended with %+v, want %+v", x.Name(), got, want)
	}
	return nil
}

func (t *till) success(ctx context.Context) error {
	for _, p := range []struct {
		checkout.Product
		available int64
	}{
		{checkout.Product{ID: "prod_tea", Name: "Tea", Price: 450}, 10}, {checkout.Product{ID: "prod_pot", Name: "Teapot", Price: 3900}, 50},
	} {
		if err := errors.Join(t.store.Products.Put(ctx, p.Product),
			t.store.Stock.Create(ctx, checkout.Stock{ProductID: p.ID, Available: p.available})); err != nil {
			return err
		}
	}
	x, err := t.begin("ord_1", "tok_visa", tea, pot)
	if err != nil {
		return err
	}
	return t.ends(ctx, x, checkout.Outcome{Status: checkout.Confirmed, Total: 4800}, "Price", "Reserve", "Large", "Charge", "Confirm", "Confirmed")
}

func (t *till) declined(ctx context.Context) error {
	x, err := t.begin("ord_2", "tok_declined", tea, pot)
	if err != nil {
		return err
	}
	return t.ends(ctx, x, checkout.Outcome{Status: checkout.Cancelled, Reason: "DeclinedError"},
		"Price", "Reserve", "Large", "Charge", "Cancel", "Refund", "Release", "Answer", "Cancelled")
}

func (t *till) retried(ctx context.Context) error {
	x, err := t.begin("ord_3", "tok_flaky", tea)
	if err != nil {
		return err
	}
	if err := t.ends(ctx, x, checkout.Outcome{Status: checkout.Confirmed, Total: 900}, "Price", "Reserve", "Large", "Charge", "Confirm", "Confirmed"); err != nil {
		return err
	}
	again := slices.ContainsFunc(x.History(), func(e stepfunctions.Event) bool { return e.State == "Charge" && e.Retried })
	if !again {
		return errors.New("the flaky card was charged at once")
	}
	return nil
}

func (t *till) approved(ctx context.Context) error {
	x, err := t.begin("ord_4", "tok_visa", checkout.OrderLine{ProductID: "prod_pot", Quantity: 30})
	if err != nil {
		return err
	}
	var asked struct {
		OrderID   string `json:"order_id"`
		Total     int64  `json:"total"`
		TaskToken string `json:"task_token"`
	}
	err = t.until(ctx, "a message asks for the approval", func() (bool, error) {
		messages, err := t.approvals.Receive(ctx, 1, time.Second)
		if err != nil || len(messages) == 0 {
			return false, err
		}
		if err := json.Unmarshal([]byte(messages[0].Body), &asked); err != nil {
			return false, err
		}
		return true, t.approvals.Delete(ctx, []string{messages[0].ReceiptHandle})
	})
	if err != nil {
		return err
	}
	if asked.OrderID != "ord_4" || asked.Total != 117000 {
		return fmt.Errorf("the approval of order %s over %d is asked for, want ord_4 over 117000", asked.OrderID, asked.Total)
	}
	t.printf("  approve %s over %d cents, by usr_bob\n", asked.OrderID, asked.Total)
	if err := t.engine.SendTaskSuccess(asked.TaskToken, []byte(`{"approved_by":"usr_bob"}`)); err != nil {
		return err
	}
	return t.ends(ctx, x, checkout.Outcome{Status: checkout.Confirmed, Total: 117000},
		"Price", "Reserve", "Large", "Approval", "Charge", "Confirm", "Confirmed")
}

// balanced checks what is left, and that money has moved once for each confirmed order and for no other.
func (t *till) balanced(ctx context.Context) error {
	for product, want := range map[string]int64{"prod_tea": 10 - 2 - 2, "prod_pot": 50 - 1 - 30} {
		stock, err := t.store.Stock.Get(ctx, checkout.Stock{ProductID: product}, singletable.Consistent())
		if err != nil {
			return err
		}
		t.printf("  stock   %s: %d available\n", product, stock.Available)
		if stock.Available != want {
			return fmt.Errorf("%d of %s are available, want %d", stock.Available, product, want)
		}
	}
	provider := checkout.SimulatedProvider{Store: t.store}
	for _, id := range []string{"ord_1", "ord_2", "ord_3", "ord_4"} {
		o, err := t.store.Orders.Get(ctx, checkout.Order{UserID: "usr_ada", ID: id}, singletable.Consistent())
		if err != nil {
			return err
		}
		charges, refunds, err := provider.Money(ctx, id)
		if err != nil {
			return err
		}
		t.printf("  order   %s: %s, charged %d times, given back %d times\n", id, o.Status, charges, refunds)
		if paid := charges - refunds; (o.Status == checkout.Confirmed) != (paid == 1) || paid < 0 || paid > 1 {
			return fmt.Errorf("order %s is %s and was paid %d times", id, o.Status, paid)
		}
	}
	return nil
}
