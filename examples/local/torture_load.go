package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/local/internal/provider"
	"github.com/lambdapatterns/lambdapatterns/examples/payments"
)

// journal is what the clients were told. It is written by them alone.
type journal struct {
	mu                sync.Mutex
	requests, repeats int
	users             addresses // by id
	orders            map[string]order
	payments          map[string]acceptedPayment
	told              map[string]payments.Status // how a payment ended, as an answer said
	poisons           []string                   // ids of messages that are no payments
	errs              []error                    // answers that contradict each other
}

type order struct {
	user  string
	total int64
}

// acceptedPayment is what a client asked for.
type acceptedPayment struct {
	order, user, card string
	amount            int64
}

func (j *journal) summary() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return fmt.Sprintf("  %6d  requests, of which %d were repeated ones\n  %6d  users\n  %6d  orders\n  %6d  payments accepted\n  %6d  messages that are no payments\n",
		j.requests, j.repeats, len(j.users), len(j.orders), len(j.payments), len(j.poisons))
}

// poison puts messages on the payments queue that no worker can read.
func (j *journal) poison(ctx context.Context, s *stack) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(500 * time.Millisecond):
		}
		id, err := s.queues.payments.send(context.WithoutCancel(ctx), poisoned)
		if err != nil {
			return err
		}
		j.mu.Lock()
		j.poisons = append(j.poisons, id)
		j.mu.Unlock()
	}
}

// client is one user, who repeats every request until there is an answer.
type client struct {
	*stack
	journal *journal
	number  int
	random  *rand.Rand
}

func (c *client) user() string { return fmt.Sprintf("usr_%d", c.number) }

// persist repeats a request until it is answered by the service, or ctx ends.
func (c *client) persist(ctx context.Context, random *rand.Rand, method, path, body string) (int, map[string]any, error) {
	for try := 0; ; try++ {
		c.journal.mu.Lock()
		c.journal.requests++
		if try > 0 {
			c.journal.repeats++
		}
		c.journal.mu.Unlock()
		status, answer, err := c.request(as(ctx, c.user()), method, path, body)
		if err == nil && status < 500 {
			return status, answer, nil
		}
		select {
		case <-ctx.Done():
			return 0, nil, fmt.Errorf("%s %s has no answer after %d tries: %d, %w", method, path, try+1, status, err)
		case <-time.After(time.Duration(50+random.IntN(300<<min(try, 3))) * time.Millisecond):
		}
	}
}

// run is busy until load ends. What it has begun it brings to its end, for which ctx is long enough.
func (c *client) run(ctx, load context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.options.torture+5*time.Minute)
	defer cancel()
	address := fmt.Sprintf("%s.%d@example.com", nameMark, c.number)
	status, answer, err := c.persist(ctx, c.random, "POST", "/users", fmt.Sprintf(`{"email":%q,"name":%q}`, address, nameMark))
	if err != nil || status != 201 && status != 409 { // 409: an earlier try came through
		return fmt.Errorf("create user %s: %d %v, %w", c.user(), status, answer, err)
	}
	c.journal.mu.Lock()
	c.journal.users[c.user()] = address
	c.journal.mu.Unlock()
	for load.Err() == nil {
		if err := c.buy(ctx); err != nil {
			return err
		}
	}
	return nil
}

// buy makes an order and pays it: at times impatiently, twice at once, and with another card when the first one is declined.
func (c *client) buy(ctx context.Context) error {
	quantity := 1 + c.random.IntN(5)
	status, answer, err := c.persist(ctx, c.random, "POST", "/users/"+c.user()+"/orders",
		fmt.Sprintf(`{"lines":[{"product_id":"prod_tea","quantity":%d},{"product_id":"prod_pot","quantity":1}]}`, quantity))
	if err != nil || status != 201 {
		return fmt.Errorf("order: %d %v, %w", status, answer, err)
	}
	id := fmt.Sprint(answer["id"])
	o := order{c.user(), int64(3900 + 450*quantity)}
	c.journal.mu.Lock()
	c.journal.orders[id] = o
	c.journal.mu.Unlock()
	card := fmt.Sprintf("%s_%d", cardMark, c.random.Uint32())
	if c.random.IntN(6) > 0 {
		_, err := c.pay(ctx, id, o, card, 1+c.random.IntN(2))
		return err
	}
	paid, err := c.pay(ctx, id, o, card+provider.Declined, 1)
	if err != nil {
		return err
	}
	for end := payments.Pending; end == payments.Pending; {
		if end, err = c.look(ctx, paid); err != nil {
			return err
		}
	}
	_, err = c.pay(ctx, id, o, card, 2)
	return err
}

// pay asks for a payment so many times at once, and returns its id.
func (c *client) pay(ctx context.Context, id string, o order, card string, times int) (string, error) {
	var all sync.WaitGroup
	errs, ids := make([]error, times), make([]string, times)
	for i := range times {
		random := rand.New(rand.NewPCG(c.random.Uint64(), 0))
		ctx := repeatable(ctx, fmt.Sprintf("key_%x", random.Uint64()))
		all.Go(func() {
			status, answer, err := c.persist(ctx, random, "POST", "/payments", fmt.Sprintf(`{"order_id":%q,"card":%q}`, id, card))
			if err != nil || status != 202 {
				errs[i] = fmt.Errorf("pay order %s: %d %v, %w", id, status, answer, err)
				return
			}
			ids[i] = fmt.Sprint(answer["id"])
			c.journal.accepted(ids[i], acceptedPayment{id, o.user, card, o.total}, answer)
		})
	}
	all.Wait()
	return ids[0], errors.Join(errs...)
}

// look asks how a payment is.
func (c *client) look(ctx context.Context, id string) (payments.Status, error) {
	time.Sleep(200 * time.Millisecond)
	status, answer, err := c.persist(ctx, c.random, "GET", "/payments/"+id, "")
	if err != nil || status != 200 {
		return "", fmt.Errorf("look at payment %s: %d %v, %w", id, status, answer, err)
	}
	got := payments.Status(fmt.Sprint(answer["status"]))
	c.journal.mu.Lock()
	defer c.journal.mu.Unlock()
	c.journal.note(id, got)
	return got, nil
}

// accepted writes down an answer to POST /payments.
func (j *journal) accepted(id string, p acceptedPayment, answer map[string]any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if known, ok := j.payments[id]; ok && known != p || answer["amount"] != float64(p.amount) {
		j.errs = append(j.errs, fmt.Errorf("payment %s is of another order, card or amount than it was", id))
	}
	j.payments[id] = p
	j.note(id, payments.Status(fmt.Sprint(answer["status"])))
}

// note writes down how a payment ended. The caller holds the lock.
func (j *journal) note(id string, status payments.Status) {
	if status == payments.Pending {
		return
	}
	if known, ok := j.told[id]; ok && known != status {
		j.errs = append(j.errs, fmt.Errorf("payment %s was %s and is %s", id, known, status))
	}
	j.told[id] = status
}
