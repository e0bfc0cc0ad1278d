package tracing_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// Without a report the response tells what became of a message, and the handler's own error why.
func TestOutcomesFromTheResponse(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	var late sync.WaitGroup
	handle := func(ctx context.Context, m *events.SQSMessage) error {
		switch m.MessageId {
		case "m2":
			return fmt.Errorf("wrapped: %w", shipError{})
		case "m3":
			return errors.New("text")
		case "m4":
			return errors.Join(errors.New("drop"), shipError{})
		case "m5":
			panic("secret")
		case "m6":
			runtime.Goexit()
		case "m7":
			<-release // it ignores ctx
			trace.SpanFromContext(ctx).SetAttributes()
			return errors.New("late")
		}
		return nil
	}
	one := tracing.Message(handle)
	var spans spantest.Recorder
	invoke := tracing.Handle(func(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
		var wg sync.WaitGroup
		for i := range e.Records {
			run := func() {
				defer func() { _ = recover() }()
				_ = one(ctx, &e.Records[i])
			}
			if e.Records[i].MessageId == "m7" {
				late.Add(1)
				go func() { defer late.Done(); run() }()
				continue
			}
			wg.Add(1)
			go func() { defer wg.Done(); run() }()
		}
		wg.Wait()
		for len(spans.Spans()) < 2+len(e.Records) {
			runtime.Gosched() // until m7 runs
		}
		failed := []events.SQSBatchItemFailure{}
		for _, id := range []string{"m2", "m3", "m5", "m6", "m7", "m8"} {
			failed = append(failed, events.SQSBatchItemFailure{ItemIdentifier: id})
		}
		return events.SQSEventResponse{BatchItemFailures: failed}, nil
	}, tracing.WithTracerProvider(&spans))
	if _, err := invoke(t.Context(), batchOf(8)); err != nil {
		t.Fatal(err)
	}
	close(release)
	late.Wait()
	want := map[string]string{
		"m1": "succeeded", "m2": "failed shipError", "m3": "failed failed", "m4": "dropped shipError", "m5": "panicked panicked",
		"m6": "panicked panicked", "m7": "timed_out timed_out", "m8": "failed failed",
	}
	got := byID(t, &spans)
	for id := range want {
		if got[id] != want[id] {
			t.Errorf("%s: got %q, want %q", id, got[id], want[id])
		}
	}
	if n := named(t, &spans, "process orders")[0].Attributes["lambdapatterns.batch.failures"].AsInt64(); n != 6 {
		t.Errorf("the event has %d failures", n)
	}
}

// A span ends when its handler returned, not when the report came.
func TestEndIsTheHandlersReturn(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	handle := tracing.Message(ok)
	var between time.Time
	invoke := tracing.Handle(func(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
		err := handle(ctx, &e.Records[0])
		between = time.Now()
		tracing.Outcomes(ctx, report{{"m1", "dead_lettered", true, shipError{}}})
		if s := spans.Spans()[2]; s.Ends != 1 {
			t.Errorf("the report ended the span %d times", s.Ends)
		}
		return events.SQSEventResponse{}, err
	}, tracing.WithTracerProvider(&spans))
	_, _ = invoke(t.Context(), batchOf(1))
	for _, s := range spans.Spans() {
		if s.Attributes["lambdapatterns.outcome"].AsString() == "dead_lettered" {
			if s.Stop.After(between) || s.Code != codes.Error {
				t.Errorf("the span ends at %v, the handler did before %v; status %v", s.Stop, between, s.Code)
			}
			return
		}
	}
	t.Error("no span has the outcome")
}

func TestOutcomesFromAReport(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	handle := tracing.Message(func(_ context.Context, m *events.SQSMessage) error {
		if m.MessageId == "m2" || m.MessageId == "m3" {
			return shipError{}
		}
		return nil
	})
	invoke := tracing.Handle(func(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
		for i := range 4 {
			_ = handle(ctx, &e.Records[i])
		}
		r := report{
			{"m1", "succeeded", true, nil}, {"m2", "failed", false, shipError{}}, {"m3", "delayed", false, nil},
			{"m4", "set_aside", true, errors.New("secret")},
		}
		for i := 5; i <= 30; i++ {
			r = append(r, reported{fmt.Sprintf("m%d", i), "skipped_fifo", false, nil})
		}
		r = append(r, reported{"m31", "succeeded", true, nil}, reported{"m32", "decode_failed", false, shipError{}})
		tracing.Outcomes(ctx, r)
		return events.SQSEventResponse{}, nil
	}, tracing.WithTracerProvider(&spans))
	if _, err := invoke(t.Context(), batchOf(32)); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"m1": "succeeded", "m2": "failed shipError", "m3": "delayed", "m4": "set_aside set_aside"}
	got := byID(t, &spans)
	for id := range want {
		if got[id] != want[id] {
			t.Errorf("%s: got %q, want %q", id, got[id], want[id])
		}
	}
	if len(got) != 4 {
		t.Errorf("got %d spans of messages", len(got))
	}
	batch := named(t, &spans, "process orders")[0]
	if s := strings.Join(batch.Events, ","); s != "messages skipped_fifo,messages decode_failed" {
		t.Fatalf("the event's span has the events %s", s)
	}
	skipped := batch.EventAttributes[0]
	if ids := skipped["lambdapatterns.message.ids"].AsStringSlice(); len(ids) != 20 || ids[0] != "m5" ||
		skipped["lambdapatterns.message.count"].AsInt64() != 26 {
		t.Errorf("those skipped are told as %s", text(skipped))
	}
	for name, n := range map[string]int64{"succeeded": 2, "failed": 1, "delayed": 1, "set_aside": 1, "skipped_fifo": 26, "decode_failed": 1} {
		if v, ok := batch.Attributes[attribute.Key("lambdapatterns.outcomes."+name)]; !ok || v.AsInt64() != n {
			t.Errorf("%s is counted %d times, want %d", name, v.AsInt64(), n)
		}
	}
}

// The same id twice in a batch has two spans, both of which end.
func TestMessageTwiceInABatch(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	handle := tracing.Message(ok)
	invoke := tracing.Handle(func(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
		e.Records[1].MessageId = "m1"
		for i := range e.Records {
			_ = handle(ctx, &e.Records[i])
		}
		tracing.Outcomes(ctx, report{{"m1", "succeeded", true, nil}, {"m1", "failed", false, shipError{}}, {"m3", "succeeded", true, nil}})
		return events.SQSEventResponse{}, nil
	}, tracing.WithTracerProvider(&spans))
	if _, err := invoke(t.Context(), batchOf(3)); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, s := range named(t, &spans, "process orders")[1:] {
		seen[s.Attributes["messaging.message.id"].AsString()+" "+s.Attributes["lambdapatterns.outcome"].AsString()]++
	}
	if seen["m1 succeeded"] != 1 || seen["m1 failed"] != 1 || seen["m3 succeeded"] != 1 {
		t.Errorf("got %v", seen)
	}
}

// When the function fails, all messages come again: those that were handled have no outcome, the others failed.
func TestFunctionFails(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	handle := tracing.Message(func(_ context.Context, m *events.SQSMessage) error {
		if m.MessageId == "m2" {
			return shipError{}
		}
		return nil
	})
	invoke := tracing.Handle(func(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
		var err error
		for i := range e.Records {
			err = errors.Join(err, handle(ctx, &e.Records[i]))
		}
		return events.SQSEventResponse{}, err
	}, tracing.WithTracerProvider(&spans))
	if _, err := invoke(t.Context(), batchOf(2)); err == nil {
		t.Error("no error")
	}
	got := byID(t, &spans)
	if got["m1"] != "-" || !strings.HasPrefix(got["m2"], "failed ") {
		t.Errorf("got %v", got)
	}
	if batch := named(t, &spans, "process orders")[0]; batch.Code != codes.Error {
		t.Error("the event's span has not failed")
	}
}
