package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/checkout"
	"github.com/lambdapatterns/lambdapatterns/examples/payments"
)

// defaults are the command's own settings.
func defaults() options { return options{address: "127.0.0.1:0", visibility: 4 * time.Second} }

func TestStory(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	o := defaults()
	o.pictures = t.TempDir()
	o.trace, o.traceFolder = true, t.TempDir()
	o.freeze = runtime.GOOS != "windows" // as on Lambda; the other tests' functions run on
	if err := run(t.Context(), o, &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	story := out.String()
	id := regexp.MustCompile(`the poison message (\S+)\n`).FindStringSubmatch(story)
	if id == nil || !strings.Contains(story, "refused message "+id[1]+":") {
		t.Errorf("the story does not find its poison message in the refused queue:\n%s", story)
	}
	if n, dead := strings.Count(story, "  refused message "), strings.Count(story, "  dead    "); n != 1 || dead != 0 {
		t.Errorf("%d refused messages and %d dead ones are shown, want 1 and none:\n%s", n, dead, story)
	}
	if on := strings.Contains(story, "freeze  on"); on != o.freeze {
		t.Errorf("the story says that functions are frozen: %v", on)
	}
	for _, want := range []string{"FAILED at receive 1 of 3", "Runtime.ExitError", "insufficient funds", "USER#usr_ada\n",
		"leaves out: Object Created uploads/holiday/notes.txt", "try 3 of 3 failed: EventError", "400000000, and 24000000 are allowed",
		"Charge failed with DeclinedError", "Release > Answer > Cancelled", "Charge failed with TaskError, it is tried again", "approve ord_4",
	} {
		if !strings.Contains(story, want) {
			t.Errorf("the story lacks %q:\n%s", want, story)
		}
	}
	if page, err := os.ReadFile(filepath.Join(o.traceFolder, "payment.html")); err != nil || strings.Count(string(page), "<details") != 10 {
		t.Errorf("the page of a payment has %d spans, want 10; %v:\n%s", strings.Count(string(page), "<details"), err, story)
	}
	for _, name := range []string{"harbour", "on its side+1", "LOGO", "beach", "dunes"} {
		if files, err := filepath.Glob(filepath.Join(o.pictures, name+".*")); err != nil || len(files) != 2 {
			t.Errorf("the folder has %q of %s, want the picture and its thumbnail: %v", files, name, err)
		}
	}
}

// The images' story must be able to fail, too: with nobody allowed to write thumbnails it does in its first act.
func TestImagesStoryFailsWhenTheServiceDoes(t *testing.T) {
	t.Parallel()
	s := startStack(t)
	s.options.pictures = t.TempDir()
	g, err := openGallery(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	g.objects.deny(thumbnails)
	if err := tellImages(t.Context(), g); err == nil || !strings.Contains(err.Error(), "Uploads become thumbnails: event") {
		t.Errorf("a service without a permission passed the story's checks: %v", err)
	}
	records, err := g.failed.peek(t.Context(), 1)
	if err != nil || len(records) != 1 || !strings.Contains(records[0].Body, `"condition":"RetriesExhausted"`) {
		t.Errorf("%d records of failures, %v; want one", len(records), err)
	}
}

// The checkout's story must be able to fail, too: with a function that is not there its order is taken back.
func TestCheckoutStoryFailsWhenTheServiceDoes(t *testing.T) {
	t.Parallel()
	s := startStack(t)
	till, err := openTill(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	for arn := range till.functions {
		if strings.HasSuffix(arn, ":checkout-confirm") {
			delete(till.functions, arn)
		}
	}
	err = tellCheckout(t.Context(), till)
	if err == nil || !strings.Contains(err.Error(), "confirmed: execution ord_1: Lambda.ResourceNotFoundException") {
		t.Errorf("a service without a function passed the story's checks: %v", err)
	}
	charges, refunds, err := checkout.SimulatedProvider{Store: till.store}.Money(t.Context(), "ord_1")
	if err != nil || charges != 1 || refunds != 1 {
		t.Errorf("%d charges, %d refunds, %v; want one of each", charges, refunds, err)
	}
}

// The story's checks must be able to fail: a worker that cannot reach its results queue fails every message.
func TestStoryFailsWhenTheServiceDoes(t *testing.T) {
	t.Parallel()
	s := startStack(t)
	if _, err := s.queues.results.client.DeleteQueue(t.Context(), deleteOf(s.queues.results.url)); err != nil {
		t.Fatal(err)
	}
	s.queues.results.url = "" // it is deleted already
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	told := story{stack: s}
	if err := told.userAndOrders(ctx); err != nil {
		t.Fatal(err)
	}
	var err error
	if told.poisonID, err = s.queues.payments.send(ctx, poison); err != nil {
		t.Fatal(err)
	}
	if _, err := s.pay(ctx, told.tea, "tok_visa"); err != nil {
		t.Fatal(err)
	}
	if err := s.until(ctx, "the payment's message is dead", func() (bool, error) {
		out, err := s.queues.dead.client.GetQueueAttributes(ctx, countsOf(s.queues.dead.url))
		return err == nil && out.Attributes["ApproximateNumberOfMessages"] == "1", err
	}); err != nil {
		t.Fatal(err)
	}
	if err := told.refused(ctx); err == nil || !strings.Contains(err.Error(), "has 1 messages") {
		t.Errorf("a dead letter passed the story's check: %v", err)
	}
}

func TestKilledProcessesLoseNothing(t *testing.T) {
	t.Parallel()
	o := defaults()
	o.receives = 20 // a busy machine's throttles and time-outs take receives too, and are not what is tested
	s := startStackWith(t, o)
	ctx := t.Context()
	told := story{stack: s}
	if err := told.userAndOrders(ctx); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for i := range 12 {
		card := "tok_visa"
		if i%3 == 0 {
			card = "tok_slow"
		}
		order, err := s.order(ctx, `{"lines":[{"product_id":"prod_tea","quantity":1}]}`, 450)
		if err != nil {
			t.Fatal(err)
		}
		id, err := s.pay(ctx, order, card)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	for range 2 {
		if err := s.killSlow(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range ids {
		if err := s.untilSettled(ctx, id, payments.Captured); err != nil {
			t.Fatal(err)
		}
	}
	if s.batches.failedWhole("Runtime.ExitError") < 1 {
		t.Error("no batch was hit by a kill")
	}
	dead, err := s.queues.dead.peek(ctx, 0)
	if err != nil || len(dead) != 0 {
		t.Errorf("%d dead letters, %v; want none", len(dead), err)
	}
	results, err := s.queues.results.peek(ctx, 1000)
	if err != nil {
		t.Fatal(err)
	}
	captured := map[string]bool{}
	for _, m := range results {
		var r payments.Result
		if err := json.Unmarshal([]byte(m.Body), &r); err != nil {
			t.Fatal(err)
		}
		captured[r.PaymentID] = r.Status == payments.Captured
	}
	for _, id := range ids {
		if !captured[id] {
			t.Errorf("no result says that %s was captured", id)
		}
	}
}

func TestStopLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	s, err := start(t.Context(), defaults(), &printer{w: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.queues.payments.send(t.Context(), poison); err != nil {
		t.Fatal(err)
	}
	var pid int
	if err := s.until(t.Context(), "the worker runs", func() (bool, error) {
		for _, e := range s.worker.Environments() {
			pid = e.PID
		}
		return pid != 0, nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.request(t.Context(), "GET", "/users?email=x", ""); err == nil {
		t.Error("the HTTP API still answers")
	}
	if n := len(s.worker.Environments()); n != 0 {
		t.Errorf("%d processes of the worker are left", n)
	}
}

func TestWrongEndpointIsRefused(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"localhost:8000", "ftp://x", "http://"} {
		o := defaults()
		o.dynamoDB = endpoint
		if err := run(t.Context(), o, io.Discard); err == nil || !strings.Contains(err.Error(), "is no endpoint") {
			t.Errorf("%q: got %v", endpoint, err)
		}
	}
}

func startStack(t *testing.T) *stack {
	t.Helper()
	return startStackWith(t, defaults())
}

func startStackWith(t *testing.T, o options) *stack {
	t.Helper()
	o.visibility = 3 * time.Second
	s, err := start(t.Context(), o, &printer{w: testWriter{t}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// testWriter writes to the test's log.
type testWriter struct{ t *testing.T }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Logf("%s", bytes.TrimRight(p, "\n"))
	return len(p), nil
}
