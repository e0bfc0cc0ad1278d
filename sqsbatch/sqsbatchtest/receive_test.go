package sqsbatchtest_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

func TestLongPolling(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		after time.Duration // how long the poll takes
		want  string
		do    func(t *testing.T, q *sqsbatchtest.Queue, old string) // after one second, with a message in flight
	}{
		{"nothing comes", 10 * time.Second, "", func(*testing.T, *sqsbatchtest.Queue, string) {}},
		{"a message is sent", time.Second, "new", func(t *testing.T, q *sqsbatchtest.Queue, _ string) {
			send(t, q, sqsbatchtest.Message{Body: "new"})
		}},
		{"a delay ends", 4 * time.Second, "new", func(t *testing.T, q *sqsbatchtest.Queue, _ string) {
			send(t, q, sqsbatchtest.Message{Body: "new", Delay: 3 * time.Second})
		}},
		{"the wait ends first", 10 * time.Second, "", func(t *testing.T, q *sqsbatchtest.Queue, _ string) {
			send(t, q, sqsbatchtest.Message{Body: "new", Delay: 10 * time.Second})
		}},
		{"a visibility time-out is changed", 3 * time.Second, "old", func(t *testing.T, q *sqsbatchtest.Queue, old string) {
			if err := q.ChangeVisibility(t.Context(), []string{old}, 2*time.Second); err != nil {
				t.Error(err)
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var s sqsbatchtest.SQS
				q := create(t, &s, "orders", nil)
				send(t, q, sqsbatchtest.Message{Body: "old"})
				old := wantBodies(t, q, "old")[0].ReceiptHandle
				go func() {
					time.Sleep(time.Second)
					test.do(t, q, old)
				}()
				start := time.Now()
				messages, err := q.Receive(t.Context(), 10, 10*time.Second)
				if err != nil || bodies(messages) != test.want || time.Since(start) != test.after {
					t.Errorf("received %q and %v after %v, want %q after %v", bodies(messages), err, time.Since(start), test.want, test.after)
				}
			})
		})
	}
}

func TestReceiveEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "orders", nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := q.Receive(ctx, 1, 20*time.Second); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error is %v, want the context's", err)
		}
		send(t, q, sqsbatchtest.Message{Body: "a"})
		if _, err := q.Receive(ctx, 1, 0); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error is %v, want the context's", err)
		}
		wantCounts(t, q, 1, 0, 0)
	})
}
