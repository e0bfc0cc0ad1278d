package sqsbatch_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// What the documentation says of delays in a FIFO group. The queue in memory hands out a group as the service does: up to its first
// message that is invisible.
func TestDelaysInAFIFOGroup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		delay time.Duration
		want  string
	}{
		{10 * time.Second, "[first 0s first 10s second 1m0s]"},
		{5 * time.Minute, "[first 0s first 5m0s second 5m0s]"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var service sqsbatchtest.SQS
			queue, err := service.CreateQueue("orders.fifo", sqsbatchtest.QueueAttributes{
				"FifoQueue": "true", "ContentBasedDeduplication": "true", "VisibilityTimeout": "60",
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, body := range []string{"first", "second"} {
				if _, err := queue.Send(sqsbatchtest.Message{Body: body, GroupID: "g"}); err != nil {
					t.Fatal(err)
				}
			}
			begun := time.Now()
			var calls []string
			mapping := sqsbatchtest.Mapping{
				Queue: queue, ReportBatchItemFailures: true, Timeout: 10 * time.Second,
				Invoke: sqsbatch.Handle(func(_ context.Context, body string) error {
					calls = append(calls, body, time.Since(begun).Round(time.Second).String())
					if len(calls) == 2 {
						return sqsbatch.RetryAfter(errors.New("busy"), c.delay)
					}
					return nil
				}, sqsbatch.WithSettler(&sqsbatchtest.Settler{Queue: queue})).Invoke,
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			if err := mapping.Run(ctx); err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(calls) != c.want {
				t.Errorf("after %v: %v, want %s", c.delay, calls, c.want)
			}
		})
	}
}
