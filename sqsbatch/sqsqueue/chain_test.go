package sqsqueue_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsqueue"
)

// The whole chain: a queue, its event source mapping, sqsbatch, the SDK's client, the queue.

func TestRetryAfterComesAgainAfterTheDelay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "")
		begun := time.Now()
		var mu sync.Mutex
		at := map[string][]time.Duration{}
		for _, body := range []string{"soon", "late", "plain"} {
			s.send(sqsbatchtest.Message{Body: body})
		}
		h := sqsbatch.Handle(func(_ context.Context, body string) error {
			mu.Lock()
			defer mu.Unlock()
			at[body] = append(at[body], time.Since(begun).Round(time.Second))
			if len(at[body]) == 2 {
				return nil
			}
			switch body {
			case "soon":
				return sqsbatch.RetryAfter(errors.New("busy"), 4500*time.Millisecond)
			case "late":
				return sqsbatch.RetryAfter(errors.New("closed"), 8*time.Hour)
			}
			return errors.New("fails")
		}, sqsbatch.WithSettler(s.settler))
		s.run(h, 9*time.Hour)
		for body, again := range map[string]time.Duration{"soon": 5 * time.Second, "late": 8 * time.Hour, "plain": time.Minute} {
			if len(at[body]) != 2 || at[body][1]-at[body][0] != again {
				t.Errorf("%s was handled at %v, want twice, %v apart", body, at[body], again)
			}
		}
		if c := s.orders.Counts(); c != (sqsbatchtest.Counts{}) {
			t.Errorf("the queue still has %+v", c)
		}
	})
}

func TestDeadLetterKeepsEverything(t *testing.T) {
	t.Parallel()
	for _, suffix := range []string{"", ".fifo"} {
		synctest.Test(t, func(t *testing.T) {
			s := newStage(t, suffix)
			const trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
			m := sqsbatchtest.Message{
				Body: "<body> é \u2028 \U0001F600", GroupID: "tenant", TraceHeader: trace,
				Attributes: map[string]events.SQSMessageAttribute{
					"text":   {DataType: "String", StringValue: aws.String("é")},
					"number": {DataType: "Number.int", StringValue: aws.String("42")},
					"binary": {DataType: "Binary", BinaryValue: []byte{0, 1, 0xff}},
				},
			}
			if suffix != "" {
				m.DeduplicationID = "once"
			}
			id := s.send(m)
			s.run(sqsbatch.Handle(func(context.Context, string) error {
				return sqsbatch.DeadLetter(errors.New("no such\x00 customer"))
			}, sqsbatch.WithSettler(s.settler)), time.Hour)

			if c := s.orders.Counts(); c != (sqsbatchtest.Counts{}) {
				t.Errorf("the queue still has %+v", c)
			}
			dead := s.receive(s.dead)
			if len(dead) != 1 {
				t.Fatalf("%d messages in the dead-letter queue, want 1", len(dead))
			}
			got := dead[0]
			if got.Body != m.Body || got.Attributes["AWSTraceHeader"] != trace || got.Attributes["MessageGroupId"] != "tenant" {
				t.Errorf("the copy is %q with %v", got.Body, got.Attributes)
			}
			if suffix != "" && got.Attributes["MessageDeduplicationId"] != id {
				t.Errorf("the deduplication id is %q, want the message's id %s", got.Attributes["MessageDeduplicationId"], id)
			}
			attributes := map[string]string{}
			for name, a := range got.MessageAttributes {
				attributes[name] = fmt.Sprintf("%s %s%s", a.DataType, aws.ToString(a.StringValue), a.BinaryValue)
			}
			want := map[string]string{
				"text": "String é", "number": "Number.int 42", "binary": "Binary \x00\x01\xff",
				sqsqueue.AttributeQueue:     "String " + s.orders.ARN(),
				sqsqueue.AttributeMessageID: "String " + id,
				sqsqueue.AttributeReason:    "String no such\ufffd customer",
			}
			if fmt.Sprint(attributes) != fmt.Sprint(want) {
				t.Errorf("the attributes are %q, want %q", attributes, want)
			}
		})
	}
}

// A dead-letter queue that takes nothing lets messages come again. When it takes them, it has each once.
func TestNothingIsLostWhileTheDeadLetterQueueRefuses(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]fault{
		"denied":            refuse(http.StatusForbidden, "AccessDeniedException"),
		"gone":              refuse(http.StatusBadRequest, "QueueDoesNotExist"),
		"entry is refused":  part("KmsAccessDenied", true, "0", "1", "2"),
		"throttled":         refuse(http.StatusBadRequest, "ThrottlingException"),
		"down":              refuse(http.StatusServiceUnavailable, "ServiceUnavailable"),
		"hangs":             hang,
		"an answer of junk": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { fmt.Fprint(w, `{`) },
		"an empty answer":   func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { fmt.Fprint(w, `{}`) },
	} {
		for _, suffix := range []string{"", ".fifo"} {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t, suffix)
				for i, body := range []string{"a1", "a2", "b1"} {
					m := sqsbatchtest.Message{Body: body}
					if suffix != "" {
						m.GroupID, m.DeduplicationID = body[:1], fmt.Sprint(i)
					}
					s.send(m)
				}
				var mu sync.Mutex
				var reports []sqsbatch.Report
				h := sqsbatch.Handle(func(context.Context, string) error { return sqsbatch.DeadLetter(errors.New("no")) },
					sqsbatch.WithSettler(s.settler), sqsbatch.WithObserver(func(_ context.Context, r sqsbatch.Report) {
						mu.Lock()
						defer mu.Unlock()
						reports = append(reports, r)
					}))
				healed := time.Now().Add(90 * time.Second)
				always := func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					if time.Now().After(healed) {
						next.ServeHTTP(w, r)
						return
					}
					f(w, r, next)
				}
				for range 1000 {
					s.plan = map[string][]fault{"SendMessageBatch": append(s.plan["SendMessageBatch"], always)}
				}
				s.run(h, time.Hour)
				if len(reports) < 2 || reports[0].Messages[0].SettleErr == nil || reports[0].Messages[0].Outcome != sqsbatch.Failed {
					t.Errorf("%s%s: the first report is %+v", name, suffix, reports[0])
				}
				if got := bodies(s.receive(s.dead)); got != "a1 a2 b1" || s.orders.Counts() != (sqsbatchtest.Counts{}) {
					t.Errorf("%s%s: %q in the dead-letter queue, %+v in the queue", name, suffix, got, s.orders.Counts())
				}
			})
		}
	}
}

// What is confirmed counts even when something beside it is not, up to the deadline.
func TestConfirmedCopiesCountWhenAVisibilityCallHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "")
		s.expect("ChangeMessageVisibilityBatch", hang)
		s.send(sqsbatchtest.Message{Body: "dead"})
		s.send(sqsbatchtest.Message{Body: "retry"})
		h := sqsbatch.Handle(func(_ context.Context, body string) error {
			if body == "dead" {
				return sqsbatch.DeadLetter(errors.New("no"))
			}
			return sqsbatch.RetryAfter(errors.New("busy"), time.Second)
		}, sqsbatch.WithSettler(s.settler))
		s.run(h, 50*time.Second)
		if got := bodies(s.receive(s.dead)); got != "dead" {
			t.Errorf("%q in the dead-letter queue", got)
		}
		if c := s.orders.Counts(); c != (sqsbatchtest.Counts{InFlight: 1}) {
			t.Errorf("the queue has %+v, want the message whose visibility could not be changed and nothing else", c)
		}
	})
}

// FIFO: what is dead-lettered lets its group go on, in order; what is put off holds it.
func TestFIFOGroups(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, ".fifo")
		for i, body := range []string{"a1", "a2-dead", "a3", "b1-retry", "b2", "a4-dead", "c1-dead"} {
			s.send(sqsbatchtest.Message{Body: body, GroupID: body[:1], DeduplicationID: fmt.Sprint(i)})
		}
		var mu sync.Mutex
		var handled []string
		retried := false
		h := sqsbatch.Handle(func(_ context.Context, body string) error {
			mu.Lock()
			defer mu.Unlock()
			switch {
			case strings.HasSuffix(body, "dead"):
				return sqsbatch.DeadLetter(errors.New("no"))
			case strings.HasSuffix(body, "retry") && !retried:
				retried = true
				return sqsbatch.RetryAfter(errors.New("busy"), 5*time.Minute)
			}
			handled = append(handled, body)
			return nil
		}, sqsbatch.WithSettler(s.settler), sqsbatch.WithConcurrency(1))
		s.run(h, time.Hour)
		if got := strings.Join(handled, " "); got != "a1 a3 b1-retry b2" {
			t.Errorf("handled %s", got)
		}
		if got := bodies(s.receive(s.dead)); got != "a2-dead a4-dead c1-dead" {
			t.Errorf("%q in the dead-letter queue", got)
		}
		if got := s.said("SendMessageBatch"); got != "1, 2" {
			t.Errorf("sends of %s, want the one that held its group alone, then the rest", got)
		}
	})
}

// A fleet of messages over a socket, as in a function.
func TestOverHTTP(t *testing.T) {
	t.Parallel()
	s := newStage(t, "")
	server := httptest.NewServer(&s.front)
	t.Cleanup(server.Close)
	settler := must(sqsqueue.New(sqs.New(options(server.URL, nil)), sqsqueue.Config{DeadLetterQueue: s.dead.ARN()}))(t)
	for i := range 200 {
		s.send(sqsbatchtest.Message{Body: fmt.Sprint(i)})
	}
	messages := s.receive(s.orders)
	var all []sqsbatch.Settlement
	all = append(all, settlements(messages[:95], sqsbatch.SendToDeadLetter, 0)...)
	all = append(all, settlements(messages[95:], sqsbatch.ChangeVisibility, time.Hour)...)
	for i, err := range settler.Settle(t.Context(), all) {
		if err != nil {
			t.Errorf("settlement %d: %v", i, err)
		}
	}
	if got := len(s.receive(s.dead)); got != 95 {
		t.Errorf("%d copies, want 95", got)
	}
	if sends, changes := s.said("SendMessageBatch"), s.said("ChangeMessageVisibilityBatch"); strings.Count(sends, "10") != 9 || strings.Count(changes, "10") != 10 {
		t.Errorf("calls of %s and of %s entries", sends, changes)
	}
	if got := s.said("GetQueueUrl"); got != "0, 0" {
		t.Errorf("looked up %q, want each queue once", got)
	}
}
