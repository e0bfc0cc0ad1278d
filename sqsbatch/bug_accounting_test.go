package sqsbatch_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// Mistakes of other libraries that lose messages: failures appended to one slice from many goroutines without a lock, and
// messages told apart by what they decode into.

func TestNoFailureIsLostAmongManyAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const n = 5000
		bodies := make([]string, n)
		for i := range bodies {
			bodies[i] = fmt.Sprint(i)
		}
		h := sqsbatch.Handle(func(_ context.Context, i int) error {
			time.Sleep(time.Millisecond) // so that as many as may run come back at the same moment
			if i%2 == 0 {
				return errors.New("refused")
			}
			return nil
		}, sqsbatch.WithConcurrency(1000))
		got, err := h(t.Context(), batchOf(standardARN, bodies...))
		if err != nil || len(got.BatchItemFailures) != n/2 {
			t.Fatalf("%d failures, error %v; want %d", len(got.BatchItemFailures), err, n/2)
		}
		for i, f := range got.BatchItemFailures {
			if want := fmt.Sprintf("m%d", 2*i+1); f.ItemIdentifier != want {
				t.Fatalf("failure %d is %s, want %s", i, f.ItemIdentifier, want)
			}
		}
	})
}

func TestMessagesAreToldApartByTheirRecordNotTheirValue(t *testing.T) {
	t.Parallel()
	type claim struct{ MessageId, ID string }
	h := sqsbatch.Handle(func(ctx context.Context, _ claim) error {
		if m, _ := sqsbatch.MessageFromContext(ctx); m.MessageId == "m2" {
			return errors.New("refused")
		}
		return nil
	})
	const same = `{"MessageId":"m1","messageId":"m3","ID":"same"}`
	got, err := h(t.Context(), batchOf(standardARN, same, same, same))
	if err != nil || failures(got) != "m2" {
		t.Errorf("failures %q, error %v; want m2", failures(got), err)
	}
}
