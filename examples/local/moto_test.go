package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/lambdapatterns/lambdapatterns/internal/mototest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// sqsAt is a client of an SQS that asks nobody who he is.
func sqsAt(endpoint string) *sqs.Client {
	return sqs.New(sqs.Options{Region: region, BaseEndpoint: &endpoint, Credentials: anyone()})
}

// What sqsbatch's histories do on the queue in memory holds on a queue that somebody else wrote: moto's SQS over HTTP. Messages
// fail at first and succeed later, some never do, and none is lost. It needs TEST_MOTO_URL, the address of a moto server, and
// is skipped without it, or fails when TEST_MOTO_REQUIRED is 1.
func TestNothingIsLostOnMoto(t *testing.T) {
	t.Parallel()
	address := mototest.URL(t)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	client := sqsAt(address)
	q, err := createQueues(ctx, client, "-"+strconv.FormatInt(time.Now().UnixNano(), 36), 2*time.Second, maxReceives)
	t.Cleanup(func() {
		if err := q.delete(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}

	// Every fifth message never succeeds, every third not at the first time.
	const n = 40
	poison := map[string]bool{}
	for i := range n {
		body := fmt.Sprint(i)
		if _, err := q.payments.send(ctx, body); err != nil {
			t.Fatal(err)
		}
		poison[body] = i%5 == 0
	}
	var mu sync.Mutex
	calls, succeeded, deleted := map[string]int{}, map[string]bool{}, map[string]bool{}
	handler := sqsbatch.Handle(func(_ context.Context, i int) error {
		mu.Lock()
		defer mu.Unlock()
		body := fmt.Sprint(i)
		calls[body]++
		if i%3 == 0 && calls[body] == 1 {
			panic("the first time")
		}
		if poison[body] {
			return errors.New("never")
		}
		succeeded[body] = true
		return nil
	})
	running, stop := context.WithCancel(ctx)
	mapping := sqsbatchtest.Mapping{
		Queue: q.payments, Invoke: handler.Invoke, ReportBatchItemFailures: true, Timeout: 30 * time.Second,
		Observe: func(b sqsbatchtest.Batch) {
			mu.Lock()
			defer mu.Unlock()
			if b.Err != nil && !errors.Is(b.Err, sqsbatchtest.ErrStopped) || b.DeleteErr != nil {
				t.Errorf("a batch came back: %v, %v", b.Err, b.DeleteErr)
			}
			for _, m := range b.Messages {
				if slices.Contains(b.Deleted, m.MessageId) {
					deleted[m.Body] = true
					if !succeeded[m.Body] {
						t.Errorf("message %s was deleted and had not succeeded", m.Body)
					}
				}
			}
		},
	}
	ended := make(chan error, 1)
	go func() { ended <- mapping.Run(running) }()
	defer func() {
		stop()
		// A long poll that stop interrupts is the SDK's error of it.
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}()

	dead := map[string]bool{}
	for len(dead) < n/5 {
		var messages []events.SQSMessage
		if messages, err = q.dead.Receive(ctx, 10, time.Second); err != nil {
			t.Fatalf("%d of %d dead letters came: %v", len(dead), n/5, err)
		}
		for _, m := range messages {
			dead[m.Body] = true
			if !poison[m.Body] {
				t.Errorf("message %s is in the dead-letter queue", m.Body)
			}
			if err := q.dead.Delete(ctx, []string{m.ReceiptHandle}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for done := false; !done && ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
		mu.Lock()
		done = len(deleted) == n-len(dead)
		mu.Unlock()
	}
	mu.Lock()
	defer mu.Unlock()
	for body, never := range poison {
		if deleted[body] == never || dead[body] != never {
			t.Errorf("message %s: deleted %t, dead %t, %d calls", body, deleted[body], dead[body], calls[body])
		}
	}
	for _, body := range slices.Sorted(maps.Keys(dead)) {
		if calls[body] != maxReceives {
			t.Errorf("message %s went to the dead-letter queue after %d calls, want %d", body, calls[body], maxReceives)
		}
	}
}
