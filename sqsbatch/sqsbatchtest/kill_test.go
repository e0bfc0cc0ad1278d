package sqsbatchtest_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// What a killed function would have answered later is nothing, and its messages come back.
func TestMappingKills(t *testing.T) {
	t.Parallel()
	crashAfter := func(d time.Duration) func([]events.SQSMessage) (time.Duration, bool) {
		return func([]events.SQSMessage) (time.Duration, bool) { return d, true }
	}
	for name, test := range map[string]struct {
		timeout time.Duration
		crash   func([]events.SQSMessage) (time.Duration, bool)
		takes   time.Duration
		over    time.Duration
		err     error
	}{
		"before the time-out":         {10 * time.Second, nil, 10*time.Second - 1, 10*time.Second - 1, nil},
		"at the time-out":             {10 * time.Second, nil, 10 * time.Second, 10 * time.Second, sqsbatchtest.ErrTimedOut},
		"after the time-out":          {10 * time.Second, nil, time.Minute, 10 * time.Second, sqsbatchtest.ErrTimedOut},
		"crash":                       {10 * time.Second, crashAfter(3 * time.Second), time.Minute, 3 * time.Second, sqsbatchtest.ErrCrashed},
		"crash without a time-out":    {0, crashAfter(3 * time.Second), time.Minute, 3 * time.Second, sqsbatchtest.ErrCrashed},
		"crash that comes too late":   {10 * time.Second, crashAfter(3 * time.Second), time.Second, time.Second, nil},
		"crash later than a time-out": {10 * time.Second, crashAfter(11 * time.Second), time.Minute, 10 * time.Second, sqsbatchtest.ErrTimedOut},
		"no crash": {
			0, func([]events.SQSMessage) (time.Duration, bool) { return time.Second, false }, time.Minute, time.Minute, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var s sqsbatchtest.SQS
				q := create(t, &s, "orders", sqsbatchtest.QueueAttributes{"VisibilityTimeout": "300"})
				send(t, q, sqsbatchtest.Message{Body: "a"})
				begin := time.Now()
				var over time.Duration
				var batch sqsbatchtest.Batch
				ctx, stop := context.WithCancel(t.Context())
				m := sqsbatchtest.Mapping{
					Queue: q, Timeout: test.timeout, Crash: test.crash, ReportBatchItemFailures: true,
					Invoke: func(ctx context.Context, _ []byte) ([]byte, error) {
						time.Sleep(test.takes)
						if errors.Is(test.err, sqsbatchtest.ErrCrashed) && !errors.Is(context.Cause(ctx), test.err) {
							t.Errorf("the function's context ended with %v", context.Cause(ctx))
						}
						return nil, nil
					},
					Observe: func(b sqsbatchtest.Batch) { over, batch = time.Since(begin), b; stop() },
				}
				if err := m.Run(ctx); err != nil {
					t.Fatal(err)
				}
				if over != test.over || !errors.Is(batch.Err, test.err) || !batch.Invoked || (len(batch.Deleted) == 1) != (test.err == nil) {
					t.Errorf("after %v: %+v", over, batch)
				}
				time.Sleep(test.takes) // a bubble must not end before its goroutines
			})
		})
	}
}

func TestMappingSurvivesAnInvokeThatEndsItsGoroutine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "orders", nil)
		send(t, q, sqsbatchtest.Message{Body: "a"})
		stop := start(t, sqsbatchtest.Mapping{Queue: q, Timeout: time.Second, Invoke: func(context.Context, []byte) ([]byte, error) {
			runtime.Goexit()
			return nil, nil
		}})
		synctest.Wait()
		if batches := stop(); len(batches) != 1 || batches[0].Err == nil || len(batches[0].Deleted) > 0 {
			t.Errorf("batches are %+v", batches)
		}
	})
}
