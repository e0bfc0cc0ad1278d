package sqsbatchtest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// A whole test of a function on a FIFO queue: the message that never succeeds ends in the dead-letter queue, and so do those
// behind it that were received together with it every time. The minutes of visibility time-outs pass at once.
func TestHandlerOnAFIFOQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sqs sqsbatchtest.SQS
		dead, err := sqs.CreateQueue("steps-dead.fifo", sqsbatchtest.QueueAttributes{"FifoQueue": "true"})
		if err != nil {
			t.Fatal(err)
		}
		steps, err := sqs.CreateQueue("steps.fifo", sqsbatchtest.QueueAttributes{
			"FifoQueue": "true", "ContentBasedDeduplication": "true", "VisibilityTimeout": "60", "RedrivePolicy": dead.RedrivePolicy(3),
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range []string{"a on", "b on", "a explode", "a off", "b off"} {
			if _, err := steps.Send(sqsbatchtest.Message{Body: body, GroupID: body[:1]}); err != nil {
				t.Fatal(err)
			}
		}

		handled := map[byte][]string{}
		handler := sqsbatch.Handle(func(ctx context.Context, step string) error {
			if _, ok := ctx.Deadline(); !ok {
				t.Error("the handler has no deadline")
			}
			handled[step[0]] = append(handled[step[0]], step)
			if step == "a explode" {
				return errors.New("boom")
			}
			return nil
		}, sqsbatch.WithConcurrency(1))

		mapping := sqsbatchtest.Mapping{
			Queue: steps, Invoke: handler.Invoke, ReportBatchItemFailures: true, Timeout: 10 * time.Second,
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		if err := mapping.Run(ctx); err != nil {
			t.Fatal(err)
		}

		if want := []string{"b on", "b off"}; !slices.Equal(handled['b'], want) {
			t.Errorf("group b was handled as %v, want %v", handled['b'], want)
		}
		if want := []string{"a on", "a explode", "a explode", "a explode"}; !slices.Equal(handled['a'], want) {
			t.Errorf("group a was handled as %v, want %v", handled['a'], want)
		}
		var bodies []string
		for {
			messages, err := dead.Receive(t.Context(), 10, 0)
			if err != nil {
				t.Fatal(err)
			}
			if len(messages) == 0 {
				break
			}
			for _, m := range messages {
				bodies = append(bodies, m.Body)
			}
		}
		if got, want := fmt.Sprint(bodies), "[a explode a off]"; got != want {
			t.Errorf("dead letters %v, want %v", got, want)
		}
	})
}

// The reserve before the time-out, on the queue's clock: a handler that ignores its context fails, and the batch is answered
// half a reserve before Lambda would kill the process.
func TestReserveOnAQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sqs sqsbatchtest.SQS
		queue, err := sqs.CreateQueue("slow", sqsbatchtest.QueueAttributes{"VisibilityTimeout": "300"})
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range []string{"quick", "slow"} {
			if _, err := queue.Send(sqsbatchtest.Message{Body: body}); err != nil {
				t.Fatal(err)
			}
		}
		handler := sqsbatch.Handle(func(_ context.Context, body string) error {
			if body == "slow" {
				time.Sleep(time.Minute)
			}
			return nil
		}, sqsbatch.WithReserve(3*time.Second))
		start := time.Now()
		var answered time.Duration
		var batch sqsbatchtest.Batch
		mapping := sqsbatchtest.Mapping{
			Queue: queue, Invoke: handler.Invoke, ReportBatchItemFailures: true, Timeout: 10 * time.Second,
			Observe: func(b sqsbatchtest.Batch) { answered, batch = time.Since(start), b },
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		if err := mapping.Run(ctx); err != nil {
			t.Fatal(err)
		}
		if answered != 8500*time.Millisecond || len(batch.Deleted) != 1 || len(batch.Returned) != 1 {
			t.Errorf("answered after %v with %d deleted and %d returned, want 8.5s, 1 and 1", answered, len(batch.Deleted), len(batch.Returned))
		}
	})
}
