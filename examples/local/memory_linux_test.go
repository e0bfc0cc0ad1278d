package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/payments"
	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
	"github.com/lambdapatterns/lambdapatterns/internal/racetest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// The worker of a function with 128 MB, which is told of them by GOMEMLIMIT, has the largest batches that there are, again and
// again: 10,000 messages, 1,000 of 5 KB, and 6 of almost 1 MB. All that its process has of the machine's memory at its highest is
// within the 128.
func TestTheLargestBatchesFitASmallFunction(t *testing.T) {
	if testing.Short() || racetest.Enabled {
		t.Skip("it handles 20,000 messages in a process, which the race detector does not see")
	}
	t.Parallel()
	const memory = 128 << 10 // in KB
	s := startStack(t)
	settled := payments.Payment{OrderID: "ord_1", ID: "pay_1", UserID: "u", Amount: 900, Card: "tok_visa", Status: payments.Captured}
	if err := s.store.Payments.Create(t.Context(), settled); err != nil {
		t.Fatal(err)
	}
	variables := maps.Clone(s.variables)
	maps.Copy(variables, map[string]string{
		"TABLE_NAME": s.table, "PAYMENTS_QUEUE_URL": s.queues.payments.url, "RESULTS_QUEUE_URL": s.queues.results.url,
		"REFUSED_QUEUE_URL": s.queues.refused.url, "GOMEMLIMIT": "115MiB", // nine tenths
	})
	worker, err := lambdaruntime.Start(lambdaruntime.Config{
		Name: "small-worker", Binary: filepath.Join(s.binaries, "payments-worker", "bootstrap"), Environment: variables,
		MemoryMB: 128, Timeout: 5 * time.Minute, InitTimeout: time.Minute, MaxConcurrency: 1, Region: region,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer worker.Close()
	known := `{"order_id":"ord_1","payment_id":"pay_1","pad":"%s"}`
	unknown := `{"pad":"%s"}` // refused at once
	for _, batch := range []struct {
		n    int
		body string
	}{{10_000, fmt.Sprintf(unknown, "")}, {1_000, fmt.Sprintf(known, strings.Repeat("x", 5<<10))}, {6, fmt.Sprintf(known, strings.Repeat("x", 1<<20*19/20))}} {
		event := batchOf(t, s.queues.payments.arn, batch.n, batch.body)
		for range 2 {
			began := time.Now()
			response, err := worker.Invoke(t.Context(), lambdaruntime.Invocation{Payload: event})
			if err != nil || string(response) != `{"batchItemFailures":[]}` {
				t.Fatalf("%d messages: %.200s, %v", batch.n, response, err)
			}
			peak := peakOf(t, worker)
			t.Logf("%d messages in %.1f MB, handled in %v: %.1f MB at the highest", batch.n, float64(len(event))/(1<<20), time.Since(began), float64(peak)/(1<<10))
			if peak > memory {
				t.Errorf("%d messages in %d bytes: %d KB at the highest, of %d", batch.n, len(event), peak, memory)
			}
		}
	}
}

// batchOf is the event of n messages with the same body.
func batchOf(t *testing.T, queue string, n int, body string) []byte {
	t.Helper()
	deliveries := make([]sqsbatchtest.Delivery, n)
	for i := range deliveries {
		deliveries[i].Message = sqsbatchtest.Message{Body: body}
	}
	event, err := sqsbatchtest.Event(queue, deliveries...)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

// peakOf is the most memory that the function's one process has had so far, in KB.
func peakOf(t *testing.T, f *lambdaruntime.Function) int {
	t.Helper()
	running := f.Environments()
	if len(running) != 1 {
		t.Fatalf("%d processes, want 1", len(running))
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", running[0].PID))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(status) {
		if value, ok := strings.CutPrefix(string(line), "VmHWM:"); ok {
			n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatal("the process's status has no VmHWM")
	return 0
}
