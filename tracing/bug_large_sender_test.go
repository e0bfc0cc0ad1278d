package tracing_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/propagation"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// Ten senders could make the batch's span larger than a datagram to X-Ray's daemon, with trace states of 16 KB.
func TestBugLargeTraceStates(t *testing.T) {
	t.Parallel()
	var members []string
	for i := range 32 {
		members = append(members, fmt.Sprintf("m%d=%s", i, strings.Repeat("x", 250)))
	}
	for _, test := range []struct {
		state string
		kept  bool
	}{{"a=1,b=2", true}, {strings.Join(members, ","), false}} {
		parent, event := "00-0102030405060708090a0b0c0d0e0f10-2222222222222222-01", batchOf(1)
		event.Records[0].MessageAttributes = map[string]events.SQSMessageAttribute{
			"traceparent": {StringValue: &parent, DataType: "String"}, "tracestate": {StringValue: &test.state, DataType: "String"},
		}
		var spans spantest.Recorder
		handle := tracing.Handle(loop(ok), tracing.WithTracerProvider(&spans), tracing.WithPropagator(propagation.TraceContext{}))
		if _, err := handle(t.Context(), event); err != nil {
			t.Fatal(err)
		}
		for _, s := range named(t, &spans, "process orders") {
			if len(s.Links) != 1 {
				t.Fatalf("%d links", len(s.Links))
			}
			if got := s.Links[0].SpanContext.TraceState().String(); (got == test.state) != test.kept || !test.kept && got != "" {
				t.Errorf("the link has a trace state of %d bytes, of %d", len(got), len(test.state))
			}
		}
	}
}

// Whoever may send to a queue could give spans names of a megabyte, and have the function keep 32 of them.
func TestBugLargeDetailType(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	long := strings.Repeat("ä", 1000)
	handle := tracing.HandleEvent(tracing.Event(func(context.Context, json.RawMessage) error { return nil }), tracing.WithTracerProvider(&spans))
	payload := fmt.Sprintf(`{"id":%q,"source":%q,"detail-type":%q}`, long, long, long)
	if _, err := handle(t.Context(), json.RawMessage(payload)); err != nil {
		t.Fatal(err)
	}
	for _, s := range spans.Spans() {
		size := len(s.Name)
		for _, v := range s.Attributes {
			size = max(size, len(v.String()))
		}
		if size > 300 || strings.ContainsRune(s.Name, '\uFFFD') {
			t.Errorf("the span %.20q has a text of %d bytes", s.Name, size)
		}
	}
	if n := len(spans.Spans()); n != 2 {
		t.Errorf("%d spans", n)
	}
}
