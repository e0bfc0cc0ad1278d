package sqsbatch_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/internal/racetest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// A batch whose handler waits for nothing makes exactly these allocations, so that no change makes them more without somebody
// deciding so. A change that makes fewer lowers the number here. The test is not parallel: what others allocate would be counted too.
func TestAllocations(t *testing.T) {
	if racetest.Enabled {
		t.Skip("under the race detector allocations cannot be counted: run without -race too")
	}
	handler := sqsbatch.Handle(func(context.Context, payment) error { return nil })
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	var p payment
	body := []byte(paymentBody)
	decoding := testing.AllocsPerRun(1000, func() {
		p = payment{}
		if err := json.Unmarshal(body, &p); err != nil {
			t.Error(err)
		}
	})
	for _, c := range []struct {
		messages int
		own      float64 // besides those of the decoding
	}{
		// The value, the batch, its calls, the worker's goroutine and the bytes of its bodies.
		{1, 5},
		// Ten values, the same four, and a second worker with its goroutine and its place in their list.
		{10, 17},
	} {
		event := payments(c.messages)
		all := testing.AllocsPerRun(1000, func() {
			if r, err := handler(ctx, event); err != nil || len(r.BatchItemFailures) > 0 {
				t.Error(r, err)
			}
		})
		if own := all - decoding*float64(c.messages); own != c.own {
			t.Errorf("%d messages: %v allocations, %v of them for decoding; the budget for the others is %v", c.messages, all, decoding, c.own)
		}
	}
}
