package testing

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/guides/sqsinproduction"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

func TestOrderWithoutAddress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var service sqsbatchtest.SQS
		dead, err := service.CreateQueue("orders-dead", nil)
		if err != nil {
			t.Fatal(err)
		}
		orders, err := service.CreateQueue("orders", sqsbatchtest.QueueAttributes{
			"VisibilityTimeout": "180", "RedrivePolicy": dead.RedrivePolicy(sqsinproduction.MaxReceiveCount),
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := orders.Send(sqsbatchtest.Message{Body: `{"id": "ord_456"}`}); err != nil {
			t.Fatal(err)
		}
		ship := func(context.Context, sqsinproduction.Order) error { return sqsinproduction.ErrNoAddress }
		handler := sqsinproduction.NewHandler(ship, &sqsbatchtest.Settler{Queue: orders}, slog.New(slog.DiscardHandler))
		mapping := sqsbatchtest.Mapping{
			Queue: orders, Invoke: handler.Invoke, ReportBatchItemFailures: true, Timeout: 30 * time.Second,
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // which passes at once
		defer cancel()
		if err := mapping.Run(ctx); err != nil {
			t.Fatal(err)
		}
		if dead.Counts().Visible != 1 || orders.Counts() != (sqsbatchtest.Counts{}) {
			t.Errorf("the dead-letter queue has %+v, the queue %+v", dead.Counts(), orders.Counts())
		}
	})
}
