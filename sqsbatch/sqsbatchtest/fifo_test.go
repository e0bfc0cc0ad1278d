package sqsbatchtest_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

func createFIFO(t testing.TB, s *sqsbatchtest.SQS, attributes ...string) *sqsbatchtest.Queue {
	t.Helper()
	all := sqsbatchtest.QueueAttributes{"FifoQueue": "true", "ContentBasedDeduplication": "true"}
	for i := 0; i < len(attributes); i += 2 {
		all[attributes[i]] = attributes[i+1]
	}
	return create(t, s, "orders.fifo", all)
}

// sendGroups sends messages whose bodies begin with their group: "a1" is of group a.
func sendGroups(t testing.TB, q *sqsbatchtest.Queue, bodies ...string) {
	t.Helper()
	for _, body := range bodies {
		send(t, q, sqsbatchtest.Message{Body: body, GroupID: body[:1]})
	}
}

func TestFIFOGroupIsLockedWhileInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := createFIFO(t, &s)
		sendGroups(t, q, "a1", "b1", "a2", "a3", "c1")

		// A receive fills up from one group before it goes on to the next.
		first := receiveUpTo(t, q, 2)
		if got := bodies(first); got != "a1 a2" {
			t.Fatalf("received %q, want a1 a2", got)
		}
		wantBodies(t, q, "b1 c1")
		wantBodies(t, q, "")

		// The group stays locked while one of its messages is in flight.
		if err := q.Delete(t.Context(), handles(first[0])); err != nil {
			t.Fatal(err)
		}
		wantBodies(t, q, "")
		if err := q.Delete(t.Context(), handles(first[1])); err != nil {
			t.Fatal(err)
		}
		wantBodies(t, q, "a3")
	})
}

func TestFIFOOrderAfterVisibilityTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := createFIFO(t, &s)
		sendGroups(t, q, "a1", "a2", "a3", "b1")
		if got := bodies(receiveUpTo(t, q, 2)); got != "a1 a2" {
			t.Fatalf("received %q, want a1 a2", got)
		}
		time.Sleep(30 * time.Second)
		// Group a was served last, so b has its turn first; a begins at its beginning.
		wantBodies(t, q, "b1 a1 a2 a3")
	})
}

// A message that becomes visible early comes alone: the one after it is still in flight.
func TestFIFOVisibilityEndedEarly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := createFIFO(t, &s)
		sendGroups(t, q, "a1", "a2", "a3", "b1")
		got := receiveUpTo(t, q, 2)
		if err := q.ChangeVisibility(t.Context(), handles(got[0]), 0); err != nil {
			t.Fatal(err)
		}
		wantBodies(t, q, "b1 a1")
		// The other way round, the first one blocks.
		time.Sleep(30 * time.Second)
		got = wantBodies(t, q, "b1 a1 a2 a3")
		if err := q.ChangeVisibility(t.Context(), handles(got[2], got[3]), 0); err != nil {
			t.Fatal(err)
		}
		wantBodies(t, q, "")
	})
}

func TestFIFOLongPollSeesAGroupUnlocked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := createFIFO(t, &s)
		sendGroups(t, q, "a1", "a2")
		first := receiveUpTo(t, q, 1)
		go func() {
			time.Sleep(time.Second)
			if err := q.Delete(t.Context(), handles(first...)); err != nil {
				t.Error(err)
			}
		}()
		start := time.Now()
		got, err := q.Receive(t.Context(), 10, 20*time.Second)
		if err != nil || bodies(got) != "a2" || time.Since(start) != time.Second {
			t.Errorf("received %q and %v after %v, want a2 after 1s", bodies(got), err, time.Since(start))
		}
	})
}

func TestFIFOQueueDelay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := createFIFO(t, &s, "DelaySeconds", "5")
		sendGroups(t, q, "a1")
		time.Sleep(2 * time.Second)
		sendGroups(t, q, "a2", "b1")
		time.Sleep(3 * time.Second)
		wantBodies(t, q, "a1")
		time.Sleep(2 * time.Second)
		wantBodies(t, q, "b1") // a2 waits for a1
	})
}

func TestFIFODeduplication(t *testing.T) {
	t.Parallel()
	t.Run("window", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			var s sqsbatchtest.SQS
			q := createFIFO(t, &s)
			m := sqsbatchtest.Message{Body: "a", GroupID: "g", DeduplicationID: "d"}
			first := send(t, q, m)
			if err := q.Delete(t.Context(), handles(wantBodies(t, q, "a")...)); err != nil {
				t.Fatal(err)
			}
			// The window counts from the first message: a duplicate does not prolong it, a deletion does not end it.
			time.Sleep(5*time.Minute - 1)
			if again := send(t, q, sqsbatchtest.Message{Body: "other", GroupID: "h", DeduplicationID: "d"}); again != first {
				t.Errorf("the duplicate's id is %s, want the first one's %s", again, first)
			}
			wantBodies(t, q, "")
			time.Sleep(time.Nanosecond)
			if again := send(t, q, m); again == first {
				t.Error("the message was taken for a duplicate after five minutes")
			}
			wantBodies(t, q, "a")
		})
	})
	t.Run("content", func(t *testing.T) {
		t.Parallel()
		var s sqsbatchtest.SQS
		q := createFIFO(t, &s)
		sum := sha256.Sum256([]byte("a"))
		content := hex.EncodeToString(sum[:])
		first := send(t, q, sqsbatchtest.Message{Body: "a", GroupID: "g"})
		for _, duplicate := range []sqsbatchtest.Message{
			{Body: "a", GroupID: "h"}, {Body: "b", GroupID: "g", DeduplicationID: content},
		} {
			if again := send(t, q, duplicate); again != first {
				t.Errorf("the duplicate's id is %s, want %s", again, first)
			}
		}
		send(t, q, sqsbatchtest.Message{Body: "a", GroupID: "h", DeduplicationID: "own"})
		got := wantBodies(t, q, "a a")
		if id := got[0].Attributes["MessageDeduplicationId"]; id != content {
			t.Errorf("deduplication id is %q, want %q", id, content)
		}
		if a, b := got[0].Attributes["SequenceNumber"], got[1].Attributes["SequenceNumber"]; len(a) != 20 || a >= b {
			t.Errorf("sequence numbers are %s and %s, want 20 growing digits", a, b)
		}
	})
	t.Run("scope messageGroup", func(t *testing.T) {
		t.Parallel()
		var s sqsbatchtest.SQS
		q := createFIFO(t, &s, "DeduplicationScope", "messageGroup", "FifoThroughputLimit", "perMessageGroupId")
		for _, group := range []string{"g", "h", "g"} {
			send(t, q, sqsbatchtest.Message{Body: group, GroupID: group, DeduplicationID: "d"})
		}
		wantBodies(t, q, "g h")
	})
}

func TestFIFORefuses(t *testing.T) {
	t.Parallel()
	var s sqsbatchtest.SQS
	q := createFIFO(t, &s, "ContentBasedDeduplication", "false")
	for _, test := range []struct {
		name, code string
		m          sqsbatchtest.Message
	}{
		{"no group", "MissingRequiredParameterException", sqsbatchtest.Message{Body: "a", DeduplicationID: "d"}},
		{"no deduplication id", "InvalidParameterValueException", sqsbatchtest.Message{Body: "a", GroupID: "g"}},
		{"delay", "InvalidParameterValueException",
			sqsbatchtest.Message{Body: "a", GroupID: "g", DeduplicationID: "d", Delay: time.Second}},
		{"space in the group", "InvalidParameterValueException",
			sqsbatchtest.Message{Body: "a", GroupID: "g h", DeduplicationID: "d"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := q.Send(test.m)
			wantCode(t, err, test.code)
		})
	}
}
