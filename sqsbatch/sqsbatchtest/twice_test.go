package sqsbatchtest_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// deleteAll deletes all that there is as often as it comes, and returns the bodies in the order in which they came.
func deleteAll(t *testing.T, q *sqsbatchtest.Queue) (bodies []string, refused int) {
	t.Helper()
	for range 30 {
		for {
			messages := receiveUpTo(t, q, 10)
			if len(messages) == 0 {
				break
			}
			for _, m := range messages {
				bodies = append(bodies, m.Body)
			}
			var some *sqsbatchtest.FailedError
			if err := q.Delete(t.Context(), handles(messages...)); errors.As(err, &some) {
				refused += len(some.Failed)
			} else if err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(30 * time.Second)
	}
	wantCounts(t, q, 0, 0, 0)
	return bodies, refused
}

func TestDeliverTwice(t *testing.T) {
	t.Parallel()
	const n = 100
	run := func(t *testing.T, fifo bool, share float64, seed uint64) (all string, again, refused int) {
		synctest.Test(t, func(t *testing.T) {
			var s sqsbatchtest.SQS
			q := create(t, &s, "orders", nil)
			if fifo {
				q = createFIFO(t, &s)
			}
			if err := q.DeliverTwice(share, seed); err != nil {
				t.Fatal(err)
			}
			for i := range n {
				m := sqsbatchtest.Message{Body: fmt.Sprint(i)}
				if fifo {
					m.GroupID = fmt.Sprint(i % 7)
				}
				send(t, q, m)
			}
			var came []string
			came, refused = deleteAll(t, q)
			all, again = strings.Join(came, " "), len(came)-n
		})
		return all, again, refused
	}
	for _, fifo := range []bool{false, true} {
		first, again, refused := run(t, fifo, .3, 1)
		if again < 10 || again > 60 || fifo && refused != again || !fifo && refused != 0 {
			t.Errorf("FIFO %t: %d messages came again, %d deletes were refused", fifo, again, refused)
		}
		if same, _, _ := run(t, fifo, .3, 1); same != first {
			t.Errorf("FIFO %t: with the same seed came\n%s, and before\n%s", fifo, same, first)
		}
		if other, _, _ := run(t, fifo, .3, 2); other == first {
			t.Errorf("FIFO %t: another seed changes nothing", fifo)
		}
		if _, again, _ := run(t, fifo, 1, 1); again != n {
			t.Errorf("FIFO %t: of all messages %d came again", fifo, again)
		}
		if _, again, _ := run(t, fifo, 0, 1); again != 0 {
			t.Errorf("FIFO %t: %d messages came again", fifo, again)
		}
	}
}

func TestDeliverTwiceChecksItsShare(t *testing.T) {
	t.Parallel()
	var s sqsbatchtest.SQS
	q := create(t, &s, "orders", nil)
	for _, share := range []float64{-.1, 1.1, math.NaN(), math.Inf(1)} {
		wantCode(t, q.DeliverTwice(share, 1), "InvalidParameterValueException")
	}
}
