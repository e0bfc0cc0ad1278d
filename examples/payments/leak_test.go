package payments_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/examples/payments"
)

var invocations = flag.Int("invocations", 500, "how many invocations TestInvocationsLeaveNothingBehind makes of each function")

// Both functions in one process, invoked again and again: requests that are answered and refused, messages that succeed, fail and
// are given up. After a tenth of the invocations there is what they need, and after all of them no more.
func TestInvocationsLeaveNothingBehind(t *testing.T) {
	s := newService(t)
	s.user()
	order := s.order()
	s.pay(order, "tok_visa")
	log := slog.New(slog.NewJSONHandler(io.Discard, nil))
	worker, err := payments.NewWorker(s.store, s.gateway, payments.Queue{Client: &s.results, URL: "results"}, log)
	if err != nil {
		t.Fatal(err)
	}
	handler := worker.Handler(&s.settled, io.Discard)
	e := batch(s.jobs.sent[0], `no JSON`, `{"order_id":"none","payment_id":"none"}`)
	e.Records = append(e.Records, events.SQSMessage{MessageId: "4", Body: "", Attributes: map[string]string{}})
	payload, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	goroutines, heap := 0, uint64(0)
	use := func() (int, uint64) {
		s.jobs.sent, s.results.sent, s.settled.all = nil, nil, nil // what the test itself keeps
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return runtime.NumGoroutine(), m.HeapAlloc
	}
	for i := range *invocations {
		if _, err := handler.Invoke(t.Context(), payload); err != nil {
			t.Fatal(err)
		}
		s.must(202, "POST /payments", "", paying(order, "tok_visa"))
		s.must(409, "POST /payments", "", paying(order, fmt.Sprint("tok_", i)))
		if i == *invocations/10 {
			goroutines, heap = use()
		}
	}
	nowGoroutines, nowHeap := use()
	t.Logf("after %d invocations %d goroutines and %d bytes, after %d %d and %d", *invocations/10, goroutines, heap, *invocations, nowGoroutines, nowHeap)
	if nowGoroutines > goroutines+2 || nowHeap > heap+1<<20 {
		t.Errorf("after %d invocations there are %d goroutines and %d bytes, and after %d %d and %d",
			*invocations, nowGoroutines, nowHeap, *invocations/10, goroutines, heap)
	}
}
