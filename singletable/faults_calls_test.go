package singletable_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// Throttling that passes is none of the caller's business; throttling that lasts is what the call fails with, and nothing is
// written.
func TestFaultsThrottleEveryCall(t *testing.T) {
	t.Parallel()
	for _, c := range faultyCalls() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
				holds := seedFaulty(t, s)
				before := holds()
				lasting := engine.Inject(singletabletest.Fault{Operations: []string{c.operation}, Do: singletabletest.HotKey()})
				err := c.do(t.Context(), s)
				throttled, ok := errors.AsType[*types.ProvisionedThroughputExceededException](err)
				if !ok || len(throttled.ThrottlingReasons) == 0 {
					t.Errorf("got %v, want throttling with its reasons", err)
				}
				if lasting.Struck() < 2 {
					t.Errorf("tried %d times", lasting.Struck())
				}
				lasting.Remove()
				if after := holds(); after != before {
					t.Errorf("the table holds %s, and held %s", after, before)
				}

				passing := engine.Inject(singletabletest.Fault{Operations: []string{c.operation}, Times: 2, Do: singletabletest.Throttling()})
				if err := c.do(t.Context(), s); err != nil || passing.Struck() != 2 {
					t.Errorf("after throttling %d times: %v", passing.Struck(), err)
				}
			})
		})
	}
}

// Errors that no other try mends are had at once, with the service's code.
func TestFaultsThatStay(t *testing.T) {
	t.Parallel()
	for _, c := range faultyCalls() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
				holds := seedFaulty(t, s)
				before := holds()
				denied := engine.Inject(singletabletest.Fault{
					Operations: []string{c.operation}, Do: singletabletest.APIError(400, "AccessDeniedException", "not this one"),
				})
				err := c.do(t.Context(), s)
				if api, ok := errors.AsType[interface {
					error
					ErrorCode() string
				}](err); !ok || api.ErrorCode() != "AccessDeniedException" {
					t.Errorf("got %v", err)
				}
				if n := denied.Struck(); n < 1 || n > 1 && c.name != "parallel scan" {
					t.Errorf("tried %d times, want once", n)
				}
				denied.Remove()
				if after := holds(); after != before {
					t.Errorf("the table holds %s, and held %s", after, before)
				}
			})
		})
	}
}

// A call that takes too long ends with its context, and does what was asked for or nothing.
func TestFaultsEndWithTheContext(t *testing.T) {
	t.Parallel()
	for _, c := range faultyCalls() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
				holds := seedFaulty(t, s)
				before := holds()
				slow := engine.Inject(singletabletest.Fault{Operations: []string{c.operation}, Do: singletabletest.Latency(time.Hour)})
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				start := time.Now()
				if err := c.do(ctx, s); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("got %v, want the end of the context", err)
				}
				if took := time.Since(start); took > 3*time.Second {
					t.Errorf("took %v", took)
				}
				slow.Remove()
				if after := holds(); after != before {
					t.Errorf("the table holds %s, and held %s", after, before)
				}
			})
		})
	}
}

// Between tries a call ends with its context too.
func TestFaultsEndBetweenTries(t *testing.T) {
	t.Parallel()
	for _, c := range faultyCalls() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
				seedFaulty(t, s)
				engine.Inject(singletabletest.Fault{Operations: []string{c.operation}, Do: singletabletest.RequestLimitExceeded()})
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Millisecond, cancel)
				start := time.Now()
				err := c.do(ctx, s)
				if err == nil {
					t.Error("succeeded")
				}
				if took := time.Since(start); took > time.Second {
					t.Errorf("took %v after its context had ended: %v", took, err)
				}
			})
		})
	}
}
