package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/examples/payments"
	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

var invocations = flag.Int("invocations", 200, "how many invocations one process of TestAProcessStaysAsItIs has")

// One process of the worker, invoked again and again, with messages that succeed and messages that fail: after a tenth of the
// invocations it has what it needs, and after all of them no more files, threads or memory than that.
func TestAProcessStaysAsItIs(t *testing.T) {
	t.Parallel()
	s, err := start(t.Context(), defaults(), &printer{w: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	}()
	settled := payments.Payment{OrderID: "ord_1", ID: "pay_1", UserID: "u", Amount: 900, Card: "tok_visa", Status: payments.Captured}
	if err := s.store.Payments.Create(t.Context(), settled); err != nil {
		t.Fatal(err)
	}
	event, err := sqsbatchtest.Event(s.queues.payments.arn,
		sqsbatchtest.Delivery{Message: sqsbatchtest.Message{Body: `{"order_id":"ord_1","payment_id":"pay_1"}`}},
		sqsbatchtest.Delivery{Message: sqsbatchtest.Message{Body: `no JSON, and its handle is of no queue`}})
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	var first use
	for i := range *invocations {
		if _, err := s.worker.Invoke(t.Context(), lambdaruntime.Invocation{Payload: payload}); err != nil {
			t.Fatal(err)
		}
		if i == *invocations/10 {
			first = useOf(t, s)
		}
		if i%500 == 0 { // the queues are in this process, and not what is measured
			if q, err := s.queues.results.client.PurgeQueue(t.Context(), purgeOf(s.queues.results.url)); q == nil && i == 0 {
				t.Fatal(err)
			}
		}
	}
	last := useOf(t, s)
	t.Logf("after %d invocations %+v, after %d %+v", *invocations/10, first, *invocations, last)
	if last.files > first.files+2 || last.threads > first.threads+3 || last.memory > first.memory+first.memory/2 {
		t.Errorf("after %d invocations %+v, after %d %+v", *invocations/10, first, *invocations, last)
	}
}

// use is what a process has of the machine.
type use struct{ pid, files, threads, memory int } // memory in KB

func useOf(t *testing.T, s *stack) use {
	t.Helper()
	running := s.worker.Environments()
	if len(running) != 1 {
		t.Fatalf("%d processes, want 1", len(running))
	}
	u := use{pid: running[0].PID}
	folder := fmt.Sprintf("/proc/%d/", u.pid)
	files, err := os.ReadDir(folder + "fd")
	if err != nil {
		t.Fatal(err)
	}
	u.files = len(files)
	status, err := os.ReadFile(folder + "status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(status) {
		name, value, _ := strings.Cut(string(line), ":")
		n, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
		switch name {
		case "Threads":
			u.threads = n
		case "VmRSS":
			u.memory = n
		}
	}
	if u.threads == 0 || u.memory == 0 {
		t.Fatalf("%s says nothing of the process", folder)
	}
	return u
}
