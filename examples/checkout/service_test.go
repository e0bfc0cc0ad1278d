package checkout_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/examples/checkout"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// service is the whole service in one process, over a table in memory.
type service struct {
	t        testing.TB
	engine   *singletabletest.Engine
	store    *checkout.Store
	provider *provider
	handlers map[string]any
}

// newService has tea (10 in stock at 4.50) and a pot (1 at 39.00).
func newService(t testing.TB) *service {
	t.Helper()
	s := &service{t: t, engine: new(singletabletest.Engine), handlers: map[string]any{}}
	client := s.engine.Client()
	table := checkout.NewTable(client, "checkout")
	if _, err := client.CreateTable(t.Context(), table.CreateTableInput()); err != nil {
		t.Fatal(err)
	}
	var err error
	if s.store, err = checkout.NewStore(table); err != nil {
		t.Fatal(err)
	}
	s.provider = &provider{SimulatedProvider: checkout.SimulatedProvider{Store: s.store}}
	made, err := checkout.New(s.store, s.provider, idempotency.New(client, "checkout"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range checkout.Tasks() {
		if s.handlers[task], err = made.Handler(task); err != nil {
			t.Fatal(err)
		}
	}
	s.product("prod_tea", 450, 10)
	s.product("prod_pot", 3900, 1)
	return s
}

func (s *service) product(id string, price, available int64) {
	s.t.Helper()
	err := errors.Join(
		s.store.Products.Put(s.t.Context(), checkout.Product{ID: id, Price: price}),
		s.store.Stock.Create(s.t.Context(), checkout.Stock{ProductID: id, Available: available}),
	)
	if err != nil {
		s.t.Fatal(err)
	}
}

// provider is the simulated one, into whose calls a test can step.
type provider struct {
	checkout.SimulatedProvider
	mu      sync.Mutex
	before  func(ctx context.Context) error // once, before the next charge
	after   func(ctx context.Context) error // once, after the next charge
	charges int
}

func (p *provider) Charge(ctx context.Context, payment checkout.Payment) error {
	p.mu.Lock()
	p.charges++
	before, after := p.before, p.after
	p.before, p.after = nil, nil
	p.mu.Unlock()
	if before != nil {
		if err := before(ctx); err != nil {
			return err
		}
	}
	err := p.SimulatedProvider.Charge(ctx, payment)
	if after != nil {
		err = errors.Join(after(ctx), err)
	}
	return err
}

// invoke calls a task as Lambda does, JSON in and JSON out.
func (s *service) invoke(ctx context.Context, task, payload string) (string, error) {
	out, err := lambda.NewHandler(s.handlers[task]).Invoke(ctx, []byte(payload)) // a Handler is for one call at a time
	return string(out), err
}

// is fails the test unless a task ends with an error of the named type, or without one if the name is empty.
func (s *service) is(want, task, payload string) string {
	s.t.Helper()
	out, err := s.invoke(s.t.Context(), task, payload)
	if got := errorType(err); got != want {
		s.t.Fatalf("%s %s: error %q (%v), want %q", task, payload, got, err, want)
	}
	return out
}

// errorType is what aws-lambda-go reports as errorType.
func errorType(err error) string {
	if err == nil {
		return ""
	}
	t := reflect.TypeOf(err)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}

func (s *service) available(product string) int64 {
	s.t.Helper()
	stock, err := s.store.Stock.Get(s.t.Context(), checkout.Stock{ProductID: product}, singletable.Consistent())
	if err != nil {
		s.t.Fatal(err)
	}
	return stock.Available
}

func (s *service) money(order string, charges, refunds int64) {
	s.t.Helper()
	c, r, err := s.provider.Money(s.t.Context(), order)
	if err != nil || c != charges || r != refunds {
		s.t.Errorf("order %s was charged %d times and given back %d times, want %d and %d: %v", order, c, r, charges, refunds, err)
	}
}

const order1 = `{"order_id":"ord_1","user_id":"usr_ada","card":"tok_visa","lines":[{"product_id":"prod_tea","quantity":2},{"product_id":"prod_pot","quantity":1},{"product_id":"prod_tea","quantity":1}]}`

func TestPriceMergesLinesAndKeepsItsFirstPrices(t *testing.T) {
	t.Parallel()
	s := newService(t)
	first := s.is("", "price", order1)
	var o checkout.Order
	if err := json.Unmarshal([]byte(first), &o); err != nil {
		t.Fatal(err)
	}
	want := []checkout.Line{{ProductID: "prod_tea", Quantity: 3, Price: 450}, {ProductID: "prod_pot", Quantity: 1, Price: 3900}}
	if !reflect.DeepEqual(o.Lines, want) || o.Total != 5250 || o.Status != checkout.Placed {
		t.Errorf("got %+v", o)
	}
	if strings.Contains(first, "tok_visa") {
		t.Errorf("the output tells the card: %s", first)
	}
	if err := s.store.Products.Put(t.Context(), checkout.Product{ID: "prod_tea", Price: 9999}); err != nil {
		t.Fatal(err)
	}
	if again := s.is("", "price", order1); again != first {
		t.Errorf("again: %s\nfirst: %s", again, first)
	}
}

func TestWrongOrders(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.product("prod_free", 0, 10)
	s.is("", "price", order1)
	line := func(product string, quantity int) string {
		return fmt.Sprintf(`[{"product_id":%q,"quantity":%d}]`, product, quantity)
	}
	for name, in := range map[string][4]string{ // order, user, card, lines
		"no id":                {"", "usr_ada", "tok_visa", line("prod_tea", 1)},
		"no user":              {"ord_2", "", "tok_visa", line("prod_tea", 1)},
		"no card":              {"ord_2", "usr_ada", "", line("prod_tea", 1)},
		"no lines":             {"ord_2", "usr_ada", "tok_visa", "[]"},
		"too many lines":       {"ord_2", "usr_ada", "tok_visa", "[" + strings.Repeat(`{"product_id":"prod_tea","quantity":1},`, 50) + `{"product_id":"prod_pot","quantity":1}]`},
		"nothing of it":        {"ord_2", "usr_ada", "tok_visa", line("prod_tea", 0)},
		"less than nothing":    {"ord_2", "usr_ada", "tok_visa", `[{"product_id":"prod_tea","quantity":5},{"product_id":"prod_tea","quantity":-2}]`},
		"too much in all":      {"ord_2", "usr_ada", "tok_visa", `[{"product_id":"prod_tea","quantity":1000},{"product_id":"prod_tea","quantity":1}]`},
		"unknown product":      {"ord_2", "usr_ada", "tok_visa", line("prod_none", 1)},
		"no product":           {"ord_2", "usr_ada", "tok_visa", line("", 1)},
		"nothing to pay":       {"ord_2", "usr_ada", "tok_visa", line("prod_free", 1)},
		"other lines":          {"ord_1", "usr_ada", "tok_visa", line("prod_tea", 1)},
		"another card":         {"ord_1", "usr_ada", "tok_slow", order1[strings.Index(order1, "[") : len(order1)-1]},
		"another user's order": {"ord_1", "usr_bob", "tok_visa", line("prod_tea", 1)},
		"long id":              {strings.Repeat("x", 101), "usr_ada", "tok_visa", line("prod_tea", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			s := *s
			s.t = t
			s.is("InvalidOrderError", "price", fmt.Sprintf(`{"order_id":%q,"user_id":%q,"card":%q,"lines":%s}`, in[0], in[1], in[2], in[3]))
		})
	}
	for _, task := range checkout.Tasks() {
		s.is("InvalidOrderError", task, `{}`)
	}
}

func TestReserveOnceAndReleaseOnce(t *testing.T) {
	t.Parallel()
	s := newService(t)
	tea := `{"order_id":"ord_1","product_id":"prod_tea","quantity":3}`
	first := s.is("", "reserve", tea)
	if again := s.is("", "reserve", tea); again != first || s.available("prod_tea") != 7 {
		t.Errorf("again %s, first %s, available %d", again, first, s.available("prod_tea"))
	}
	s.is("OutOfStockError", "reserve", `{"order_id":"ord_2","product_id":"prod_tea","quantity":8}`)
	s.is("OutOfStockError", "reserve", `{"order_id":"ord_2","product_id":"prod_none","quantity":1}`)
	s.is("InvalidOrderError", "reserve", `{"order_id":"ord_2","product_id":"prod_tea","quantity":-1}`)
	for range 2 {
		s.is("", "release", tea)
		if n := s.available("prod_tea"); n != 10 {
			t.Errorf("%d available after the release", n)
		}
	}
	s.is("CancelledError", "reserve", tea)
}

// The workflow gives up on a reservation that takes too long, and its function goes on.
func TestReservationAfterItsRelease(t *testing.T) {
	t.Parallel()
	s := newService(t)
	tea := `{"order_id":"ord_1","product_id":"prod_tea","quantity":3}`
	s.is("", "release", tea)
	s.is("CancelledError", "reserve", tea)
	if n := s.available("prod_tea"); n != 10 {
		t.Errorf("%d available", n)
	}
}

func TestOneOrderGetsTheLastPiece(t *testing.T) {
	t.Parallel()
	s := newService(t)
	const orders = 20
	var running sync.WaitGroup
	var mu sync.Mutex
	outcomes := map[string]int{}
	for i := range orders {
		for range 2 { // each call comes twice, at once
			running.Go(func() {
				_, err := s.invoke(t.Context(), "reserve", fmt.Sprintf(`{"order_id":"ord_%d","product_id":"prod_pot","quantity":1}`, i))
				mu.Lock()
				defer mu.Unlock()
				outcomes[errorType(err)]++
			})
		}
	}
	running.Wait()
	if outcomes[""] != 2 || outcomes["OutOfStockError"] != 2*(orders-1) || s.available("prod_pot") != 0 {
		t.Errorf("got %v, %d available", outcomes, s.available("prod_pot"))
	}
}

// Nothing is lost or made out of nothing when orders reserve and release the same product at once.
func TestStockIsKept(t *testing.T) {
	t.Parallel()
	s := newService(t)
	var running sync.WaitGroup
	for i := range 12 {
		line := fmt.Sprintf(`{"order_id":"ord_%d","product_id":"prod_tea","quantity":1}`, i)
		for _, task := range []string{"reserve", "reserve", "release", "release"} {
			running.Go(func() {
				if _, err := s.invoke(t.Context(), task, line); err != nil && !errors.Is(err, checkout.ErrCancelled) && !errors.Is(err, checkout.ErrOutOfStock) {
					t.Errorf("%s: %v", task, err)
				}
			})
		}
	}
	running.Wait()
	if n := s.available("prod_tea"); n != 10 {
		t.Errorf("%d available, want 10: every reservation was released or came after its release", n)
	}
}

func TestConfirmedOrCancelledAndNeverBoth(t *testing.T) {
	t.Parallel()
	for range 20 {
		s := newService(t)
		s.is("", "price", order1)
		var running sync.WaitGroup
		var confirmed, cancelled [2]error
		for i := range 2 {
			running.Go(func() { _, confirmed[i] = s.invoke(t.Context(), "confirm", `{"order_id":"ord_1","user_id":"usr_ada"}`) })
			running.Go(func() {
				_, cancelled[i] = s.invoke(t.Context(), "cancel", `{"order_id":"ord_1","user_id":"usr_ada","reason":"DeclinedError"}`)
			})
		}
		running.Wait()
		o, err := s.store.Orders.Get(t.Context(), checkout.Order{UserID: "usr_ada", ID: "ord_1"}, singletable.Consistent())
		if err != nil {
			t.Fatal(err)
		}
		for i := range 2 {
			switch o.Status {
			case checkout.Confirmed:
				if confirmed[i] != nil || !errors.Is(cancelled[i], checkout.ErrConfirmed) || o.Reason != "" {
					t.Errorf("confirmed: %v, %v, %q", confirmed[i], cancelled[i], o.Reason)
				}
			case checkout.Cancelled:
				if cancelled[i] != nil || !errors.Is(confirmed[i], checkout.ErrCancelled) || o.Reason != "DeclinedError" {
					t.Errorf("cancelled: %v, %v, %q", confirmed[i], cancelled[i], o.Reason)
				}
			default:
				t.Errorf("the order is %s", o.Status)
			}
		}
	}
}

// What a table does wrong is worth another try, and says what was done and for which order.
func TestTableIsAway(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.is("", "price", order1)
	s.engine.Inject(singletabletest.Fault{Do: singletabletest.APIError(400, "AccessDeniedException", "no")})
	for task, in := range map[string]string{
		"price": order1, "reserve": `{"order_id":"ord_1","product_id":"prod_tea","quantity":1}`, "release": `{"order_id":"ord_1","product_id":"prod_tea"}`,
		"charge": `{"order_id":"ord_1","amount":1,"card":"tok_visa"}`, "refund": `{"order_id":"ord_1"}`,
		"confirm": `{"order_id":"ord_1","user_id":"usr_ada"}`, "cancel": `{"order_id":"ord_1","user_id":"usr_ada"}`,
	} {
		_, err := s.invoke(t.Context(), task, in)
		if e, ok := err.(*checkout.TaskError); !ok || e.Task != task || e.OrderID != "ord_1" || strings.Contains(err.Error(), "tok_visa") {
			t.Errorf("%s: %T: %v", task, err, err)
		}
	}
}

// An answer that is lost on the way leaves nothing half done: the task that comes again finds what was written.
func TestAnswersOfTheTableAreLost(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.is("", "price", order1)
	for _, call := range [][2]string{
		{"reserve", `{"order_id":"ord_1","product_id":"prod_tea","quantity":3}`},
		{"charge", `{"order_id":"ord_1","amount":5250,"card":"tok_visa"}`},
		{"refund", `{"order_id":"ord_1"}`},
		{"release", `{"order_id":"ord_1","product_id":"prod_tea"}`},
		{"cancel", `{"order_id":"ord_1","user_id":"usr_ada","reason":"x"}`},
	} {
		injection := s.engine.Inject(singletabletest.Fault{
			Do: singletabletest.AnswerLost(), Operations: []string{"PutItem", "UpdateItem", "TransactWriteItems"}, Times: 1,
		})
		_, err := s.invoke(t.Context(), call[0], call[1])
		injection.Remove()
		var later *checkout.TaskError
		if err != nil && !errors.As(err, &later) && errorType(err) != "InProgressError" {
			t.Fatalf("%s: %v", call[0], err)
		}
		if call[0] != "charge" {
			s.is("", call[0], call[1])
		}
	}
	if n := s.available("prod_tea"); n != 10 {
		t.Errorf("%d available", n)
	}
	c, r, err := s.provider.Money(t.Context(), "ord_1")
	if err != nil || c != r {
		t.Errorf("%d charges, %d refunds, %v", c, r, err)
	}
}

func TestDeadlineLeavesTimeToAnswer(t *testing.T) {
	t.Parallel()
	s := newService(t)
	ctx, cancel := context.WithTimeout(t.Context(), 1200*time.Millisecond)
	defer cancel()
	_, err := s.invoke(ctx, "charge", `{"order_id":"ord_1","amount":1,"card":"tok_slow"}`)
	if errorType(err) != "TaskError" || ctx.Err() != nil {
		t.Errorf("got %v, and the context is %v", err, ctx.Err())
	}
}

func TestNewAndHandlerFindMistakes(t *testing.T) {
	t.Parallel()
	if _, err := checkout.New(nil, nil, nil, nil); err == nil {
		t.Error("nothing was missed")
	}
	s := newService(t)
	made, err := checkout.New(s.store, s.provider, idempotency.New(s.engine.Client(), "checkout"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := made.Handler(""); err == nil || !strings.Contains(err.Error(), "set TASK to one of cancel, charge") {
		t.Error(err)
	}
}
