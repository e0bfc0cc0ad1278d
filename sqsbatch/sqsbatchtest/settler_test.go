package sqsbatchtest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

func TestSettlerChangesVisibility(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "orders", nil)
		send(t, q, sqsbatchtest.Message{Body: "a"})
		m := receive(t, q)[0]
		settler := &sqsbatchtest.Settler{Queue: q}
		again := []sqsbatch.Settlement{{Message: &m, Action: sqsbatch.ChangeVisibility, Delay: 5 * time.Second}}
		if errs := settler.Settle(t.Context(), again); errs[0] != nil {
			t.Fatal(errs[0])
		}
		time.Sleep(5*time.Second - 1)
		wantCounts(t, q, 0, 1, 0)
		time.Sleep(time.Nanosecond)
		receive(t, q)
		var refusal *sqsbatchtest.Error
		if errs := settler.Settle(t.Context(), again); len(errs) != 1 || !errors.As(errs[0], &refusal) {
			t.Errorf("with a handle that another receive has replaced: %v", errs)
		}
	})
}

func TestSettlerCopiesToTheDeadLetterQueue(t *testing.T) {
	t.Parallel()
	const trace = "Root=1-67891233-abcdef012345678912345678"
	for _, fifo := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var s sqsbatchtest.SQS
			suffix, attributes := "", sqsbatchtest.QueueAttributes{}
			m := sqsbatchtest.Message{
				Body: "a", TraceHeader: trace, GroupID: "g",
				Attributes: map[string]events.SQSMessageAttribute{"n": text("Number", "1")},
			}
			if fifo {
				suffix, m.DeduplicationID, attributes["FifoQueue"] = ".fifo", "d", "true"
			}
			dead := create(t, &s, "dead"+suffix, attributes)
			attributes["RedrivePolicy"] = dead.RedrivePolicy(5)
			q := create(t, &s, "orders"+suffix, attributes)
			send(t, q, m)
			got := receive(t, q)[0]
			settler := &sqsbatchtest.Settler{Queue: q}
			for range 2 { // a second copy within five minutes is one too many on a standard queue alone
				if errs := settler.Settle(t.Context(), []sqsbatch.Settlement{{Message: &got, Action: sqsbatch.SendToDeadLetter}}); errs[0] != nil {
					t.Fatal(errs[0])
				}
			}
			copies := receiveUpTo(t, dead, 10)
			if fifo && len(copies) != 1 || !fifo && len(copies) != 2 {
				t.Fatalf("%d copies are in the dead-letter queue", len(copies))
			}
			c := copies[0]
			if c.Body != "a" || c.Attributes["AWSTraceHeader"] != trace || c.Attributes["MessageGroupId"] != "g" || *c.MessageAttributes["n"].StringValue != "1" {
				t.Errorf("the copy is %+v", c)
			}
			wantCounts(t, q, 0, 1, 0) // the message is the response's
		})
	}
}

func TestSettlerRefuses(t *testing.T) {
	t.Parallel()
	var s sqsbatchtest.SQS
	q, other := create(t, &s, "orders", nil), create(t, &s, "other", nil)
	send(t, q, sqsbatchtest.Message{Body: "a"})
	m := receive(t, q)[0]
	dead := sqsbatch.Settlement{Message: &m, Action: sqsbatch.SendToDeadLetter}
	fault := errors.New("fault")
	ended, end := context.WithCancelCause(t.Context())
	end(fault)
	for name, test := range map[string]struct {
		ctx     context.Context
		settler sqsbatchtest.Settler
		one     sqsbatch.Settlement
		want    string
	}{
		"no dead-letter queue": {t.Context(), sqsbatchtest.Settler{Queue: q}, dead, "there is no dead-letter queue"},
		"another's message":    {t.Context(), sqsbatchtest.Settler{Queue: other, DeadLetterQueue: q}, dead, "is not of the Settler's queue"},
		"context has ended":    {ended, sqsbatchtest.Settler{Queue: q, DeadLetterQueue: other}, dead, "fault"},
		"fault": {t.Context(), sqsbatchtest.Settler{
			Queue: q, DeadLetterQueue: other, Fault: func(context.Context, sqsbatch.Settlement) error { return fault },
		}, dead, "fault"},
	} {
		if errs := test.settler.Settle(test.ctx, []sqsbatch.Settlement{test.one}); len(errs) != 1 || errs[0] == nil || !strings.Contains(errs[0].Error(), test.want) {
			t.Errorf("%s: %v, want %v", name, errs, test.want)
		}
	}
	for _, settler := range []sqsbatchtest.Settler{{}, {Queue: q}} {
		if errs := settler.Settle(t.Context(), []sqsbatch.Settlement{{Message: &m, Action: sqsbatch.Delete}}); errs[0] == nil {
			t.Errorf("%+v settled an action that it does not know", &settler)
		}
	}
	wantCounts(t, other, 0, 0, 0)
}

func TestSettlerKeepsTheOrderOfCopies(t *testing.T) {
	t.Parallel()
	var s sqsbatchtest.SQS
	q := createFIFO(t, &s)
	dead := create(t, &s, "dead.fifo", sqsbatchtest.QueueAttributes{"FifoQueue": "true"})
	sendGroups(t, q, "a1", "a2", "b1")
	var settlements []sqsbatch.Settlement
	for _, m := range receiveUpTo(t, q, 10) {
		settlements = append(settlements, sqsbatch.Settlement{Message: &m, Action: sqsbatch.SendToDeadLetter})
	}
	settler := &sqsbatchtest.Settler{Queue: q, DeadLetterQueue: dead, Fault: func(_ context.Context, one sqsbatch.Settlement) error {
		if one.Message.Body == "a1" {
			return errors.New("fault")
		}
		return nil
	}}
	if errs := settler.Settle(t.Context(), settlements); len(errs) != 3 || errs[0] == nil || errs[1] == nil || errs[2] != nil {
		t.Errorf("answers are %v", errs)
	}
	wantBodies(t, dead, "b1")
}
