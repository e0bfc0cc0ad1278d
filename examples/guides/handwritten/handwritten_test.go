package handwritten

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// queueRun is what became of messages: what was shipped, in order and as often as it was, and what is in the dead-letter queue.
type queueRun struct{ shipped, dead []string }

func (r queueRun) times(id string) (n int) {
	for _, s := range r.shipped {
		if s == id {
			n++
		}
	}
	return n
}

type sqsHandler = func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)

// runQueue sends the bodies to a queue whose messages are received three times at most, with a function that has 10 seconds.
func runQueue(t *testing.T, queue string, newHandler func(func(context.Context, Order) error) sqsHandler, bodies ...string) queueRun {
	t.Helper()
	var r queueRun
	synctest.Test(t, func(t *testing.T) {
		var service sqsbatchtest.SQS
		suffix, attributes := "", sqsbatchtest.QueueAttributes{"VisibilityTimeout": "60"}
		group := ""
		if queue == "fifo" {
			suffix, group = ".fifo", "usr_123"
			attributes["FifoQueue"], attributes["ContentBasedDeduplication"] = "true", "true"
		}
		deadAttributes := sqsbatchtest.QueueAttributes{}
		if suffix != "" {
			deadAttributes["FifoQueue"] = "true"
		}
		dead, err := service.CreateQueue("orders-dead"+suffix, deadAttributes)
		if err != nil {
			t.Fatal(err)
		}
		attributes["RedrivePolicy"] = dead.RedrivePolicy(3)
		orders, err := service.CreateQueue("orders"+suffix, attributes)
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range bodies {
			if _, err := orders.Send(sqsbatchtest.Message{Body: body, GroupID: group}); err != nil {
				t.Fatal(err)
			}
		}
		var mu sync.Mutex
		tries := map[string]int{}
		handler := newHandler(func(_ context.Context, o Order) error {
			mu.Lock()
			defer mu.Unlock()
			tries[o.ID]++
			if o.ID == "slow" {
				mu.Unlock()
				time.Sleep(time.Minute) // a call without a time-out
				mu.Lock()
				runtime.Goexit() // the process has been killed long ago
			}
			if o.ID == "flaky" && tries[o.ID] == 1 {
				return errors.New("the carrier did not answer")
			}
			r.shipped = append(r.shipped, o.ID)
			return nil
		})
		mapping := sqsbatchtest.Mapping{
			Queue: orders, ReportBatchItemFailures: true, Timeout: 10 * time.Second,
			Invoke: func(ctx context.Context, payload []byte) ([]byte, error) {
				var event events.SQSEvent
				if err := json.Unmarshal(payload, &event); err != nil {
					return nil, err
				}
				response, err := handler(ctx, event)
				if err != nil {
					return nil, err
				}
				return json.Marshal(response)
			},
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if err := mapping.Run(ctx); err != nil {
			t.Fatal(err)
		}
		if left := orders.Counts(); left != (sqsbatchtest.Counts{}) {
			t.Errorf("the queue still has %+v", left)
		}
		messages, err := dead.Receive(t.Context(), 10, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range messages {
			r.dead = append(r.dead, m.Body)
		}
		slices.Sort(r.dead)
		time.Sleep(time.Hour) // what was killed goes on in here
	})
	return r
}

func after(ship func(context.Context, Order) error) sqsHandler { return After(ship) }

// A body that is no order is gone in the one, and in the dead-letter queue in the other.
func TestUndecodable(t *testing.T) {
	t.Parallel()
	bodies := []string{`{"id":"tea"}`, `{"id":`}
	if r := runQueue(t, "standard", Before, bodies...); len(r.dead) != 0 || r.times("tea") != 1 {
		t.Errorf("by hand: %+v", r)
	}
	if r := runQueue(t, "standard", after, bodies...); !slices.Equal(r.dead, []string{`{"id":`}) || r.times("tea") != 1 {
		t.Errorf("by sqsbatch: %+v", r)
	}
}

// One call that takes too long makes all of the batch come again in the one, and itself alone in the other.
func TestSlow(t *testing.T) {
	t.Parallel()
	bodies := []string{`{"id":"tea"}`, `{"id":"slow"}`, `{"id":"cake"}`}
	if r := runQueue(t, "standard", Before, bodies...); r.times("tea") != 3 || r.times("cake") != 0 || len(r.dead) != 3 {
		t.Errorf("by hand: %+v", r)
	}
	if r := runQueue(t, "standard", after, bodies...); r.times("tea") != 1 || r.times("cake") != 1 || !slices.Equal(r.dead, []string{`{"id":"slow"}`}) {
		t.Errorf("by sqsbatch: %+v", r)
	}
}

// A failure in a FIFO queue is overtaken in the one.
func TestOrder(t *testing.T) {
	t.Parallel()
	bodies := []string{`{"id":"flaky"}`, `{"id":"second"}`}
	if r := runQueue(t, "fifo", Before, bodies...); !slices.Equal(r.shipped, []string{"second", "flaky"}) {
		t.Errorf("by hand: %+v", r)
	}
	if r := runQueue(t, "fifo", after, bodies...); !slices.Equal(r.shipped, []string{"flaky", "second"}) {
		t.Errorf("by sqsbatch: %+v", r)
	}
}
