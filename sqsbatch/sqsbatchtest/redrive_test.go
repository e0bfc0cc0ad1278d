package sqsbatchtest_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

func TestRedrive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		dead := create(t, &s, "dead", nil)
		q := create(t, &s, "orders", sqsbatchtest.QueueAttributes{"RedrivePolicy": dead.RedrivePolicy(2)})
		value := "v"
		const trace = "Root=1-5759e988-bd862e3fe1be46a994272793"
		id := send(t, q, sqsbatchtest.Message{
			Body: "poison", TraceHeader: trace, GroupID: "tenant",
			Attributes: map[string]events.SQSMessageAttribute{"k": {DataType: "String", StringValue: &value}},
		})
		sent := wantBodies(t, q, "poison")[0].Attributes["SentTimestamp"]
		time.Sleep(30 * time.Second)
		wantBodies(t, q, "poison")
		time.Sleep(30 * time.Second)
		// It is the third receive that moves the message.
		wantCounts(t, q, 1, 0, 0)
		wantCounts(t, dead, 0, 0, 0)
		send(t, q, sqsbatchtest.Message{Body: "good"})
		wantBodies(t, q, "good")
		wantCounts(t, q, 0, 1, 0)

		m := wantBodies(t, dead, "poison")[0]
		if m.MessageId != id || *m.MessageAttributes["k"].StringValue != "v" {
			t.Errorf("the message changed: %+v", m)
		}
		for name, want := range map[string]string{
			"AWSTraceHeader": trace, "DeadLetterQueueSourceArn": q.ARN(), "ApproximateReceiveCount": "3",
			"SentTimestamp": sent, "MessageGroupId": "tenant",
		} {
			if got := m.Attributes[name]; got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
	})
}

func TestRedriveWakesALongPollOfTheDeadLetterQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		dead := create(t, &s, "dead", nil)
		q := create(t, &s, "orders", sqsbatchtest.QueueAttributes{"RedrivePolicy": dead.RedrivePolicy(1)})
		send(t, q, sqsbatchtest.Message{Body: "poison"})
		receive(t, q)
		go func() {
			time.Sleep(30 * time.Second)
			if got, err := q.Receive(t.Context(), 1, 0); err != nil || len(got) > 0 {
				t.Errorf("received %v, %v", got, err)
			}
		}()
		time.Sleep(20 * time.Second)
		start := time.Now()
		got, err := dead.Receive(t.Context(), 1, 20*time.Second)
		if err != nil || len(got) != 1 || time.Since(start) != 10*time.Second {
			t.Errorf("received %d messages and %v after %v, want one after 10s", len(got), err, time.Since(start))
		}
	})
}

// The next message of a group can be received in the call that moves the one before it.
func TestRedriveOfFIFO(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		dead := create(t, &s, "dead.fifo", sqsbatchtest.QueueAttributes{"FifoQueue": "true", "MessageRetentionPeriod": "60"})
		q := createFIFO(t, &s, "RedrivePolicy", dead.RedrivePolicy(1))
		sendGroups(t, q, "a1")
		sequence := receive(t, q)[0].Attributes["SequenceNumber"]
		sendGroups(t, q, "a2")
		time.Sleep(50 * time.Second)
		wantBodies(t, q, "a2")
		// A FIFO queue's retention begins anew with the move.
		time.Sleep(40 * time.Second)
		m := wantBodies(t, dead, "a1")[0]
		if got := m.Attributes["SequenceNumber"]; got <= sequence {
			t.Errorf("sequence number is %s, want one after %s", got, sequence)
		}
		time.Sleep(20 * time.Second)
		wantCounts(t, dead, 0, 0, 0)
	})
}

func TestRedriveKeepsStandardRetention(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		dead := create(t, &s, "dead", sqsbatchtest.QueueAttributes{"MessageRetentionPeriod": "60"})
		q := create(t, &s, "orders", sqsbatchtest.QueueAttributes{"RedrivePolicy": dead.RedrivePolicy(1)})
		send(t, q, sqsbatchtest.Message{Body: "a"})
		receive(t, q)
		time.Sleep(59 * time.Second)
		wantBodies(t, q, "")
		wantCounts(t, dead, 1, 0, 0)
		time.Sleep(time.Second)
		wantCounts(t, dead, 0, 0, 0)
	})
}

// Queues that are each other's dead-letter queue, or their own, pass messages around without end or harm.
func TestRedriveInACircle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		a := create(t, &s, "a", nil)
		b := create(t, &s, "b", sqsbatchtest.QueueAttributes{"RedrivePolicy": a.RedrivePolicy(1)})
		own := createFIFO(t, &s)
		for _, q := range []*sqsbatchtest.Queue{a, own} {
			target := map[*sqsbatchtest.Queue]*sqsbatchtest.Queue{a: b, own: own}[q]
			if err := q.SetAttributes(sqsbatchtest.QueueAttributes{"RedrivePolicy": target.RedrivePolicy(1)}); err != nil {
				t.Fatal(err)
			}
			sendGroups(t, q, "g1", "g2")
			wantBodies(t, q, "g1 g2")
			time.Sleep(30 * time.Second)
			wantBodies(t, q, "")
		}
		wantCounts(t, b, 2, 0, 0)
		wantCounts(t, own, 2, 0, 0)
	})
}

func TestDeletedDeadLetterQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		dead := create(t, &s, "dead", nil)
		q := create(t, &s, "orders", sqsbatchtest.QueueAttributes{"RedrivePolicy": dead.RedrivePolicy(1)})
		send(t, q, sqsbatchtest.Message{Body: "a"})
		wantBodies(t, q, "a")
		if err := s.DeleteQueue("dead"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(30 * time.Second)
		wantBodies(t, q, "a")
	})
}

func TestRedrivePolicyIsChecked(t *testing.T) {
	t.Parallel()
	var s sqsbatchtest.SQS
	open := create(t, &s, "open", nil)
	closed := create(t, &s, "closed", sqsbatchtest.QueueAttributes{"RedriveAllowPolicy": `{"redrivePermission":"denyAll"}`})
	chosen := create(t, &s, "chosen", sqsbatchtest.QueueAttributes{
		"RedriveAllowPolicy": `{"redrivePermission":"byQueue","sourceQueueArns":["` + strings.Replace(open.ARN(), "open", "good", 1) + `"]}`,
	})
	const parameter, value = "InvalidParameterValueException", "InvalidAttributeValue"
	for _, test := range []struct{ name, queue, policy, code string }{
		{"none", "q1", "", ""},
		{"a number", "q2", open.RedrivePolicy(1000), ""},
		{"a string", "q3", `{"deadLetterTargetArn":"` + open.ARN() + `","maxReceiveCount":"3"}`, ""},
		{"chosen", "good", chosen.RedrivePolicy(1), ""},
		{"not chosen", "q4", chosen.RedrivePolicy(1), parameter},
		{"closed", "q5", closed.RedrivePolicy(1), parameter},
		{"missing queue", "q6", strings.Replace(open.RedrivePolicy(1), "open", "none", 1), parameter},
		{"not an ARN", "q7", `{"deadLetterTargetArn":"dummy","maxReceiveCount":42}`, parameter},
		{"zero", "q8", open.RedrivePolicy(0), parameter},
		{"too many", "q9", open.RedrivePolicy(1001), parameter},
		{"a fraction", "q10", `{"deadLetterTargetArn":"` + open.ARN() + `","maxReceiveCount":1.5}`, parameter},
		{"no count", "q11", `{"deadLetterTargetArn":"` + open.ARN() + `"}`, parameter},
		{"no target", "q12", `{"maxReceiveCount":1}`, parameter},
		{"not JSON", "q13", "5", value},
		{"other type", "q14.fifo", open.RedrivePolicy(1), parameter},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			attributes := sqsbatchtest.QueueAttributes{"RedrivePolicy": test.policy}
			if strings.HasSuffix(test.queue, ".fifo") {
				attributes["FifoQueue"] = "true"
			}
			_, err := s.CreateQueue(test.queue, attributes)
			if test.code == "" && err != nil {
				t.Fatal(err)
			} else if test.code != "" {
				wantCode(t, err, test.code)
			}
		})
	}
	for _, policy := range []string{`{}`, `[]`, `{"redrivePermission":"byQueue"}`, `{"redrivePermission":"allowAll","sourceQueueArns":["a"]}`} {
		if err := open.SetAttributes(sqsbatchtest.QueueAttributes{"RedriveAllowPolicy": policy}); err == nil {
			t.Errorf("RedriveAllowPolicy %s was accepted", policy)
		}
	}
}
