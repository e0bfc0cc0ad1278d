package sqsinproduction_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/guides/sqsinproduction"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// result is what an outage did to 100 messages.
type result struct {
	shipped, dead int
	calls         int64 // of the dependency while it was down
}

// newHandler makes a handler that ships the orders of a queue.
type newHandler func(ship func(context.Context, sqsinproduction.Order) error, orders *sqsbatchtest.Queue) sqsbatch.Handler

// outage sends 100 orders to a queue whose handler's dependency is down for a time, and waits for four hours.
func outage(t *testing.T, lasts time.Duration, maxReceiveCount int, newHandler newHandler) result {
	t.Helper()
	var r result
	synctest.Test(t, func(t *testing.T) {
		var service sqsbatchtest.SQS
		dead, err := service.CreateQueue("orders-dead", nil)
		if err != nil {
			t.Fatal(err)
		}
		orders, err := service.CreateQueue("orders", sqsbatchtest.QueueAttributes{
			"VisibilityTimeout": "180", "RedrivePolicy": dead.RedrivePolicy(maxReceiveCount),
		})
		if err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		var shipped, calls atomic.Int64
		ship := func(context.Context, sqsinproduction.Order) error {
			if time.Since(begun) < lasts {
				calls.Add(1)
				return sqsinproduction.ErrCarrierDown
			}
			shipped.Add(1)
			return nil
		}
		for i := range 100 {
			if _, err := orders.Send(sqsbatchtest.Message{Body: fmt.Sprintf(`{"id":"ord_%d"}`, i)}); err != nil {
				t.Fatal(err)
			}
		}
		mapping := sqsbatchtest.Mapping{
			Queue: orders, Invoke: newHandler(ship, orders).Invoke, ReportBatchItemFailures: true, Timeout: 30 * time.Second,
		}
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Hour)
		defer cancel()
		if err := mapping.Run(ctx); err != nil {
			t.Fatal(err)
		}
		if left := orders.Counts(); left != (sqsbatchtest.Counts{}) {
			t.Errorf("the queue still has %+v", left)
		}
		r = result{int(shipped.Load()), dead.Counts().Visible, calls.Load()}
	})
	return r
}

// What the guide says of outages, brakes and receives.
func TestOutage(t *testing.T) {
	t.Parallel()
	plain := func(opts ...sqsbatch.Option) newHandler {
		return func(ship func(context.Context, sqsinproduction.Order) error, _ *sqsbatchtest.Queue) sqsbatch.Handler {
			return sqsbatch.Handle(ship, opts...)
		}
	}
	down := func(error) bool { return true }

	if got := outage(t, 8*time.Minute, 5, plain()); got.shipped != 100 || got.dead != 0 {
		t.Errorf("8 minutes are less than 5 × 3, and %+v", got)
	}
	through := outage(t, 20*time.Minute, 5, plain())
	if through.shipped != 0 || through.dead != 100 {
		t.Errorf("20 minutes are more than 5 × 3, and %+v", through)
	}
	// The brake saves the dependency calls and the messages no receive.
	braked := outage(t, 20*time.Minute, 5, plain(sqsbatch.WithConcurrency(1), sqsbatch.WithBrake(3, down)))
	if braked.dead != 100 || braked.calls*3 > through.calls {
		t.Errorf("with a brake %+v, without %+v", braked, through)
	}
	// Quick back-off gives up before a short outage has ended.
	hasty := outage(t, 8*time.Minute, 5, func(ship func(context.Context, sqsinproduction.Order) error, orders *sqsbatchtest.Queue) sqsbatch.Handler {
		return sqsbatch.Handle(ship, sqsbatch.WithSettler(&sqsbatchtest.Settler{Queue: orders}), sqsbatch.WithBackoff(2*time.Second, time.Minute))
	})
	if hasty.dead != 100 {
		t.Errorf("with a back-off of 2 seconds %+v", hasty)
	}
	// The guide's handler.
	patient := outage(t, 20*time.Minute, sqsinproduction.MaxReceiveCount, func(ship func(context.Context, sqsinproduction.Order) error, orders *sqsbatchtest.Queue) sqsbatch.Handler {
		return sqsinproduction.NewHandler(ship, &sqsbatchtest.Settler{Queue: orders}, slog.New(slog.NewTextHandler(io.Discard, nil)))
	})
	if patient.dead > 10 || patient.shipped+patient.dead != 100 { // delays are random: a few may have been short each time
		t.Errorf("the guide's handler: %+v", patient)
	}
	t.Logf("through %+v, braked %+v, hasty %+v, patient %+v", through, braked, hasty, patient)
}
