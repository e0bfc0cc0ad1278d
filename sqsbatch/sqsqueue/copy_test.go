package sqsqueue_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsqueue"
)

func named(n int) map[string]events.SQSMessageAttribute {
	all := map[string]events.SQSMessageAttribute{}
	for i := range n {
		all[fmt.Sprint("own", i)] = events.SQSMessageAttribute{DataType: "String", StringValue: aws.String("x")}
	}
	return all
}

// deadLetter sends the messages to the dead-letter queue and returns the copies.
func (s *stage) deadLetter(messages []events.SQSMessage) []events.SQSMessage {
	s.t.Helper()
	if err := errors.Join(s.settler.Settle(s.t.Context(), settlements(messages, sqsbatch.SendToDeadLetter, 0))...); err != nil {
		s.t.Fatal(err)
	}
	return s.receive(s.dead)
}

func (s *stage) ours(m events.SQSMessage) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(m.MessageAttributes)) {
		if strings.HasPrefix(name, "DeadLetter") {
			all = append(all, strings.TrimPrefix(name, "DeadLetter"))
		}
	}
	return strings.Join(all, " ")
}

// What a message has of its own is kept; what is added takes the room that is left.
func TestAddedAttributesTakeTheRoomThatIsLeft(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		m     sqsbatchtest.Message
		limit string // MaximumMessageSize of the dead-letter queue
		added string
	}{
		{"nothing of its own", sqsbatchtest.Message{Body: "x"}, "", "MessageId QueueSource Reason"},
		{"eight of its own", sqsbatchtest.Message{Body: "x", Attributes: named(8)}, "", "MessageId QueueSource"},
		{"nine of its own", sqsbatchtest.Message{Body: "x", Attributes: named(9)}, "", "QueueSource"},
		{"ten of its own", sqsbatchtest.Message{Body: "x", Attributes: named(10)}, "", ""},
		{"full", sqsbatchtest.Message{Body: strings.Repeat("x", 1<<20)}, "", ""},
		{"room for one", sqsbatchtest.Message{Body: strings.Repeat("x", 1<<20-70)}, "", "QueueSource"},
		{"room for a part of the reason", sqsbatchtest.Message{Body: strings.Repeat("x", 1<<20-160)}, "", "MessageId QueueSource Reason"},
		{"a smaller dead-letter queue", sqsbatchtest.Message{Body: strings.Repeat("x", 2000), Attributes: named(1)}, "2020", ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newStage(t, "")
			if c.limit != "" {
				if err := s.dead.SetAttributes(sqsbatchtest.QueueAttributes{"MaximumMessageSize": c.limit}); err != nil {
					t.Fatal(err)
				}
			}
			s.send(c.m)
			dead := s.deadLetter(s.receive(s.orders))
			if len(dead) != 1 || dead[0].Body != c.m.Body || s.ours(dead[0]) != c.added {
				t.Fatalf("%s: %d copies, added %q, want %q", c.name, len(dead), s.ours(dead[0]), c.added)
			}
			for name := range c.m.Attributes {
				if aws.ToString(dead[0].MessageAttributes[name].StringValue) != "x" {
					t.Errorf("%s: %s is lost", c.name, name)
				}
			}
		})
	}
}

func TestReason(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err     error
		without bool
		want    string
	}{
		{sqsbatch.DeadLetter(errors.New("no customer")), false, "no customer"},
		{fmt.Errorf("order 7: %w", errors.New("no customer")), false, "order 7: no customer"},
		{sqsbatch.DeadLetter(nil), false, "sqsbatch: the handler asked for the message to go to the dead-letter queue"},
		{errors.New(strings.Repeat("é", 600)), false, strings.Repeat("é", 500)},
		{errors.New("a\x00b\xffc\uffff"), false, "a\ufffdb\ufffdc\ufffd"},
		{errors.New(""), false, ""},
		{nil, false, ""},
		{errors.New("secret"), true, ""},
	} {
		s := newStage(t, "", func(config *sqsqueue.Config) { config.WithoutReason = c.without })
		s.send(sqsbatchtest.Message{Body: "x"})
		all := settlements(s.receive(s.orders), sqsbatch.SendToDeadLetter, 0)
		all[0].Err = c.err
		if errs := s.settler.Settle(t.Context(), all); errs[0] != nil {
			t.Fatal(errs[0])
		}
		if got := aws.ToString(s.receive(s.dead)[0].MessageAttributes[sqsqueue.AttributeReason].StringValue); got != c.want {
			t.Errorf("%v: the reason is %q, want %q", c.err, got, c.want)
		}
	}
}

// Calls are filled up to ten messages and 1 MiB.
func TestChunks(t *testing.T) {
	t.Parallel()
	s := newStage(t, "")
	for range 5 {
		s.send(sqsbatchtest.Message{Body: strings.Repeat("x", 400<<10)})
	}
	for range 12 {
		s.send(sqsbatchtest.Message{Body: "x"})
	}
	if got := len(s.deadLetter(s.receive(s.orders))); got != 17 {
		t.Errorf("%d copies, want 17", got)
	}
	total := 0
	for _, n := range strings.Split(s.said("SendMessageBatch"), ", ") {
		var entries int
		fmt.Sscan(n, &entries)
		total += entries
	}
	if calls := strings.Count(s.said("SendMessageBatch"), ",") + 1; total != 17 || calls > 4 {
		t.Errorf("calls of %s entries, want 17 in 4 at most", s.said("SendMessageBatch"))
	}
}

// A copy whose confirmation is lost is there once on a FIFO queue, for the five minutes of deduplication.
func TestLostConfirmations(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		suffix string
		after  time.Duration
		copies int
	}{{".fifo", time.Minute, 1}, {".fifo", 6 * time.Minute, 2}, {"", time.Minute, 2}} {
		synctest.Test(t, func(t *testing.T) {
			s := newStage(t, c.suffix)
			m := sqsbatchtest.Message{Body: "x"}
			if c.suffix != "" {
				m.GroupID, m.DeduplicationID = "g", "1"
			}
			s.send(m)
			s.expect("SendMessageBatch", lose, lose, lose, lose, lose, lose, lose, lose)
			messages := s.receive(s.orders)
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			if errs := s.settler.Settle(ctx, settlements(messages, sqsbatch.SendToDeadLetter, 0)); errs[0] == nil {
				t.Fatal("confirmed although the answer was lost")
			}
			s.expect("SendMessageBatch")
			first := s.receive(s.dead)
			time.Sleep(c.after)
			again := s.receive(s.orders)
			if len(again) != 1 {
				t.Fatalf("%d messages came again", len(again))
			}
			second := s.deadLetter(again)
			got := map[string]bool{}
			for _, m := range append(first, second...) {
				got[m.MessageId] = true
			}
			if c.suffix != "" && len(got) != c.copies || c.suffix == "" && len(got) < c.copies {
				t.Errorf("%s after %v: %d copies, want %d", c.suffix, c.after, len(got), c.copies)
			}
		})
	}
}

// Messages that have one deduplication id, and a message that was sent back, each have their copy, within the five minutes too.
func TestNoCopyIsTakenForADuplicate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, ".fifo")
		m := sqsbatchtest.Message{Body: "first", GroupID: "g", DeduplicationID: "same"}
		s.send(m)
		time.Sleep(6 * time.Minute)
		m.Body, m.GroupID = "second", "h"
		s.send(m)
		messages := s.receive(s.orders)
		dead := s.deadLetter(messages)
		if bodies(dead) != "first second" {
			t.Fatalf("copies of %q", bodies(dead))
		}
		for q, all := range map[*sqsbatchtest.Queue][]events.SQSMessage{s.orders: messages, s.dead: dead} {
			if err := q.Delete(t.Context(), []string{all[0].ReceiptHandle, all[1].ReceiptHandle}); err != nil {
				t.Fatal(err)
			}
		}
		// An operator sends the first back as it is, with its attributes. It fails again at once.
		s.send(sqsbatchtest.Message{
			Body: dead[0].Body, GroupID: "g", DeduplicationID: dead[0].Attributes["MessageDeduplicationId"], Attributes: dead[0].MessageAttributes,
		})
		back := s.receive(s.orders)
		again := s.deadLetter(back)
		if bodies(again) != "first" || s.ours(again[0]) != "MessageId QueueSource Reason" ||
			aws.ToString(again[0].MessageAttributes[sqsqueue.AttributeMessageID].StringValue) != back[0].MessageId {
			t.Errorf("copies of %q with %v", bodies(again), again)
		}
	})
}

// A group's copies stay in order: behind one that could not be sent, none is.
func TestCopiesOfAGroupStayInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, ".fifo")
		for i, body := range []string{"a1", "b1", "a2", "b2", "a3", "c1"} {
			s.send(sqsbatchtest.Message{Body: body, GroupID: body[:1], DeduplicationID: fmt.Sprint(i)})
		}
		messages := s.receive(s.orders) // a1 a2 a3 b1 b2 c1
		s.expect("SendMessageBatch", nil, part("KmsThrottled", true, "0"), part("KmsThrottled", true, "0"))
		errs := s.settler.Settle(t.Context(), settlements(messages, sqsbatch.SendToDeadLetter, 0))
		if errs[0] != nil || errs[1] == nil || errs[2] == nil || errs[3] != nil || errs[4] != nil || errs[5] != nil {
			t.Errorf("%v", errs)
		}
		if got := s.said("SendMessageBatch"); got != "3, 2, 1" {
			t.Errorf("calls of %s entries", got)
		}
		if got := bodies(s.receive(s.dead)); got != "a1 b1 b2 c1" {
			t.Errorf("copies of %q", got)
		}
	})
}
