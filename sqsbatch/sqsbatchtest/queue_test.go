package sqsbatchtest_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

func create(t testing.TB, s *sqsbatchtest.SQS, name string, attributes sqsbatchtest.QueueAttributes) *sqsbatchtest.Queue {
	t.Helper()
	q, err := s.CreateQueue(name, attributes)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func send(t testing.TB, q *sqsbatchtest.Queue, m sqsbatchtest.Message) string {
	t.Helper()
	id, err := q.Send(m)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// receive receives up to ten messages without waiting.
func receive(t testing.TB, q *sqsbatchtest.Queue) []events.SQSMessage {
	t.Helper()
	return receiveUpTo(t, q, 10)
}

func receiveUpTo(t testing.TB, q *sqsbatchtest.Queue, max int) []events.SQSMessage {
	t.Helper()
	messages, err := q.Receive(t.Context(), max, 0)
	if err != nil {
		t.Fatal(err)
	}
	return messages
}

func bodies(messages []events.SQSMessage) string {
	var all []string
	for _, m := range messages {
		all = append(all, m.Body)
	}
	return strings.Join(all, " ")
}

func handles(messages ...events.SQSMessage) (all []string) {
	for _, m := range messages {
		all = append(all, m.ReceiptHandle)
	}
	return all
}

// wantBodies receives and compares.
func wantBodies(t testing.TB, q *sqsbatchtest.Queue, want string) []events.SQSMessage {
	t.Helper()
	messages := receive(t, q)
	if got := bodies(messages); got != want {
		t.Fatalf("%s: received %q, want %q", q.Name(), got, want)
	}
	return messages
}

// wantCode checks that err is the service's refusal of that code.
func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	if !errors.Is(err, &sqsbatchtest.Error{Code: code}) {
		t.Fatalf("error is %v, want one with code %s", err, code)
	}
}

func wantCounts(t testing.TB, q *sqsbatchtest.Queue, visible, inFlight, delayed int) {
	t.Helper()
	if got, want := q.Counts(), (sqsbatchtest.Counts{Visible: visible, InFlight: inFlight, Delayed: delayed}); got != want {
		t.Fatalf("%s: counts are %+v, want %+v", q.Name(), got, want)
	}
}

func TestMessageComesAgainWhenVisibilityRunsOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "orders", sqsbatchtest.QueueAttributes{"VisibilityTimeout": "7"})
		id := send(t, q, sqsbatchtest.Message{Body: "a", TraceHeader: "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"})
		start := time.Now()
		first := wantBodies(t, q, "a")[0]
		wantCounts(t, q, 0, 1, 0)

		time.Sleep(7*time.Second - time.Nanosecond)
		wantBodies(t, q, "")
		time.Sleep(time.Nanosecond)
		second := wantBodies(t, q, "a")[0]

		if first.MessageId != id || second.MessageId != id || first.ReceiptHandle == second.ReceiptHandle {
			t.Errorf("ids %s and %s, want %s; the receipt handles must differ", first.MessageId, second.MessageId, id)
		}
		for name, want := range map[string]string{
			"ApproximateReceiveCount": "2", "AWSTraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
		} {
			if got := second.Attributes[name]; got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		for _, name := range []string{"SentTimestamp", "ApproximateFirstReceiveTimestamp"} {
			if got, want := second.Attributes[name], strconv.FormatInt(start.UnixMilli(), 10); got != want {
				t.Errorf("%s is %s, want %s", name, got, want)
			}
		}
		if len(second.Attributes) != 5 {
			t.Errorf("attributes are %v, want those four and SenderId", second.Attributes)
		}
	})
}

func TestChangeVisibility(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "orders", nil)
		send(t, q, sqsbatchtest.Message{Body: "a"})
		m := wantBodies(t, q, "a")[0]

		time.Sleep(10 * time.Second)
		if err := q.ChangeVisibility(t.Context(), handles(m), 5*time.Second); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		m = wantBodies(t, q, "a")[0]
		// The next receive goes by the queue's time-out again.
		time.Sleep(29 * time.Second)
		wantBodies(t, q, "")

		if err := q.ChangeVisibility(t.Context(), handles(m), 0); err != nil {
			t.Fatal(err)
		}
		m = wantBodies(t, q, "a")[0]

		// Twelve hours in all, counted from the receive.
		time.Sleep(time.Second)
		err := q.ChangeVisibility(t.Context(), handles(m), 12*time.Hour)
		wantCode(t, err, "InvalidParameterValueException")
		if err := q.ChangeVisibility(t.Context(), handles(m), 12*time.Hour-time.Second); err != nil {
			t.Fatal(err)
		}
		time.Sleep(12*time.Hour - 2*time.Second)
		wantBodies(t, q, "")
		time.Sleep(time.Second)
		// The message is visible, and its handle as old as handles get.
		wantCode(t, q.Delete(t.Context(), handles(m)), "InvalidParameterValueException")
		wantBodies(t, q, "a")
	})
}

func TestDelay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "orders", sqsbatchtest.QueueAttributes{"DelaySeconds": "3"})
		send(t, q, sqsbatchtest.Message{Body: "queue's"})
		send(t, q, sqsbatchtest.Message{Body: "own", Delay: 2 * time.Second})
		wantCounts(t, q, 0, 0, 2)
		time.Sleep(2 * time.Second)
		wantBodies(t, q, "own")
		wantCounts(t, q, 0, 1, 1)
		time.Sleep(time.Second)
		wantBodies(t, q, "queue's")

		for _, delay := range []time.Duration{-time.Second, 901 * time.Second, time.Millisecond} {
			_, err := q.Send(sqsbatchtest.Message{Body: "a", Delay: delay})
			wantCode(t, err, "InvalidParameterValueException")
		}
	})
}

func TestRetention(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "orders", sqsbatchtest.QueueAttributes{"MessageRetentionPeriod": "60", "VisibilityTimeout": "600"})
		send(t, q, sqsbatchtest.Message{Body: "a"})
		time.Sleep(20 * time.Second)
		send(t, q, sqsbatchtest.Message{Body: "b"})
		wantBodies(t, q, "a b")
		time.Sleep(40*time.Second - time.Nanosecond)
		wantCounts(t, q, 0, 2, 0)
		time.Sleep(time.Nanosecond)
		wantCounts(t, q, 0, 1, 0) // in flight or not

		if err := q.SetAttributes(sqsbatchtest.QueueAttributes{"MessageRetentionPeriod": "120"}); err != nil {
			t.Fatal(err)
		}
		send(t, q, sqsbatchtest.Message{Body: "c"})
		time.Sleep(80*time.Second - time.Nanosecond)
		wantCounts(t, q, 1, 1, 0)
		time.Sleep(time.Nanosecond)
		wantCounts(t, q, 1, 0, 0)
	})
}

func TestDeleteQueueAndPurge(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "orders", nil)
		send(t, q, sqsbatchtest.Message{Body: "a"})
		receive(t, q)
		send(t, q, sqsbatchtest.Message{Body: "b"})
		if err := q.Purge(); err != nil {
			t.Fatal(err)
		}
		wantCounts(t, q, 0, 0, 0)
		time.Sleep(59 * time.Second)
		wantCode(t, q.Purge(), "PurgeQueueInProgress")
		time.Sleep(time.Second)
		if err := q.Purge(); err != nil {
			t.Fatal(err)
		}

		polled := make(chan error)
		go func() {
			_, err := q.Receive(t.Context(), 1, 20*time.Second)
			polled <- err
		}()
		synctest.Wait()
		if err := s.DeleteQueue("orders"); err != nil {
			t.Fatal(err)
		}
		_, sendErr := q.Send(sqsbatchtest.Message{Body: "a"})
		for _, err := range []error{<-polled, sendErr, q.Purge(), s.DeleteQueue("orders")} {
			if !errors.Is(err, sqsbatchtest.ErrQueueDoesNotExist) {
				t.Errorf("error is %v, want ErrQueueDoesNotExist", err)
			}
		}
		_, err := s.CreateQueue("orders", nil)
		wantCode(t, err, "QueueDeletedRecently")
		time.Sleep(time.Minute)
		if again := create(t, &s, "orders", nil); again == q {
			t.Error("the deleted queue came back")
		}
	})
}

func TestStandardQueueKeepsOrderOfAppearance(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "orders", nil)
		var want []string
		for i := range 25 {
			body := string(rune('a' + i))
			want = append(want, body)
			send(t, q, sqsbatchtest.Message{Body: body, GroupID: "tenant"})
		}
		for range 2 { // the second time all 25 appear at one moment
			var got []string
			for range 3 {
				for _, m := range receive(t, q) {
					got = append(got, m.Body)
					if m.Attributes["MessageGroupId"] != "tenant" {
						t.Errorf("attributes are %v, want the group id", m.Attributes)
					}
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("received %q, want %q", got, want)
			}
			time.Sleep(30 * time.Second)
		}
	})
}

func TestDeliveriesShareNoMemory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "orders", nil)
		text, binary := "text", []byte("binary")
		attributes := map[string]events.SQSMessageAttribute{
			"s": {DataType: "String", StringValue: &text}, "b": {DataType: "Binary", BinaryValue: binary},
		}
		send(t, q, sqsbatchtest.Message{Body: "a", Attributes: attributes})
		spoil := func(attributes map[string]events.SQSMessageAttribute) {
			*attributes["s"].StringValue = "spoilt"
			attributes["b"].BinaryValue[0] = 'X'
			delete(attributes, "s")
		}
		spoil(attributes)
		for range 2 {
			m := wantBodies(t, q, "a")[0]
			if got := m.MessageAttributes; *got["s"].StringValue != "text" || string(got["b"].BinaryValue) != "binary" {
				t.Errorf("attributes are %v", got)
			}
			spoil(m.MessageAttributes)
			time.Sleep(30 * time.Second)
		}
	})
}
