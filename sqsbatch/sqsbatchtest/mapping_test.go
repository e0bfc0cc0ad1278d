package sqsbatchtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// function makes an Invoke of a function on the event's messages.
func function(f func(ctx context.Context, messages []events.SQSMessage) (string, error)) func(context.Context, []byte) ([]byte, error) {
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		var event events.SQSEvent
		if err := json.Unmarshal(payload, &event); err != nil {
			return nil, err
		}
		response, err := f(ctx, event.Records)
		return []byte(response), err
	}
}

// recorder keeps what a function was called with, and when, counted from the recorder's making.
type recorder struct {
	begin time.Time
	mu    sync.Mutex
	calls []string
}

func newRecorder() *recorder { return &recorder{begin: time.Now()} }

// add records a call and returns which one it is, from 1.
func (r *recorder) add(what any) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, fmt.Sprint(time.Since(r.begin), " ", what))
	return len(r.calls)
}

// want compares the calls; those of one moment have no order, and so all are sorted as text.
func (r *recorder) want(t *testing.T, want ...string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	got := slices.Sorted(slices.Values(r.calls))
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("invocations are %q, want %q", got, want)
	}
}

// failing is the response that reports messages as failed.
func failing(messages ...events.SQSMessage) string {
	var r events.SQSEventResponse
	for _, m := range messages {
		r.BatchItemFailures = append(r.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
	}
	text, _ := json.Marshal(r)
	return string(text)
}

// start runs a mapping inside a synctest bubble. The returned function stops it and returns what it reported.
func start(t *testing.T, m sqsbatchtest.Mapping) (stop func() []sqsbatchtest.Batch) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var batches []sqsbatchtest.Batch
	m.Observe = func(b sqsbatchtest.Batch) { batches = append(batches, b) }
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx) }()
	return func() []sqsbatchtest.Batch {
		t.Helper()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run returned %v", err)
		}
		return batches
	}
}

func bodiesOf(batches []sqsbatchtest.Batch) string {
	var all []string
	for _, b := range batches {
		all = append(all, bodies(b.Messages))
	}
	return strings.Join(all, " | ")
}

func TestMappingDeletesWhatSucceeded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "orders", nil)
		for _, body := range []string{"a", "b", "c"} {
			send(t, q, sqsbatchtest.Message{Body: body})
		}
		calls := newRecorder()
		stop := start(t, sqsbatchtest.Mapping{
			Queue: q, ReportBatchItemFailures: true,
			Invoke: function(func(_ context.Context, messages []events.SQSMessage) (string, error) {
				if calls.add(bodies(messages)) == 1 {
					return failing(messages[1]), nil
				}
				return "", nil
			}),
		})
		time.Sleep(40 * time.Second)
		first := stop()[0]
		// What failed comes back when the visibility time-out has run out.
		calls.want(t, "0s a b c", "30s b")
		ids := []string{first.Messages[0].MessageId, first.Messages[1].MessageId, first.Messages[2].MessageId}
		if !slices.Equal(first.Deleted, []string{ids[0], ids[2]}) || !slices.Equal(first.Returned, ids[1:2]) ||
			!first.Invoked || first.Err != nil || first.DeleteErr != nil || string(first.Response) != failing(first.Messages[1]) {
			t.Errorf("the first batch is reported as %+v", first)
		}
		wantCounts(t, q, 0, 0, 0)
	})
}

func TestMappingReturnsTheWholeBatch(t *testing.T) {
	t.Parallel()
	failure := errors.New("boom")
	for _, test := range []struct {
		name, response string
		err, want      error
		invoked, off   bool // ReportBatchItemFailures
	}{
		{name: "function error", err: failure, want: failure, invoked: true},
		{name: "function error with a response", response: `{"batchItemFailures":[]}`, err: failure, want: failure, invoked: true},
		{name: "function error with reporting off", err: failure, want: failure, invoked: true, off: true},
		{name: "invalid response", response: `{"batchItemFailures":[{"itemIdentifier":""}]}`, want: sqsbatchtest.ErrInvalidResponse, invoked: true},
		{name: "throttled", err: fmt.Errorf("429: %w", sqsbatchtest.ErrThrottled), want: sqsbatchtest.ErrThrottled},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var s sqsbatchtest.SQS
				q := create(t, &s, "orders", nil)
				for _, body := range []string{"a", "b"} {
					send(t, q, sqsbatchtest.Message{Body: body})
				}
				stop := start(t, sqsbatchtest.Mapping{
					Queue: q, ReportBatchItemFailures: !test.off,
					Invoke: func(context.Context, []byte) ([]byte, error) { return []byte(test.response), test.err },
				})
				time.Sleep(35 * time.Second)
				batches := stop()
				if got := bodiesOf(batches); got != "a b | a b" {
					t.Fatalf("batches are %q, want both messages twice", got)
				}
				for i, b := range batches {
					if !errors.Is(b.Err, test.want) || b.Invoked != test.invoked || len(b.Deleted) != 0 || len(b.Returned) != 2 {
						t.Errorf("batch %d is reported as %+v", i, b)
					}
					if n := b.Messages[0].Attributes["ApproximateReceiveCount"]; n != fmt.Sprint(i+1) {
						t.Errorf("batch %d: receive count is %s", i, n)
					}
				}
				wantCounts(t, q, 0, 2, 0)
			})
		})
	}
}

func TestMappingIgnoresTheResponseWithoutReporting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "orders", nil)
		send(t, q, sqsbatchtest.Message{Body: "a"})
		stop := start(t, sqsbatchtest.Mapping{
			Queue: q,
			Invoke: function(func(_ context.Context, messages []events.SQSMessage) (string, error) {
				return failing(messages...), nil
			}),
		})
		synctest.Wait()
		wantCounts(t, q, 0, 0, 0)
		if b := stop()[0]; len(b.Deleted) != 1 || len(b.Returned) != 0 {
			t.Errorf("the batch is reported as %+v", b)
		}
	})
}

// Run waits for what is under way, whose contexts do not end with the mapping's.
func TestMappingFinishesInvocations(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "orders", nil)
		send(t, q, sqsbatchtest.Message{Body: "a"})
		stop := start(t, sqsbatchtest.Mapping{
			Queue: q,
			Invoke: func(ctx context.Context, _ []byte) ([]byte, error) {
				select {
				case <-ctx.Done():
					return nil, ctx.Err()
				case <-time.After(10 * time.Second):
					return nil, nil
				}
			},
		})
		time.Sleep(time.Second)
		begin := time.Now()
		batches := stop()
		if d := time.Since(begin); d != 9*time.Second {
			t.Errorf("Run ended after %v, want 9s", d)
		}
		if len(batches) != 1 || len(batches[0].Deleted) != 1 {
			t.Errorf("batches are %+v, want one with its message deleted", batches)
		}
		wantCounts(t, q, 0, 0, 0)
	})
}

func TestMappingMaximumConcurrency(t *testing.T) {
	t.Parallel()
	for setting, want := range map[int]int{0: 5, 2: 2, 8: 8} {
		t.Run(fmt.Sprint(setting), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var s sqsbatchtest.SQS
				q := create(t, &s, "orders", nil)
				for range 20 {
					send(t, q, sqsbatchtest.Message{Body: "a"})
				}
				var mu sync.Mutex
				running, most := 0, 0
				stop := start(t, sqsbatchtest.Mapping{
					Queue: q, BatchSize: 1, MaximumConcurrency: setting,
					Invoke: func(context.Context, []byte) ([]byte, error) {
						mu.Lock()
						running++
						most = max(most, running)
						mu.Unlock()
						time.Sleep(time.Second)
						mu.Lock()
						running--
						mu.Unlock()
						return nil, nil
					},
				})
				synctest.Wait()
				// Messages that wait for an invocation stay in the queue.
				wantCounts(t, q, 20-want, want, 0)
				time.Sleep(time.Minute)
				if batches := stop(); most != want || len(batches) != 20 {
					t.Errorf("%d at once in %d batches, want %d in 20", most, len(batches), want)
				}
			})
		})
	}
}

func TestMappingReportsDeletesThatFail(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := createFIFO(t, &s, "VisibilityTimeout", "10")
		sendGroups(t, q, "a1")
		stop := start(t, sqsbatchtest.Mapping{
			Queue: q,
			// The function outlives the visibility time-out.
			Invoke: func(context.Context, []byte) ([]byte, error) {
				time.Sleep(11 * time.Second)
				return nil, nil
			},
		})
		time.Sleep(5 * time.Second)
		first := stop()[0]
		if !first.Invoked || first.Err != nil || len(first.Deleted) != 0 || len(first.Returned) != 1 {
			t.Errorf("the batch is reported as %+v", first)
		}
		wantCode(t, first.DeleteErr, "InvalidParameterValueException")
	})
}

func TestMappingEndsWithAReceiveThatFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "orders", nil)
		go func() {
			time.Sleep(time.Second)
			if err := s.DeleteQueue("orders"); err != nil {
				t.Error(err)
			}
		}()
		m := sqsbatchtest.Mapping{Queue: q, Invoke: func(context.Context, []byte) ([]byte, error) { return nil, nil }}
		if err := m.Run(t.Context()); !errors.Is(err, sqsbatchtest.ErrQueueDoesNotExist) {
			t.Errorf("Run returned %v, want ErrQueueDoesNotExist", err)
		}
	})
}

func TestMappingSettings(t *testing.T) {
	t.Parallel()
	var s sqsbatchtest.SQS
	standard, fifo := create(t, &s, "orders", nil), createFIFO(t, &s)
	invoke := func(context.Context, []byte) ([]byte, error) { return nil, nil }
	for _, test := range []struct {
		name string
		m    sqsbatchtest.Mapping
		want []string
	}{
		{"nothing", sqsbatchtest.Mapping{}, []string{"Queue", "Invoke"}},
		{"defaults", sqsbatchtest.Mapping{Queue: standard, Invoke: invoke}, nil},
		{"greatest", sqsbatchtest.Mapping{Queue: standard, Invoke: invoke, BatchSize: 10_000, BatchWindow: 300 * time.Second, MaximumConcurrency: 1000}, nil},
		{"fifo", sqsbatchtest.Mapping{Queue: fifo, Invoke: invoke, BatchSize: 10, MaximumConcurrency: 2}, nil},
		{"fifo batch", sqsbatchtest.Mapping{Queue: fifo, Invoke: invoke, BatchSize: 11, BatchWindow: time.Second}, []string{"BatchSize", "BatchWindow"}},
		{"negative", sqsbatchtest.Mapping{Queue: standard, Invoke: invoke, BatchSize: -1, BatchWindow: -time.Second, MaximumConcurrency: -1},
			[]string{"BatchSize", "BatchWindow", "MaximumConcurrency"}},
		{"too much", sqsbatchtest.Mapping{Queue: standard, Invoke: invoke, BatchSize: 10_001, BatchWindow: 301 * time.Second, MaximumConcurrency: 1001},
			[]string{"BatchSize", "BatchWindow", "MaximumConcurrency"}},
		{"no window", sqsbatchtest.Mapping{Queue: standard, Invoke: invoke, BatchSize: 11}, []string{"BatchWindow"}},
		{"fraction", sqsbatchtest.Mapping{Queue: standard, Invoke: invoke, BatchWindow: time.Millisecond}, []string{"BatchWindow"}},
		{"one at a time", sqsbatchtest.Mapping{Queue: standard, Invoke: invoke, MaximumConcurrency: 1}, []string{"MaximumConcurrency"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			err := test.m.Run(ctx)
			if len(test.want) == 0 && err != nil {
				t.Error(err)
			}
			for _, setting := range test.want {
				if err == nil || !strings.Contains(err.Error(), "Mapping."+setting+" ") {
					t.Errorf("error is %v, want one that names %s", err, setting)
				}
			}
		})
	}
}
