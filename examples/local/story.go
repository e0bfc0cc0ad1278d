package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/local/internal/lambdaruntime"
	"github.com/lambdapatterns/lambdapatterns/examples/payments"
)

// patience is how long the story waits for something that has to happen.
const patience = 90 * time.Second

// poison is what an old till writes to the payments queue: no worker will ever be able to read it.
const poison = `<payment order="ord_tea" amount="9.00"/>`

// tell tells the story: each step does something and checks what came of it. The first thing that is not as it has to be
// ends the story with an error.
func tell(ctx context.Context, s *stack) error {
	began := time.Now()
	var poisonID string
	for _, act := range []struct {
		heading string
		play    func(context.Context, *stack) error
	}{
		{"A user and two orders", userAndOrders},
		{"Requests that are refused", refusals},
		{"Payments, and a message that nobody can read", func(ctx context.Context, s *stack) (err error) {
			poisonID, err = pay(ctx, s)
			return err
		}},
		{"The worker is killed in the middle of a batch", killed},
		{"The dead-letter queue", func(ctx context.Context, s *stack) error { return deadLetters(ctx, s, poisonID) }},
		{"The results queue", results},
		{"The table, by partition", partitions},
	} {
		s.heading(act.heading)
		if err := act.play(ctx, s); err != nil {
			if ctx.Err() != nil {
				return errors.New("interrupted")
			}
			return fmt.Errorf("%s: %w", act.heading, err)
		}
	}
	s.printf("\nAll was as it had to be: of the messages sent, the poison message %s alone is in the dead-letter queue. %.1f s\n",
		poisonID, time.Since(began).Seconds())
	return nil
}

func userAndOrders(ctx context.Context, s *stack) error {
	for _, product := range []payments.Product{
		{ID: "prod_tea", Name: "Tea", Price: 450}, {ID: "prod_pot", Name: "Teapot", Price: 3900},
	} {
		if err := s.store.Products.Put(ctx, product); err != nil {
			return err
		}
	}
	if _, err := s.ask(ctx, 201, "POST", "/users", `{"id":"usr_ada","email":"ada@example.com","name":"Ada"}`); err != nil {
		return err
	}
	// The index is eventually consistent on AWS, so the user may take a moment to be found.
	err := s.until(ctx, "the user is found by e-mail", func() (bool, error) {
		status, user, err := s.request(ctx, "GET", "/users?email=ada@example.com", "")
		return status == 200 && user["id"] == "usr_ada", err
	})
	if err != nil {
		return err
	}
	if _, err := s.ask(ctx, 200, "GET", "/users?email=ada@example.com", ""); err != nil {
		return err
	}
	for _, o := range []struct {
		body  string
		total float64
	}{
		{`{"id":"ord_tea","lines":[{"product_id":"prod_tea","quantity":2}]}`, 900},
		{`{"id":"ord_pot","lines":[{"product_id":"prod_pot","quantity":1},{"product_id":"prod_tea","quantity":1}]}`, 4350},
	} {
		order, err := s.ask(ctx, 201, "POST", "/users/usr_ada/orders", o.body)
		if err != nil {
			return err
		}
		if order["total"] != o.total {
			return fmt.Errorf("the order's total is %v, want %v", order["total"], o.total)
		}
	}
	list, err := s.ask(ctx, 200, "GET", "/users/usr_ada/orders", "")
	if err != nil {
		return err
	}
	if orders, _ := list["orders"].([]any); len(orders) != 2 {
		return fmt.Errorf("%d orders are listed, want 2", len(orders))
	}
	return nil
}

func refusals(ctx context.Context, s *stack) error {
	for _, r := range []struct {
		status             int
		method, path, body string
	}{
		{400, "POST", "/payments", `{"order_id": `},
		{404, "POST", "/payments", `{"user_id":"usr_ada","order_id":"ord_none","card":"tok_visa"}`},
		{404, "GET", "/users/usr_ada%23ORDER/orders", ""},
		{400, "GET", "/users/" + strings.Repeat("x", 2048) + "/orders", ""},
		{413, "POST", "/users", `{"name":"` + strings.Repeat("x", 64<<10) + `"}`},
		{405, "DELETE", "/payments/pay_tea", ""},
	} {
		if _, err := s.ask(ctx, r.status, r.method, r.path, r.body); err != nil {
			return err
		}
	}
	return nil
}

// pay makes payments of all kinds. The worker gets them in one batch, together with the poison message.
func pay(ctx context.Context, s *stack) (poisonID string, err error) {
	poisonID, err = s.queues.payments.send(ctx, poison)
	if err != nil {
		return "", err
	}
	s.printf("  till    writes %s to the payments queue: the poison message %s\n", poison, poisonID)
	for _, p := range []struct{ id, order, card string }{
		{"pay_tea", "ord_tea", "tok_visa"}, {"pay_pot_1", "ord_pot", "tok_declined"}, {"pay_pot_2", "ord_pot", "tok_flaky"},
	} {
		if err := s.post(ctx, p.id, p.order, p.card); err != nil {
			return poisonID, err
		}
	}
	for id, status := range map[string]payments.Status{
		"pay_tea": payments.Captured, "pay_pot_1": payments.Declined, "pay_pot_2": payments.Captured,
	} {
		if err := s.untilSettled(ctx, id, status); err != nil {
			return poisonID, err
		}
	}
	for _, id := range []string{"pay_tea", "pay_pot_1", "pay_pot_2"} {
		if _, err := s.ask(ctx, 200, "GET", "/payments/"+id, ""); err != nil {
			return poisonID, err
		}
	}
	return poisonID, nil
}

// killed kills the worker's process while it charges two slow cards, and sees both payments captured all the same.
func killed(ctx context.Context, s *stack) error {
	before := s.batches.failedWhole("Runtime.ExitError")
	for _, id := range []string{"pay_slow_1", "pay_slow_2"} {
		if err := s.post(ctx, id, "ord_tea", "tok_slow"); err != nil {
			return err
		}
	}
	victim, err := s.slowProcess(ctx)
	if err != nil {
		return err
	}
	process, err := os.FindProcess(victim)
	if err != nil {
		return err
	}
	if err := process.Kill(); err != nil {
		return fmt.Errorf("kill the worker: %w", err)
	}
	s.printf("  kill    process %d of payments-worker\n", victim)
	for _, id := range []string{"pay_slow_1", "pay_slow_2"} {
		if err := s.untilSettled(ctx, id, payments.Captured); err != nil {
			return err
		}
	}
	if s.batches.failedWhole("Runtime.ExitError") == before {
		return errors.New("no batch came back from the killed process")
	}
	return nil
}

// slowProcess returns a process of the worker that has been busy for a moment, as only slow cards make it.
func (s *stack) slowProcess(ctx context.Context) (pid int, err error) {
	busy := func() map[int]bool {
		pids := map[int]bool{}
		for _, e := range s.worker.Environments() {
			if e.State == lambdaruntime.Busy {
				pids[e.PID] = true
			}
		}
		return pids
	}
	err = s.until(ctx, "the worker is busy with slow cards", func() (bool, error) {
		before := busy()
		if len(before) > 0 {
			time.Sleep(500 * time.Millisecond)
		}
		for again := range busy() {
			if before[again] {
				pid = again
			}
		}
		return pid != 0, nil
	})
	return pid, err
}

// deadLetters waits until the poison message has been given up and checks that it is the only one.
func deadLetters(ctx context.Context, s *stack, poisonID string) error {
	q := s.queues.dead
	err := s.until(ctx, "a message is in the dead-letter queue", func() (bool, error) {
		out, err := q.client.GetQueueAttributes(ctx, countsOf(q.url))
		return err == nil && out.Attributes["ApproximateNumberOfMessages"] != "0", err
	})
	if err != nil {
		return err
	}
	dead, err := q.peek(ctx, 1)
	if err != nil {
		return err
	}
	for _, m := range dead {
		s.printf("  dead    message %s after %d failures: %s\n", m.MessageId, s.batches.returned(m.MessageId), m.Body)
	}
	if len(dead) != 1 || dead[0].MessageId != poisonID || dead[0].Body != poison {
		return fmt.Errorf("it should hold exactly the poison message %s, and has %d messages", poisonID, len(dead))
	}
	return s.until(ctx, "the payments queue is empty", func() (bool, error) {
		out, err := s.queues.payments.client.GetQueueAttributes(ctx, countsOf(s.queues.payments.url))
		if err != nil {
			return false, err
		}
		return out.Attributes["ApproximateNumberOfMessages"] == "0" && out.Attributes["ApproximateNumberOfMessagesNotVisible"] == "0", nil
	})
}

// results checks that the company was told how each payment ended. It may have been told twice.
func results(ctx context.Context, s *stack) error {
	want := map[string]payments.Status{
		"pay_tea": payments.Captured, "pay_pot_1": payments.Declined, "pay_pot_2": payments.Captured,
		"pay_slow_1": payments.Captured, "pay_slow_2": payments.Captured,
	}
	messages, err := s.queues.results.peek(ctx, 100)
	if err != nil {
		return err
	}
	got := map[string]payments.Status{}
	for _, m := range messages {
		s.printf("  result  %s\n", m.Body)
		var r payments.Result
		if err := json.Unmarshal([]byte(m.Body), &r); err != nil {
			return err
		}
		got[r.PaymentID] = r.Status
	}
	if !maps.Equal(got, want) {
		return fmt.Errorf("the results are %v, want %v", got, want)
	}
	return nil
}

// partitions prints the table and checks that each item lies where the design puts it.
func partitions(ctx context.Context, s *stack) error {
	items, err := s.items(ctx)
	if err != nil {
		return err
	}
	partition := ""
	var keys []string
	for _, it := range items {
		if it.pk != partition {
			partition = it.pk
			s.printf("  %s\n", partition)
		}
		s.printf("    %-20s %s\n", it.sk, it.rest)
		keys = append(keys, it.pk+"|"+it.sk)
	}
	want := []string{
		"ORDER#ord_pot|PAYMENT#pay_pot_1", "ORDER#ord_pot|PAYMENT#pay_pot_2",
		"ORDER#ord_tea|PAYMENT#pay_slow_1", "ORDER#ord_tea|PAYMENT#pay_slow_2", "ORDER#ord_tea|PAYMENT#pay_tea",
		"PRODUCT#prod_pot|METADATA", "PRODUCT#prod_tea|METADATA",
		"USER#usr_ada|ORDER#ord_pot", "USER#usr_ada|ORDER#ord_tea", "USER#usr_ada|PROFILE",
	}
	if !slices.Equal(keys, want) {
		return fmt.Errorf("the table holds %v, want %v", keys, want)
	}
	return nil
}

// post asks for a payment.
func (s *stack) post(ctx context.Context, id, order, card string) error {
	_, err := s.ask(ctx, http.StatusAccepted, "POST", "/payments",
		fmt.Sprintf(`{"id":%q,"user_id":"usr_ada","order_id":%q,"card":%q}`, id, order, card))
	return err
}
