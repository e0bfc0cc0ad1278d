package sqsbatchtest_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// source is a Source other than a Queue: it returns its receives one after the other, and fails once they are over.
type source struct {
	arn      string
	receives [][]events.SQSMessage
	delete   func(handles []string) error
}

func (s *source) ARN() string { return s.arn }

func (s *source) Receive(ctx context.Context, max int, wait time.Duration) ([]events.SQSMessage, error) {
	if len(s.receives) == 0 {
		return nil, errOver
	}
	next := s.receives[0]
	s.receives = s.receives[1:]
	return next, nil
}

func (s *source) Delete(_ context.Context, handles []string) error { return s.delete(handles) }

var errOver = errors.New("no more receives")

// received makes messages as an adapter over an SDK client would: ids, handles "h-ID" and bodies, and nothing else.
func received(ids ...string) (messages []events.SQSMessage) {
	for _, id := range ids {
		messages = append(messages, events.SQSMessage{MessageId: id, ReceiptHandle: "h-" + id, Body: "body"})
	}
	return messages
}

// runOver runs a mapping over a source until its receives are over and returns what it reported.
func runOver(t *testing.T, m sqsbatchtest.Mapping) (batches []sqsbatchtest.Batch) {
	t.Helper()
	m.Observe = func(b sqsbatchtest.Batch) { batches = append(batches, b) }
	if err := m.Run(t.Context()); !errors.Is(err, errOver) {
		t.Errorf("Run returned %v, want the receive's error", err)
	}
	return batches
}

func TestMappingDeletesTenAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first, second := received("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"), received("11", "12", "13")
		refused := errors.New("refused")
		var deletes []string
		batches := runOver(t, sqsbatchtest.Mapping{
			BatchSize: 13, BatchWindow: time.Second, ReportBatchItemFailures: true,
			Queue: &source{
				arn: "arn:aws:sqs:eu-west-1:123456789012:orders", receives: [][]events.SQSMessage{first, second},
				delete: func(handles []string) error {
					deletes = append(deletes, strings.Join(handles, " "))
					if len(deletes) == 1 {
						return &sqsbatchtest.FailedError{Failed: map[string]error{"h-4": refused}}
					}
					return refused // the whole call
				},
			},
			Invoke: function(func(_ context.Context, messages []events.SQSMessage) (string, error) {
				for _, m := range messages {
					if m.EventSource != "aws:sqs" || m.EventSourceARN != "arn:aws:sqs:eu-west-1:123456789012:orders" ||
						m.AWSRegion != "eu-west-1" || m.Md5OfBody != "841a2d689ad86bd1611447453c22c6fc" {
						t.Errorf("the function got %+v", m)
					}
				}
				return failing(messages[1]), nil
			}),
		})
		if want := []string{"h-1 h-3 h-4 h-5 h-6 h-7 h-8 h-9 h-10 h-11", "h-12 h-13"}; !slices.Equal(deletes, want) {
			t.Errorf("deletes are %q, want %q", deletes, want)
		}
		b := batches[0]
		if want := []string{"1", "3", "5", "6", "7", "8", "9", "10", "11"}; !slices.Equal(b.Deleted, want) {
			t.Errorf("deleted are %q, want %q", b.Deleted, want)
		}
		if want := []string{"2", "4", "12", "13"}; !slices.Equal(b.Returned, want) || !errors.Is(b.DeleteErr, refused) || b.Err != nil {
			t.Errorf("returned are %q with %v, want %q", b.Returned, b.DeleteErr, want)
		}
	})
}

// A receive that fails inside a window ends the mapping, and what was gathered until then is still invoked with.
func TestMappingInvokesWithWhatItHasWhenAReceiveFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		batches := runOver(t, sqsbatchtest.Mapping{
			BatchSize: 20, BatchWindow: time.Minute,
			Queue: &source{
				arn: "arn:aws:sqs:eu-west-1:123456789012:orders", receives: [][]events.SQSMessage{received("1", "2")},
				delete: func([]string) error { return nil },
			},
			Invoke: func(context.Context, []byte) ([]byte, error) { return nil, nil },
		})
		if len(batches) != 1 || !slices.Equal(batches[0].Deleted, []string{"1", "2"}) {
			t.Errorf("batches are %+v, want one with both messages deleted", batches)
		}
	})
}

// Messages that did not fit into the last batch are reported when the mapping stops.
func TestMappingReportsWhatIsLeftOverWhenItStops(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "orders", nil)
		body := strings.Repeat("a", 1<<20)
		for range 20 {
			send(t, q, sqsbatchtest.Message{Body: body})
		}
		stop := start(t, sqsbatchtest.Mapping{
			Queue: q, MaximumConcurrency: 3,
			Invoke: func(context.Context, []byte) ([]byte, error) {
				time.Sleep(time.Second)
				return nil, nil
			},
		})
		// A receive of ten makes two batches of five. The third invocation has half of the second receive.
		synctest.Wait()
		batches := stop()
		if len(batches) != 4 || !errors.Is(batches[0].Err, sqsbatchtest.ErrStopped) || len(batches[0].Returned) != 5 {
			t.Errorf("%d batches were reported, want the five messages that are left and three invocations", len(batches))
		}
		wantCounts(t, q, 0, 5, 0)
	})
}

// A batch that waits for its groups when the mapping stops comes back.
func TestMappingStopsWhileAGroupIsBusy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := createFIFO(t, &s, "VisibilityTimeout", "2")
		sendGroups(t, q, "a1")
		calls := newRecorder()
		stop := start(t, sqsbatchtest.Mapping{
			Queue: q,
			Invoke: function(func(_ context.Context, messages []events.SQSMessage) (string, error) {
				calls.add(bodies(messages))
				time.Sleep(time.Minute)
				return "", nil
			}),
		})
		time.Sleep(3 * time.Second)
		batches := stop()
		calls.want(t, "0s a1")
		if len(batches) != 2 || batches[0].Invoked || !errors.Is(batches[0].Err, sqsbatchtest.ErrStopped) || !batches[1].Invoked {
			t.Errorf("batches are %+v, want the waiting one stopped and the running one finished", batches)
		}
	})
}
