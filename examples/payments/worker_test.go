package payments_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// A provider that is away shows in the metric that the alarm looks at, and in no error of the function.
func TestWhatComesAgainIsAMetric(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.user()
	s.pay(s.order(), "tok_flaky")
	s.pay(s.order(), "tok_visa")
	e := batch(s.jobs.sent...)
	for i := range e.Records {
		e.Records[i].EventSourceARN = "arn:aws:sqs:us-east-1:123456789012:payments-jobs"
	}
	if _, err := s.worker(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	var document struct {
		ComesAgain int
		QueueName  string
		AWS        struct{ CloudWatchMetrics []struct{ Namespace string } } `json:"_aws"`
	}
	if err := json.Unmarshal(s.metrics.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	if document.ComesAgain != 1 || document.QueueName != "payments-jobs" || document.AWS.CloudWatchMetrics[0].Namespace != "Payments" {
		t.Errorf("%s", s.metrics.Bytes())
	}
}

func TestWorkerFailsOnlyWhatMustComeAgain(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.user()
	visa, declined, flaky := s.pay(s.order(), "tok_visa"), s.pay(s.order(), "tok_declined"), s.pay(s.order(), "tok_flaky")
	jobs := append(s.jobs.sent, `not JSON`, `{}`, `{"order_id":"nope","payment_id":"nope"}`, `{"order_id":"`+strings.Repeat("o", 3000)+`","payment_id":"pay_1"}`)
	response, err := s.worker(t.Context(), batch(jobs...))
	if got := fmt.Sprint(response.BatchItemFailures); err != nil || got != "[{3}]" {
		t.Fatalf("failures %s, %v; want flaky alone", got, err)
	}
	want := []string{"3 change_visibility", "4 send_to_dead_letter", "5 send_to_dead_letter", "6 send_to_dead_letter", "7 send_to_dead_letter"}
	if !slices.Equal(s.settled.all, want) {
		t.Errorf("settled %q, want %q: the malformed one, the empty one, the unknown order and what is no key are refused", s.settled.all, want)
	}
	if p := s.must(200, "GET /payments/{id}", declined, ""); p["status"] != "declined" || p["reason"] != "insufficient funds" {
		t.Errorf("declined payment: %v", p)
	}
	// The same batch again: what is settled is reported again and not charged again, flaky succeeds now.
	again := batch(jobs[:3]...)
	again.Records[2].Attributes["ApproximateReceiveCount"] = "2"
	if response, err := s.worker(t.Context(), again); err != nil || len(response.BatchItemFailures) != 0 {
		t.Fatalf("second delivery: %v, %v", response, err)
	}
	if len(s.results.sent) != 5 {
		t.Errorf("results %v, want two, then three", s.results.sent)
	}
	if want := map[string]int{visa: 1, declined: 1, flaky: 2}; !maps.Equal(s.gateway.charges, want) {
		t.Errorf("charges %v, want %v", s.gateway.charges, want)
	}
}
