package sqsbatch_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// A handler says by its error what becomes of its message.
func Example_steering() {
	invoke(sqsbatch.Handle(func(_ context.Context, order string) error {
		switch order {
		case "too early":
			return sqsbatch.RetryAfter(errors.New("the shop is closed"), 8*time.Hour)
		case "cancelled":
			return sqsbatch.Drop(errors.New("nobody waits for it"))
		case "damaged":
			return sqsbatch.DeadLetter(errors.New("no address"))
		case "unlucky":
			return errors.New("timeout")
		}
		return nil
	}, sqsbatch.WithSettler(printer{}), sqsbatch.WithObserver(func(_ context.Context, r sqsbatch.Report) {
		for _, m := range r.Messages {
			fmt.Println(m.ID, m.Outcome)
		}
	})), "too early", "cancelled", "damaged", "unlucky", "fine")
	// Output:
	// 1 change_visibility 8h0m0s
	// 3 send_to_dead_letter 0s
	// 1 delayed
	// 2 dropped
	// 3 dead_lettered
	// 4 failed
	// 5 succeeded
	// again: [1 4]
}

func ExampleWithBackoff() {
	report := func(_ context.Context, r sqsbatch.Report) {
		m := r.Messages[0] // on its first receive: at most 5 s; on its second 10 s, then 20 s …
		fmt.Println(m.Outcome, m.Action, m.Delay >= 0 && m.Delay <= 5*time.Second, m.SettleErr)
	}
	invoke(sqsbatch.Handle(func(context.Context, string) error { return errors.New("timeout") },
		sqsbatch.WithBackoff(5*time.Second, 15*time.Minute), sqsbatch.WithSettler(confirming{}), sqsbatch.WithObserver(report)), "x")
	// Output:
	// failed change_visibility true <nil>
	// again: [1]
}

// confirming is a Settler for which all goes well.
type confirming struct{}

func (confirming) Settle(_ context.Context, s []sqsbatch.Settlement) []error {
	return make([]error, len(s))
}

func ExampleWithBrake() {
	errDown := errors.New("connection refused")
	calls := 0
	invoke(sqsbatch.Handle(func(context.Context, string) error {
		calls++
		return fmt.Errorf("charging: %w", errDown)
	},
		sqsbatch.WithConcurrency(1),
		sqsbatch.WithBrake(2, func(err error) bool { return errors.Is(err, errDown) }),
	), "a", "b", "c", "d")
	fmt.Println("calls:", calls)
	// Output:
	// again: [1 2 3 4]
	// calls: 2
}

func ExampleWithErrorOnFullFailure() {
	h := sqsbatch.Handle(func(_ context.Context, order string) error {
		if order == "bad" {
			return errors.New("refused")
		}
		return nil
	}, sqsbatch.WithErrorOnFullFailure())
	invoke(h, "bad", "good")
	invoke(h, "bad", "bad")
	// Output:
	// again: [1]
	// sqsbatch: all of the messages that were attempted failed, 2 of 2 in the batch; the whole batch comes again
}
