package checkout_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/checkout"
	"github.com/lambdapatterns/lambdapatterns/examples/internal/stepfunctions"
	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// machine is the workflow as it is deployed, with each function's ARN its task's name.
func machine(t testing.TB) *stepfunctions.Machine {
	t.Helper()
	values := map[string]string{"ApprovalsQueueUrl": "approvals"}
	for _, task := range checkout.Tasks() {
		values[strings.ToUpper(task[:1])+task[1:]+"FunctionArn"] = task
	}
	definition, err := stepfunctions.Substitute([]byte(checkout.Definition), values)
	if err != nil {
		t.Fatal(err)
	}
	m, err := stepfunctions.Load(definition)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// workflow is the service with its workflow, in one process.
type workflow struct {
	*service
	*stepfunctions.Engine
	approvals chan approval
}

type approval struct {
	OrderID   string `json:"order_id"`
	UserID    string `json:"user_id"`
	Total     int64  `json:"total"`
	TaskToken string `json:"task_token"`
}

// newWorkflow waits for nothing before retries. faults can stand before the tasks and fail in their place.
func newWorkflow(t testing.TB, faults func(ctx context.Context, task string, call func(context.Context) ([]byte, error)) ([]byte, error)) *workflow {
	t.Helper()
	w := &workflow{service: newService(t), approvals: make(chan approval, 100)}
	var err error
	w.Engine, err = stepfunctions.New(machine(t), stepfunctions.Config{
		Name: "checkout",
		Invoke: func(ctx context.Context, task string, payload []byte) ([]byte, error) {
			call := func(ctx context.Context) ([]byte, error) {
				out, err := w.invoke(ctx, task, string(payload))
				if err != nil {
					document, _ := json.Marshal(map[string]string{"errorType": errorType(err), "errorMessage": err.Error()})
					return nil, &stepfunctions.Error{Name: errorType(err), Cause: string(document)}
				}
				return []byte(out), nil
			}
			if faults != nil {
				return faults(ctx, task, call)
			}
			return call(ctx)
		},
		Send: func(_ context.Context, queue, body string) error {
			var a approval
			err := json.Unmarshal([]byte(body), &a)
			w.approvals <- a
			return err
		},
		Wait: func(ctx context.Context, _ time.Duration) error { return context.Cause(ctx) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

func (w *workflow) Close() { _ = w.Engine.Close() } // its error is always nil

func input(order, card string, lines ...checkout.OrderLine) []byte {
	in, _ := json.Marshal(checkout.Input{OrderID: order, UserID: "usr_ada", Card: card, Lines: lines})
	return in
}

func line(product string, quantity int64) checkout.OrderLine {
	return checkout.OrderLine{ProductID: product, Quantity: quantity}
}

// start starts an execution by the order's id.
func (w *workflow) start(order, card string, lines ...checkout.OrderLine) *stepfunctions.Execution {
	w.t.Helper()
	x, err := w.Start(order, input(order, card, lines...))
	if err != nil {
		w.t.Fatal(err)
	}
	return x
}

// outcome waits for the end of an execution.
func (w *workflow) outcome(x *stepfunctions.Execution) checkout.Outcome {
	w.t.Helper()
	out, err := x.Wait(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	var o checkout.Outcome
	if err := json.Unmarshal(out, &o); err != nil {
		w.t.Fatal(err)
	}
	return o
}

func (w *workflow) order(id string) checkout.Order {
	w.t.Helper()
	o, err := w.store.Orders.Get(w.t.Context(), checkout.Order{UserID: "usr_ada", ID: id}, singletable.Consistent())
	if err != nil {
		w.t.Fatal(err)
	}
	return o
}

// states are the states that an execution entered, in order.
func states(x *stepfunctions.Execution) []string {
	var names []string
	for _, e := range x.History() {
		if strings.HasSuffix(e.Type, "StateEntered") && e.Item < 0 {
			names = append(names, e.State)
		}
	}
	return names
}

func TestWorkflow(t *testing.T) {
	t.Parallel()
	forward := []string{"Price", "Reserve", "Large", "Charge", "Confirm", "Confirmed"}
	for name, tc := range map[string]struct {
		card             string
		pots             int64
		want             checkout.Outcome
		states           []string
		teas             int64 // that are left of ten
		charges, refunds int64
	}{
		"success":              {"tok_visa", 1, checkout.Outcome{Status: checkout.Confirmed, Total: 5250}, forward, 7, 1, 0},
		"the provider is away": {"tok_flaky", 1, checkout.Outcome{Status: checkout.Confirmed, Total: 5250}, forward, 7, 1, 0},
		"an answer is lost":    {"tok_lost", 1, checkout.Outcome{Status: checkout.Confirmed, Total: 5250}, forward, 7, 1, 0},
		"declined": {"tok_declined", 1, checkout.Outcome{Status: checkout.Cancelled, Reason: "DeclinedError"},
			[]string{"Price", "Reserve", "Large", "Charge", "Cancel", "Refund", "Release", "Answer", "Cancelled"}, 10, 0, 0},
		"out of stock": {"tok_visa", 2, checkout.Outcome{Status: checkout.Cancelled, Reason: "OutOfStockError"},
			[]string{"Price", "Reserve", "Cancel", "Refund", "Release", "Answer", "Cancelled"}, 10, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorkflow(t, nil)
			x := w.start("ord_1", tc.card, line("prod_tea", 3), line("prod_pot", tc.pots))
			tc.want.OrderID = "ord_1"
			if got := w.outcome(x); got != tc.want {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
			if got := states(x); !slices.Equal(got, tc.states) {
				t.Errorf("the states are %q, want %q", got, tc.states)
			}
			w.Close()
			if o := w.order("ord_1"); o.Status != tc.want.Status || o.Reason != tc.want.Reason {
				t.Errorf("the order is %+v", o)
			}
			if n := w.available("prod_tea"); n != tc.teas {
				t.Errorf("%d teas are left, want %d", n, tc.teas)
			}
			w.money("ord_1", tc.charges, tc.refunds)
		})
	}
}

// A wrong order fails before anything has been done for it.
func TestWrongOrderFails(t *testing.T) {
	t.Parallel()
	w := newWorkflow(t, nil)
	for i, in := range []string{`{"order_id":"ord_1"}`, string(input("ord_1", "")), string(input("ord_1", "tok_visa", line("prod_none", 1)))} {
		x, err := w.Start(fmt.Sprint(i), []byte(in))
		if err != nil {
			t.Fatal(err)
		}
		if out, err := x.Wait(t.Context()); err == nil {
			t.Errorf("%s: %s", in, out)
		}
		if got := states(x); !slices.Equal(got, []string{"Price"}) {
			t.Errorf("%s: the states are %q", in, got)
		}
	}
}

func TestApproval(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answer func(*workflow, approval) error
		want   checkout.Outcome
	}{
		"given": {func(w *workflow, a approval) error {
			return w.SendTaskSuccess(a.TaskToken, []byte(`{"approved_by":"usr_bob"}`))
		}, checkout.Outcome{OrderID: "ord_1", Status: checkout.Confirmed, Total: 117000}},
		"refused": {func(w *workflow, a approval) error {
			return w.SendTaskFailure(a.TaskToken, "ApprovalRefused", "too many pots")
		}, checkout.Outcome{OrderID: "ord_1", Status: checkout.Cancelled, Reason: "NotApproved"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorkflow(t, nil)
			w.product("prod_pots", 3900, 30)
			x := w.start("ord_1", "tok_visa", line("prod_pots", 30))
			a := <-w.approvals
			if a.OrderID != "ord_1" || a.UserID != "usr_ada" || a.Total != 117000 {
				t.Errorf("the message is %+v", a)
			}
			if err := tc.answer(w, a); err != nil {
				t.Fatal(err)
			}
			if err := tc.answer(w, a); !errors.Is(err, stepfunctions.ErrTaskTimedOut) {
				t.Errorf("the second answer: %v", err)
			}
			if got := w.outcome(x); got != tc.want {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestNobodyApproves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorkflow(t, nil)
		w.product("prod_pots", 3900, 30)
		began := time.Now()
		x := w.start("ord_1", "tok_visa", line("prod_pots", 30))
		if got := w.outcome(x); got.Status != checkout.Cancelled || got.Reason != "NotApproved" {
			t.Errorf("got %+v", got)
		}
		if waited := time.Since(began); waited < 24*time.Hour || waited > 24*time.Hour+time.Minute {
			t.Errorf("it waited for %v", waited)
		}
		if n := w.available("prod_pots"); n != 30 {
			t.Errorf("%d pots are left", n)
		}
	})
}

func TestTwoOrdersForTheLastPot(t *testing.T) {
	t.Parallel()
	w := newWorkflow(t, nil)
	var executions []*stepfunctions.Execution
	for i := range 2 {
		executions = append(executions, w.start(fmt.Sprintf("ord_%d", i), "tok_visa", line("prod_tea", 1), line("prod_pot", 1)))
	}
	got := map[checkout.Status]int{}
	for _, x := range executions {
		o := w.outcome(x)
		got[o.Status]++
		if o.Status == checkout.Confirmed {
			w.money(x.Name(), 1, 0)
		} else {
			w.money(x.Name(), 0, 0)
		}
	}
	w.Close()
	if got[checkout.Confirmed] != 1 || got[checkout.Cancelled] != 1 || w.available("prod_pot") != 0 || w.available("prod_tea") != 9 {
		t.Errorf("got %v, %d pots and %d teas left", got, w.available("prod_pot"), w.available("prod_tea"))
	}
}

// An event that comes twice starts two executions for one order.
func TestTwoExecutionsForOneOrder(t *testing.T) {
	t.Parallel()
	for _, card := range []string{"tok_visa", "tok_declined"} {
		w := newWorkflow(t, nil)
		var executions []*stepfunctions.Execution
		for i := range 3 {
			x, err := w.Start(fmt.Sprint(i), input("ord_1", card, line("prod_tea", 3)))
			if err != nil {
				t.Fatal(err)
			}
			executions = append(executions, x)
		}
		ended := make([]bool, len(executions))
		for i, x := range executions {
			_, err := x.Wait(t.Context())
			ended[i] = err == nil
		}
		// One can find the order being charged for longer than it is patient here, where waits take no time. It cancels the order
		// then, for all of them. Whatever became of it, those that came to an end say the same.
		status := w.order("ord_1").Status
		if card == "tok_declined" && status != checkout.Cancelled {
			t.Errorf("%s: the order is %s", card, status)
		}
		for i, x := range executions {
			if ended[i] && w.outcome(x).Status != status {
				t.Errorf("%s: the order is %s, execution %d ended with %+v", card, status, i, w.outcome(x))
			}
		}
		w.Close()
		w.consistent("ord_1", 3)
	}
}

// consistent checks that an order is confirmed, paid for once and has its teas, or none of these.
func (w *workflow) consistent(order string, teas int64) {
	w.t.Helper()
	charges, refunds, err := w.provider.Money(w.t.Context(), order)
	if err != nil {
		w.t.Fatal(err)
	}
	left, status := w.available("prod_tea"), w.order(order).Status
	switch {
	case status == checkout.Confirmed && charges == 1 && refunds == 0 && left == 10-teas:
	case status == checkout.Cancelled && charges == refunds && left == 10:
	default:
		w.t.Errorf("the order is %s, charged %d and given back %d times, %d teas are left", status, charges, refunds, left)
	}
}

// Whatever goes wrong, the order is confirmed, paid for and reserved, or none of these: functions fail before and after they have
// done their work, and they do it after the workflow has given up on them.
func TestNothingIsHalfDone(t *testing.T) {
	t.Parallel()
	ends := map[string]int{}
	for seed := range uint64(120) {
		r := rand.New(rand.NewPCG(seed, 7))
		often := r.Float64() * 0.9
		var late sync.WaitGroup
		ended := make(chan struct{})
		var mu sync.Mutex
		undoing := map[string]int{}
		w := newWorkflow(t, func(ctx context.Context, task string, call func(context.Context) ([]byte, error)) ([]byte, error) {
			mu.Lock()
			strike, how, when, pause := r.Float64() < often, r.IntN(3), r.IntN(4), time.Duration(r.IntN(3000))*time.Microsecond
			if task == "cancel" || task == "refund" || task == "release" {
				// What undoes is tried eight times more, and a person is needed after that.
				undoing[task]++
				strike = strike && undoing[task] <= 8
			}
			mu.Unlock()
			if task == "price" || !strike {
				return call(ctx)
			}
			ctx = context.WithoutCancel(ctx) // closing the engine does not keep a function from its work

			name := []string{"Lambda.ServiceException", "Sandbox.Timedout", "errorString"}[how] // no retrier names the last
			switch when {
			case 0: // it is done, and the answer is lost
				_, _ = call(ctx)
			case 1: // it is done soon
				late.Go(func() { time.Sleep(pause); _, _ = call(ctx) })
			case 2: // it is done when all is over
				late.Go(func() { <-ended; _, _ = call(ctx) })
			} // or it is not done
			return nil, &stepfunctions.Error{Name: name}
		})
		x := w.start("ord_1", []string{"tok_visa", "tok_flaky", "tok_lost", "tok_declined"}[seed%4], line("prod_tea", 2), line("prod_pot", 1))
		_, err := x.Wait(t.Context())
		close(ended)
		w.Close() // a task of another branch may only start now
		late.Wait()
		last := states(x)
		ends[last[len(last)-1]]++
		if err != nil && last[len(last)-1] != "Failed" {
			t.Fatalf("seed %d: it ended in %s: %v", seed, last[len(last)-1], err)
		}
		w.consistent("ord_1", 2)
		if t.Failed() {
			t.Fatalf("seed %d: %q", seed, last)
		}
	}
	for _, end := range []string{"Confirmed", "Cancelled", "Failed"} {
		if ends[end] < 3 {
			t.Errorf("the histories ended in %v: %s is too rare to prove anything", ends, end)
		}
	}
}
