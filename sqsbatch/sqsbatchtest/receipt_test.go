package sqsbatchtest_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

func TestReceiptHandles(t *testing.T) {
	t.Parallel()
	const expired = "InvalidParameterValueException"
	for _, test := range []struct {
		name              string
		standard, fifo    string // the code that Delete returns; "" is success
		remains           bool   // on the standard queue
		changed, changedF string // what ChangeVisibility returns
		handle            func(t *testing.T, q *sqsbatchtest.Queue, m events.SQSMessage) string
	}{
		{name: "current", handle: func(t *testing.T, q *sqsbatchtest.Queue, m events.SQSMessage) string {
			return m.ReceiptHandle
		}},
		{name: "visible again", fifo: expired, changedF: expired,
			handle: func(t *testing.T, q *sqsbatchtest.Queue, m events.SQSMessage) string {
				time.Sleep(30 * time.Second)
				return m.ReceiptHandle
			}},
		{name: "received again", fifo: expired, remains: true, changed: expired, changedF: expired,
			handle: func(t *testing.T, q *sqsbatchtest.Queue, m events.SQSMessage) string {
				time.Sleep(30 * time.Second)
				wantBodies(t, q, "a")
				return m.ReceiptHandle
			}},
		{name: "deleted", changed: expired, changedF: expired,
			handle: func(t *testing.T, q *sqsbatchtest.Queue, m events.SQSMessage) string {
				if err := q.Delete(t.Context(), handles(m)); err != nil {
					t.Fatal(err)
				}
				return m.ReceiptHandle
			}},
		{name: "garbage", standard: "ReceiptHandleIsInvalid", fifo: "ReceiptHandleIsInvalid", remains: true,
			changed: "ReceiptHandleIsInvalid", changedF: "ReceiptHandleIsInvalid",
			handle: func(*testing.T, *sqsbatchtest.Queue, events.SQSMessage) string { return "MessageReceiptHandle" }},
		{name: "altered", standard: "ReceiptHandleIsInvalid", fifo: "ReceiptHandleIsInvalid", remains: true,
			changed: "ReceiptHandleIsInvalid", changedF: "ReceiptHandleIsInvalid",
			handle: func(_ *testing.T, _ *sqsbatchtest.Queue, m events.SQSMessage) string {
				return m.ReceiptHandle[:10] + "A" + m.ReceiptHandle[11:]
			}},
	} {
		for _, kind := range []struct {
			name, deletes, changes string
			attributes             sqsbatchtest.QueueAttributes
		}{
			{"orders", test.standard, test.changed, nil},
			{"orders.fifo", test.fifo, test.changedF, sqsbatchtest.QueueAttributes{"FifoQueue": "true", "ContentBasedDeduplication": "true"}},
		} {
			t.Run(test.name+" "+kind.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					var s sqsbatchtest.SQS
					q := create(t, &s, kind.name, kind.attributes)
					send(t, q, sqsbatchtest.Message{Body: "a", GroupID: "g"})
					handle := test.handle(t, q, wantBodies(t, q, "a")[0])

					if err := q.ChangeVisibility(t.Context(), []string{handle}, 30*time.Second); kind.changes == "" && err != nil {
						t.Error(err)
					} else if kind.changes != "" {
						wantCode(t, err, kind.changes)
					}
					if err := q.Delete(t.Context(), []string{handle}); kind.deletes == "" && err != nil {
						t.Error(err)
					} else if kind.deletes != "" {
						wantCode(t, err, kind.deletes)
					}
					if c := q.Counts(); kind.attributes == nil && (c.Visible+c.InFlight == 1) != test.remains {
						t.Errorf("counts are %+v, want the message to remain: %t", c, test.remains)
					}
				})
			})
		}
	}
}

func TestDeleteReportsEachFailure(t *testing.T) {
	t.Parallel()
	var s sqsbatchtest.SQS
	q := create(t, &s, "orders", nil)
	send(t, q, sqsbatchtest.Message{Body: "a"})
	m := wantBodies(t, q, "a")[0]
	err := q.Delete(t.Context(), []string{"nonsense", m.ReceiptHandle})
	var failed *sqsbatchtest.FailedError
	if !errors.As(err, &failed) || len(failed.Failed) != 1 || failed.Failed["nonsense"] == nil {
		t.Fatalf("error is %v, want a FailedError for the one handle", err)
	}
	wantCode(t, err, "ReceiptHandleIsInvalid")
	wantCounts(t, q, 0, 0, 0)
}
