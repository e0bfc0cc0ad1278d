package sqsbatchtest_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// counting makes an Invoke that records how many messages it gets.
func (r *recorder) counting() func(context.Context, []byte) ([]byte, error) {
	return function(func(_ context.Context, messages []events.SQSMessage) (string, error) {
		r.add(len(messages))
		return "", nil
	})
}

func TestBatchWithoutAWindowIsOneReceive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "orders", nil)
		for range 13 {
			send(t, q, sqsbatchtest.Message{Body: "a"})
		}
		calls := newRecorder()
		stop := start(t, sqsbatchtest.Mapping{Queue: q, BatchSize: 4, MaximumConcurrency: 2, Invoke: calls.counting()})
		time.Sleep(time.Second)
		stop()
		calls.want(t, "0s 4", "0s 4", "0s 4", "0s 1")
	})
}

func TestBatchClosesAtItsWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "orders", nil)
		calls := newRecorder()
		stop := start(t, sqsbatchtest.Mapping{Queue: q, BatchSize: 100, BatchWindow: 25 * time.Second, Invoke: calls.counting()})
		// The window opens with the first message, at 3 s, and is longer than a long poll.
		for range 30 {
			time.Sleep(3 * time.Second)
			send(t, q, sqsbatchtest.Message{Body: "a"})
		}
		time.Sleep(time.Minute)
		stop()
		// Messages come at 3, 6, … 90 s.
		calls.want(t, "28s 9", "55s 9", "1m22s 9", "1m49s 3")
	})
}

func TestBatchClosesAtItsSize(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "orders", nil)
		for range 10_000 + 42 {
			send(t, q, sqsbatchtest.Message{Body: "a"})
		}
		calls := newRecorder()
		stop := start(t, sqsbatchtest.Mapping{Queue: q, BatchSize: 10_000, BatchWindow: 5 * time.Second, Invoke: calls.counting()})
		time.Sleep(10 * time.Second)
		batches := stop()
		calls.want(t, "0s 10000", "5s 42")
		if n := len(batches[0].Deleted); n != 10_000 {
			t.Errorf("%d messages were deleted, want 10000", n)
		}
		wantCounts(t, q, 0, 0, 0)
	})
}

// Five messages of 1 MiB fit into 6 MB of payload, six do not.
func TestBatchClosesAtItsPayload(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "orders", nil)
		body := strings.Repeat("a", 1<<20)
		for range 12 {
			send(t, q, sqsbatchtest.Message{Body: body})
		}
		calls := newRecorder()
		var mu sync.Mutex
		largest := 0
		stop := start(t, sqsbatchtest.Mapping{
			Queue: q, BatchSize: 20, BatchWindow: 3 * time.Second, MaximumConcurrency: 2,
			Invoke: func(ctx context.Context, payload []byte) ([]byte, error) {
				mu.Lock()
				largest = max(largest, len(payload))
				mu.Unlock()
				return calls.counting()(ctx, payload)
			},
		})
		time.Sleep(10 * time.Second)
		stop()
		// The second batch begins with what did not fit into the first, and the third with what did not fit into the second.
		calls.want(t, "0s 5", "0s 5", "3s 2")
		if largest > 6<<20 || largest < 5<<20 {
			t.Errorf("the largest payload has %d bytes", largest)
		}
		wantCounts(t, q, 0, 0, 0)
	})
}

func TestStopInsideAWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "orders", nil)
		send(t, q, sqsbatchtest.Message{Body: "a"})
		calls := newRecorder()
		stop := start(t, sqsbatchtest.Mapping{Queue: q, BatchWindow: 10 * time.Second, Invoke: calls.counting()})
		time.Sleep(5 * time.Second)
		batches := stop()
		calls.want(t)
		if len(batches) != 1 || !errors.Is(batches[0].Err, sqsbatchtest.ErrStopped) || len(batches[0].Returned) != 1 {
			t.Errorf("batches are %+v, want the message returned", batches)
		}
		time.Sleep(25 * time.Second)
		wantBodies(t, q, "a")
	})
}
