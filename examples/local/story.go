package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/lambdapatterns/lambdapatterns/examples/payments"
	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsqueue"
)

// Who asks beside Ada: one who must see nothing of hers, and one without a token.
const (
	eve    = "usr_eve"
	nobody = ""
)

// patience is how long the story waits for something that has to happen.
const patience = 90 * time.Second

// poison is what an old cash register writes to the payments queue: no worker will ever be able to read it.
const poison = `<payment order="ord_tea" amount="9.00"/>`

// story is the stack and what has happened on it.
type story struct {
	*stack
	tea, pot string // the two orders
	poisonID string // of the poison message
	settled  map[string]payments.Status
}

// tell tells the story: each act does something and checks what came of it. The first thing that is not as it has to be ends
// the story with an error.
func tell(ctx context.Context, stack *stack) error {
	began := time.Now()
	s := &story{stack: stack, settled: map[string]payments.Status{}}
	for _, act := range []struct {
		heading string
		play    func(context.Context) error
	}{
		{"A user and two orders", s.userAndOrders},
		{"Requests that are refused", s.refusals},
		{"Payments, and a message that nobody can read", s.payments},
		{"The worker is killed in the middle of a batch", s.killed},
		{"The refused and the dead", s.refused},
		{"The results queue", s.results},
		{"The table, by partition", s.partitions},
	} {
		s.heading(act.heading)
		if err := act.play(ctx); err != nil {
			if ctx.Err() != nil {
				return errors.New("interrupted")
			}
			return fmt.Errorf("%s: %w", act.heading, err)
		}
	}
	s.printf("\nAll was as it had to be: of all messages, the poison message %s alone was refused, and none is dead. %.1f s\n",
		s.poisonID, time.Since(began).Seconds())
	return nil
}

func (s *story) userAndOrders(ctx context.Context) error {
	for _, product := range []payments.Product{
		{ID: "prod_tea", Name: "Tea", Price: 450}, {ID: "prod_pot", Name: "Teapot", Price: 3900},
	} {
		if err := s.store.Products.Put(ctx, product); err != nil {
			return err
		}
	}
	if _, err := s.ask(ctx, 201, "POST", "/users", `{"email":"ada@example.com","name":"Ada"}`); err != nil {
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
	if s.tea, err = s.order(ctx, `{"lines":[{"product_id":"prod_tea","quantity":2}]}`, 900); err != nil {
		return err
	}
	pot := `{"lines":[{"product_id":"prod_pot","quantity":1},{"product_id":"prod_tea","quantity":1}]}`
	if s.pot, err = s.order(ctx, pot, 4350); err != nil {
		return err
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

func (s *story) refusals(ctx context.Context) error {
	for _, r := range []struct {
		user               string
		status             int
		method, path, body string
	}{
		{ada, 400, "POST", "/payments", `{"order_id": `},
		{ada, 404, "POST", "/payments", `{"order_id":"ord_none","card":"tok_visa"}`},
		{ada, 404, "GET", "/users/usr_ada%23ORDER/orders", ""},
		{ada, 400, "GET", "/payments/" + strings.Repeat("x", 2048), ""},
		{ada, 413, "POST", "/users", `{"name":"` + strings.Repeat("x", 64<<10) + `"}`},
		{ada, 405, "DELETE", "/payments/pay_1", ""},
		{eve, 409, "POST", "/users", `{"email":"ada@example.com","name":"Eve"}`},
		{eve, 404, "GET", "/users?email=ada@example.com", ""},
		{eve, 404, "GET", "/users/usr_ada/orders", ""},
		{eve, 404, "POST", "/payments", `{"order_id":"` + s.tea + `","card":"tok_visa"}`},
		{nobody, 401, "GET", "/users/usr_ada/orders", ""},
	} {
		ctx := as(ctx, r.user)
		if _, err := s.ask(ctx, r.status, r.method, r.path, r.body); err != nil {
			return err
		}
	}
	return nil
}

// payments makes payments of all kinds. The first ones reach the worker in one batch with the poison message.
func (s *story) payments(ctx context.Context) (err error) {
	if s.poisonID, err = s.queues.payments.send(ctx, poison); err != nil {
		return err
	}
	s.printf("  SEND    an old cash register puts %s on the payments queue:\n          the poison message %s\n", poison, s.poisonID)
	tea, err := s.pay(ctx, s.tea, "tok_visa")
	if err != nil {
		return err
	}
	declined, err := s.pay(ctx, s.pot, "tok_declined")
	if err != nil {
		return err
	}
	if err := errors.Join(s.untilSettled(ctx, tea, payments.Captured), s.untilSettled(ctx, declined, payments.Declined)); err != nil {
		return err
	}
	// Declined for good, so another card is tried, with a provider that fails at first.
	flaky, err := s.pay(ctx, s.pot, "tok_flaky")
	if err != nil {
		return err
	}
	if err := s.untilSettled(ctx, flaky, payments.Captured); err != nil {
		return err
	}
	if _, err := s.ask(as(ctx, eve), 404, "GET", "/payments/"+tea, ""); err != nil {
		return err
	}
	for _, id := range []string{tea, declined, flaky} {
		if _, err := s.ask(ctx, 200, "GET", "/payments/"+id, ""); err != nil {
			return err
		}
	}
	return nil
}

// killed kills the worker's process while it charges two slow cards, and sees both payments captured all the same.
func (s *story) killed(ctx context.Context) error {
	before := s.batches.failedWhole("Runtime.ExitError")
	var slow []string
	for range 2 {
		order, err := s.order(ctx, `{"lines":[{"product_id":"prod_tea","quantity":1}]}`, 450)
		if err != nil {
			return err
		}
		id, err := s.pay(ctx, order, "tok_slow")
		if err != nil {
			return err
		}
		slow = append(slow, id)
	}
	if err := s.killSlow(ctx); err != nil {
		return err
	}
	for _, id := range slow {
		if err := s.untilSettled(ctx, id, payments.Captured); err != nil {
			return err
		}
	}
	if s.batches.failedWhole("Runtime.ExitError") == before {
		return errors.New("no batch came back from the killed process")
	}
	return nil
}

// killSlow kills a process of the worker that charges slow cards.
func (s *stack) killSlow(ctx context.Context) error {
	pid, err := s.slowProcess(ctx)
	if err != nil {
		return err
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	if err := process.Kill(); err != nil {
		return fmt.Errorf("kill the worker: %w", err)
	}
	s.printf("  kill    process %d of payments-worker\n", pid)
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

// refused waits until the worker has refused the poison message, and checks that it is the only one, and that no message came
// again until it was dead.
func (s *story) refused(ctx context.Context) error {
	q := s.queues.refused
	err := s.until(ctx, "a message is in the refused queue", func() (bool, error) {
		out, err := q.client.GetQueueAttributes(ctx, countsOf(q.url))
		return err == nil && out.Attributes["ApproximateNumberOfMessages"] != "0", err
	})
	if err != nil {
		return err
	}
	refused, err := q.peek(ctx, 1)
	if err != nil {
		return err
	}
	text := func(m events.SQSMessage, name string) string {
		return aws.ToString(m.MessageAttributes[name].StringValue)
	}
	for _, m := range refused {
		s.printf("  refused message %s: %s\n          because %s\n", text(m, sqsqueue.AttributeMessageID), m.Body, text(m, sqsqueue.AttributeReason))
	}
	if len(refused) != 1 || text(refused[0], sqsqueue.AttributeMessageID) != s.poisonID || refused[0].Body != poison {
		return fmt.Errorf("exactly the poison message %s should be refused, and %d messages are", s.poisonID, len(refused))
	}
	if n := s.batches.returned(s.poisonID); n != 0 {
		return fmt.Errorf("the poison message came back %d times before it was refused", n)
	}
	err = s.until(ctx, "the payments queue is empty", func() (bool, error) {
		out, err := s.queues.payments.client.GetQueueAttributes(ctx, countsOf(s.queues.payments.url))
		if err != nil {
			return false, err
		}
		return out.Attributes["ApproximateNumberOfMessages"] == "0" && out.Attributes["ApproximateNumberOfMessagesNotVisible"] == "0", nil
	})
	if err != nil {
		return err
	}
	return s.noneDead(ctx)
}

// noneDead checks that the dead-letter queue is empty.
func (s *story) noneDead(ctx context.Context) error {
	dead, err := s.queues.dead.peek(ctx, 0)
	if err != nil {
		return err
	}
	for _, m := range dead {
		s.printf("  dead    message %s after %d failures: %s\n", m.MessageId, s.batches.returned(m.MessageId), m.Body)
	}
	if len(dead) > 0 {
		return fmt.Errorf("the dead-letter queue has %d messages, want none", len(dead))
	}
	return nil
}

// results checks that the company was told how each payment ended. It may have been told twice.
func (s *story) results(ctx context.Context) error {
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
	if len(got) != 5 || !maps.Equal(got, s.settled) {
		return fmt.Errorf("the results are %v, want %v", got, s.settled)
	}
	return nil
}

// partitions prints the table and checks that what was made lies where the design puts it.
func (s *story) partitions(ctx context.Context) error {
	items, err := s.items(ctx)
	if err != nil {
		return err
	}
	partition := ""
	keys := map[string]bool{}
	for _, it := range items {
		if it.pk != partition {
			partition = it.pk
			s.printf("  %s\n", partition)
		}
		s.printf("    %-32s %s\n", it.sk, it.rest)
		keys[it.pk+"|"+it.sk] = true
	}
	want := []string{
		"PRODUCT#prod_tea|METADATA", "PRODUCT#prod_pot|METADATA", "USER#usr_ada|PROFILE",
		"UNIQUE#User#e-mail#ada@example.com|CLAIM", "USER#usr_ada|ORDER#" + s.tea, "USER#usr_ada|ORDER#" + s.pot, "ORDER#" + s.tea + "|PAYMENT#" + paymentOf(s.tea, 1),
		"ORDER#" + s.pot + "|PAYMENT#" + paymentOf(s.pot, 1), "ORDER#" + s.pot + "|PAYMENT#" + paymentOf(s.pot, 2),
	}
	for _, key := range want {
		if !keys[key] {
			return fmt.Errorf("the table lacks %s", key)
		}
	}
	if n := len(want) + 4; len(keys) != n { // two slow orders with a payment each
		return fmt.Errorf("the table holds %d items, want %d", len(keys), n)
	}
	return nil
}

// paymentOf is the id of the n-th attempt at paying an order.
func paymentOf(order string, n int) string {
	return fmt.Sprintf("pay_%s-%d", strings.TrimPrefix(order, "ord_"), n)
}

// order makes an order of Ada's and returns its id.
func (s *stack) order(ctx context.Context, body string, total float64) (string, error) {
	order, err := s.ask(ctx, http.StatusCreated, "POST", "/users/usr_ada/orders", body)
	if err != nil {
		return "", err
	}
	if order["total"] != total {
		return "", fmt.Errorf("the order's total is %v, want %v", order["total"], total)
	}
	return fmt.Sprint(order["id"]), nil
}

// pay asks for a payment of one of Ada's orders and returns its id.
func (s *stack) pay(ctx context.Context, order, card string) (string, error) {
	payment, err := s.ask(ctx, http.StatusAccepted, "POST", "/payments",
		fmt.Sprintf(`{"order_id":%q,"card":%q}`, order, card))
	return fmt.Sprint(payment["id"]), err
}

// untilSettled waits until the API shows the payment as settled, in the way that it must be.
func (s *story) untilSettled(ctx context.Context, id string, status payments.Status) error {
	s.settled[id] = status
	return s.stack.untilSettled(ctx, id, status)
}
