package sqsbatch_test

import (
	"context"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// The longest time for a message overflowed into the past: every message was given up as it began.
func TestTheLongestTimeForAMessage(t *testing.T) {
	t.Parallel()
	for _, reserve := range []time.Duration{time.Second, math.MaxInt64} {
		synctest.Test(t, func(t *testing.T) {
			option, report := observed()
			h := sqsbatch.Handle(func(ctx context.Context, _ string) error {
				select {
				case <-ctx.Done():
					return context.Cause(ctx)
				case <-time.After(time.Hour):
					return nil
				}
			}, option, sqsbatch.WithMessageTimeout(math.MaxInt64), sqsbatch.WithReserve(reserve))
			got, err := h(t.Context(), batchOf(standardARN, "x", "x"))
			if err != nil || failures(got) != "" {
				t.Errorf("reserve %v: failures %q, error %v, outcomes %s", reserve, failures(got), err, outcomes(report))
			}
		})
	}
}
