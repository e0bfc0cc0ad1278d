package sqsqueue_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsqueue"
)

func (s *stage) fill(n int) []events.SQSMessage {
	s.t.Helper()
	for i := range n {
		s.send(sqsbatchtest.Message{Body: fmt.Sprint(i)})
	}
	return s.receive(s.orders)
}

// Of a call that fails in part, only what failed is asked again, and only where that can help.
func TestFailedEntries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		faults []fault
		result string // of five
		calls  string
	}{
		{"all well", nil, "ok, ok, ok, ok, ok", "5"},
		{"the service's fault", []fault{part("InternalError", false, "1", "3")}, "ok, ok, ok, ok, ok", "5, 2"},
		{"again and again", []fault{part("InternalError", false, "1", "3"), part("InternalError", false, "1")}, "ok, ok, ok, ok, ok", "5, 2, 1"},
		{"throttled", []fault{part("RequestThrottled", true, "0", "1", "2", "3", "4")}, "ok, ok, ok, ok, ok", "5, 5"},
		{"the caller's fault", []fault{part("ReceiptHandleIsInvalid", true, "4")}, "ok, ok, ok, ok, ReceiptHandleIsInvalid", "5"},
		{"both", []fault{part("InternalError", false, "0"), part("ReceiptHandleIsInvalid", true, "0")}, "ReceiptHandleIsInvalid, ok, ok, ok, ok", "5, 1"},
		{"the whole call, for a while", []fault{refuse(503, "ServiceUnavailable"), refuse(400, "ThrottlingException")}, "ok, ok, ok, ok, ok", "5, 5, 5"},
	} {
		for op, action := range map[string]sqsbatch.Action{
			"ChangeMessageVisibilityBatch": sqsbatch.ChangeVisibility, "SendMessageBatch": sqsbatch.SendToDeadLetter,
		} {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t, "", func(c *sqsqueue.Config) { c.WithoutReason = true })
				messages := s.fill(5)
				s.expect(op, c.faults...)
				errs := s.settler.Settle(t.Context(), settlements(messages, action, time.Minute))
				calls := c.calls
				if action == sqsbatch.SendToDeadLetter && strings.Contains(c.result, "Invalid") {
					calls += ", 1" // the copy is tried once more without what the package adds
					if got := texts(errs); got != "ok, ok, ok, ok, ok" {
						t.Errorf("%s, %v: %s", c.name, action, got)
					}
				} else if got := texts(errs); got != c.result {
					t.Errorf("%s, %v: %s, want %s", c.name, action, got, c.result)
				}
				if got := s.said(op); got != calls {
					t.Errorf("%s, %v: calls of %s entries, want %s", c.name, action, got, calls)
				}
				if got := len(s.receive(s.dead)); action == sqsbatch.SendToDeadLetter && got != 5 {
					t.Errorf("%s: %d copies", c.name, got)
				}
			})
		}
	}
}

// An answer that leaves an entry out, or has it both ways, confirms nothing of it; foreign ids are nobody's.
func TestAnswersThatConfirmNothing(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{
		`{}`, `{"Successful":[],"Failed":[]}`, `{"Successful":[{"Id":"7"}]}`, `{"Successful":[{"Id":""}]}`,
		`{"Successful":[{"Id":"0"}],"Failed":[{"Id":"0","Code":"InternalError","SenderFault":false}]}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newStage(t, "")
			messages := s.fill(1)
			var all []fault
			for range 20 {
				all = append(all, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
					w.Header().Set("Content-Type", "application/x-amz-json-1.0")
					fmt.Fprint(w, answer)
				})
			}
			s.expect("ChangeMessageVisibilityBatch", all...)
			if errs := s.settler.Settle(t.Context(), settlements(messages, sqsbatch.ChangeVisibility, 0)); errs[0] == nil {
				t.Errorf("%s confirmed it", answer)
			}
			if got := strings.Count(s.said("ChangeMessageVisibilityBatch"), "1"); got != 8 {
				t.Errorf("%s: %d calls, want 8", answer, got)
			}
		})
	}
}

// One entry for which the service refuses a whole call does not take the others with it.
func TestWholeCallsRefusedForOneEntry(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"BatchRequestTooLong", "InvalidParameterValueException", "InvalidMessageContents"} {
		synctest.Test(t, func(t *testing.T) {
			s := newStage(t, "")
			messages := s.fill(4)
			s.expect("SendMessageBatch", refuse(400, code), nil, nil, refuse(400, "InvalidParameterValueException"), nil, refuse(400, "InvalidParameterValueException"))
			errs := s.settler.Settle(t.Context(), settlements(messages, sqsbatch.SendToDeadLetter, 0))
			if errs[0] != nil || errs[1] != nil || errs[2] == nil || errs[3] != nil {
				t.Errorf("%s: %s, want the third alone to fail", code, texts(errs))
			}
			if got := s.said("SendMessageBatch"); got != "4, 1, 1, 1, 1, 1" {
				t.Errorf("%s: calls of %s entries", code, got)
			}
		})
	}
}

func TestEndsBeforeItsContext(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]fault{"hanging": hang, "throttled": refuse(400, "ThrottlingException")} {
		synctest.Test(t, func(t *testing.T) {
			s := newStage(t, "")
			messages := s.fill(250)
			var all []fault
			for range 1000 {
				all = append(all, f)
			}
			s.expect("ChangeMessageVisibilityBatch", all...)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			begun := time.Now()
			errs := s.settler.Settle(ctx, append(settlements(messages, sqsbatch.ChangeVisibility, 0),
				settlements(messages[:1], sqsbatch.SendToDeadLetter, 0)...))
			if d := time.Since(begun); d > 950*time.Millisecond {
				t.Errorf("%s: it took %v of 1 s", name, d)
			}
			for i, err := range errs {
				if confirmed := i == 250; (err == nil) != confirmed {
					t.Errorf("%s: settlement %d: %v", name, i, err)
				}
			}
		})
	}
	t.Run("ended", func(t *testing.T) {
		s := newStage(t, "")
		messages := s.fill(1)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		errs := s.settler.Settle(ctx, append(settlements(messages, sqsbatch.ChangeVisibility, 0), settlements(messages, sqsbatch.SendToDeadLetter, 0)...))
		if errs[0] == nil || errs[1] == nil {
			t.Errorf("%v", errs)
		}
	})
}

func TestDelays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "")
		messages := s.fill(5)
		all := settlements(messages, sqsbatch.ChangeVisibility, 0)
		for i, d := range []time.Duration{-time.Hour, time.Nanosecond, 90 * time.Second, 12 * time.Hour, 1 << 62} {
			all[i].Delay = d
		}
		var got []int
		s.watch = func(op string, in request) {
			for _, e := range in.Entries {
				got = append(got, e.VisibilityTimeout)
			}
		}
		errs := s.settler.Settle(t.Context(), all)
		if fmt.Sprint(got) != "[0 1 90 42000 42000]" || texts(errs) != "ok, ok, ok, ok, ok" {
			t.Errorf("delays of %v s: %s", got, texts(errs))
		}
	})
}

// Queues are looked up once, and not at all where the URL is given. A failure is not remembered.
func TestLookups(t *testing.T) {
	t.Parallel()
	s := newStage(t, "")
	messages := s.fill(2)
	s.expect("GetQueueUrl", refuse(403, "AccessDeniedException"))
	settle := func(settler *sqsqueue.Settler) []error {
		return settler.Settle(t.Context(), settlements(messages, sqsbatch.ChangeVisibility, time.Minute))
	}
	if errs := settle(s.settler); errs[0] == nil || errs[1] == nil || !strings.Contains(errs[1].Error(), "look up the queue orders of account 000000000000") {
		t.Errorf("%v", errs)
	}
	for range 3 {
		if errs := settle(s.settler); errs[0] != nil || errs[1] != nil {
			t.Errorf("%v", errs)
		}
	}
	if got := s.said("GetQueueUrl"); got != "0, 0" {
		t.Errorf("looked up %s", got)
	}
	byURL := must(sqsqueue.New(s.client, sqsqueue.Config{
		Queue: "http://sqs.test/000000000000/orders", DeadLetterQueue: "http://sqs.test/000000000000/orders-refused",
	}))(t)
	if err := byURL.Prime(t.Context()); err != nil {
		t.Error(err)
	}
	if errs := append(settle(byURL), byURL.Settle(t.Context(), settlements(messages, sqsbatch.SendToDeadLetter, 0))...); texts(errs) != "ok, ok, ok, ok" {
		t.Errorf("%v", errs)
	}
	if got := s.said("GetQueueUrl"); got != "0, 0" {
		t.Errorf("looked up %s", got)
	}
	none := must(sqsqueue.New(s.client, sqsqueue.Config{DeadLetterQueue: s.dead.ARN() + "-none"}))(t)
	if err := none.Prime(t.Context()); err == nil || !strings.Contains(err.Error(), "orders-refused-none") {
		t.Errorf("Prime: %v", err)
	}
	if err := s.settler.Prime(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestConcurrentInvocations(t *testing.T) {
	t.Parallel()
	s := newStage(t, "")
	messages := s.fill(80)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			part := messages[i*10 : i*10+10]
			errs := append(s.settler.Settle(t.Context(), settlements(part[:5], sqsbatch.SendToDeadLetter, 0)),
				s.settler.Settle(t.Context(), settlements(part[5:], sqsbatch.ChangeVisibility, time.Hour))...)
			if err := errors.Join(errs...); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := len(s.receive(s.dead)); got != 40 {
		t.Errorf("%d copies, want 40", got)
	}
}

// panicking is a client, or what somebody has wrapped around one, that panics at its second send.
type panicking struct {
	*sqs.Client
	calls atomic.Int32
}

func (p *panicking) SendMessageBatch(ctx context.Context, in *sqs.SendMessageBatchInput, opts ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error) {
	if p.calls.Add(1) == 2 {
		panic("oh no")
	}
	return p.Client.SendMessageBatch(ctx, in, opts...)
}

func TestPanicInTheClient(t *testing.T) {
	t.Parallel()
	s := newStage(t, "")
	messages := s.fill(30)
	settler := must(sqsqueue.New(&panicking{Client: s.client}, sqsqueue.Config{DeadLetterQueue: s.dead.ARN()}))(t)
	failed := 0
	for _, err := range settler.Settle(t.Context(), settlements(messages, sqsbatch.SendToDeadLetter, 0)) {
		if err != nil {
			failed++
		}
	}
	if copies := len(s.receive(s.dead)); failed != 10 || copies != 20 {
		t.Errorf("%d failed, %d copies; want 10 and 20", failed, copies)
	}
}

// What a Settler is not made for fails, each alone.
func TestStrangeSettlements(t *testing.T) {
	t.Parallel()
	s := newStage(t, "")
	messages := s.fill(2)
	foreign := messages[0]
	foreign.EventSourceARN = "arn:aws:kinesis:us-east-1:000000000000:stream/orders"
	all := append(settlements(messages, sqsbatch.ChangeVisibility, 0), sqsbatch.Settlement{Action: sqsbatch.ChangeVisibility},
		sqsbatch.Settlement{Message: &messages[0], Action: sqsbatch.Delete}, sqsbatch.Settlement{Message: &foreign, Action: sqsbatch.ChangeVisibility})
	errs := s.settler.Settle(t.Context(), all)
	if errs[0] != nil || errs[1] != nil || errs[2] == nil || errs[3] == nil || errs[4] == nil {
		t.Errorf("%v", errs)
	}
	if errs := s.settler.Settle(t.Context(), nil); len(errs) != 0 {
		t.Errorf("%v", errs)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	s := newStage(t, "")
	messages := s.fill(1)
	messages[0].ReceiptHandle = "AQEB-handle"
	s.expect("ChangeMessageVisibilityBatch", func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		fmt.Fprint(w, `{"Failed":[{"Id":"0","Code":"InvalidParameterValue","SenderFault":true,"Message":"Value AQEB-handle for parameter ReceiptHandle is invalid."}]}`)
	})
	err := s.settler.Settle(t.Context(), settlements(messages, sqsbatch.ChangeVisibility, 0))[0]
	want := "sqsqueue: change_visibility of message " + messages[0].MessageId +
		": refused by Amazon SQS: InvalidParameterValue: Value … for parameter ReceiptHandle is invalid."
	if err == nil || err.Error() != want || !errors.Is(err, sqsqueue.ErrRefused) || errors.Unwrap(err) != nil {
		t.Errorf("got %v, want %s", err, want)
	}
	bare := must(sqsqueue.New(s.client, sqsqueue.Config{}))(t)
	err = bare.Settle(t.Context(), settlements(messages, sqsbatch.SendToDeadLetter, 0))[0]
	if !errors.Is(err, sqsqueue.ErrNoDeadLetterQueue) || errors.Is(err, sqsqueue.ErrRefused) {
		t.Errorf("%v", err)
	}
}
