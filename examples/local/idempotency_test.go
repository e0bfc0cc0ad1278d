// Packages of the library that do not import each other meet here: a handler of idempotency's under sqsbatch, with sqsqueue.

package main_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsqueue"
)

// Two messages about one thing come at once. The second comes again when the first one's lock has ended, and not after the
// queue's visibility time-out; the effect has then happened, once.
func TestWhatIsInProgressComesAgainWhenItHasEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		db := new(singletabletest.Engine).Client()
		if _, err := db.CreateTable(ctx, singletable.NewTable(db, "orders").CreateTableInput()); err != nil {
			t.Fatal(err)
		}
		var service sqsbatchtest.SQS
		orders := must[*sqsbatchtest.Queue](t)(service.CreateQueue("orders", sqsbatchtest.QueueAttributes{"VisibilityTimeout": "3600"}))
		endpoint := "http://sqs.test"
		client := sqs.New(sqs.Options{
			Region: "us-east-1", BaseEndpoint: &endpoint, HTTPClient: &service,
			Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		})
		settler := must[*sqsqueue.Settler](t)(sqsqueue.New(client, sqsqueue.Config{}))

		type order struct{ ID string }
		var mu sync.Mutex
		begun := time.Now()
		shipped := 0
		outcomes := map[sqsbatch.Outcome][]time.Duration{}
		ship := idempotency.Once(idempotency.New(db, "orders"), "ship", func(o order) string { return o.ID },
			func(context.Context, order) error {
				mu.Lock()
				shipped++
				mu.Unlock()
				time.Sleep(5 * time.Second)
				return nil
			})
		handler := sqsbatch.Handle(ship, sqsbatch.WithSettler(settler), sqsbatch.WithObserver(func(_ context.Context, r sqsbatch.Report) {
			mu.Lock()
			defer mu.Unlock()
			for _, m := range r.Messages {
				outcomes[m.Outcome] = append(outcomes[m.Outcome], time.Since(begun).Round(time.Second))
				if m.SettleErr != nil {
					t.Error(m.SettleErr)
				}
			}
		}))
		for range 2 {
			must[string](t)(orders.Send(sqsbatchtest.Message{Body: `{"ID":"7"}`}))
		}
		mapping := sqsbatchtest.Mapping{Queue: orders, Invoke: handler.Invoke, ReportBatchItemFailures: true, Timeout: 30 * time.Second}
		run, cancel := context.WithTimeout(ctx, 50*time.Minute)
		defer cancel()
		if err := mapping.Run(run); err != nil {
			t.Fatal(err)
		}
		succeeded, delayed := outcomes[sqsbatch.Succeeded], outcomes[sqsbatch.Delayed]
		if shipped != 1 || len(succeeded) != 2 || len(delayed) != 1 || len(outcomes) != 2 || orders.Counts() != (sqsbatchtest.Counts{}) {
			t.Fatalf("shipped %d times; succeeded at %v, put off at %v; the queue has %+v", shipped, succeeded, delayed, orders.Counts())
		}
		if at := succeeded[1]; at < 30*time.Second || at > 45*time.Second {
			t.Errorf("it came again after %v, want shortly after the end of the first one's lock", at)
		}
	})
}
