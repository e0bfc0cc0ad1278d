package tracing_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/propagation"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// What Event reads of an event is what encoding/json does, wherever it stands; and what is no event reaches the handler all
// the same.
func FuzzEvent(f *testing.F) {
	f.Add([]byte(`{"id":"i","detail-type":"T","source":"s","detail":{}}`), "i", "s", "T")
	f.Add([]byte(`{"detail":[[[[`), "ä\"\\", "\u2028", "Object Created")
	f.Add([]byte(`{"id":"\ud800","id":2}`), "", "aws.s3", "\x00")
	f.Fuzz(func(t *testing.T, data []byte, id, source, detailType string) {
		event, err := json.Marshal(map[string]string{"id": id, "source": source, "detail-type": detailType, "a": "x", "zone": `{"id":"y"}`})
		if err != nil {
			t.Fatal(err)
		}
		var want struct {
			ID         string `json:"id"`
			Source     string `json:"source"`
			DetailType string `json:"detail-type"`
		}
		if err := json.Unmarshal(event, &want); err != nil {
			t.Fatal(err)
		}
		for _, s := range []*string{&want.ID, &want.Source, &want.DetailType} {
			if len(*s) > 256 { // what no event of the service's has is cut
				*s = strings.ToValidUTF8((*s)[:256], "")
			}
		}
		var spans spantest.Recorder
		calls := 0
		handle := tracing.HandleEvent(tracing.Event(func(_ context.Context, got json.RawMessage) error {
			calls++
			return nil
		}), tracing.WithTracerProvider(&spans))
		for _, payload := range [][]byte{event, data} {
			if _, err := handle(t.Context(), payload); err != nil {
				t.Fatal(err)
			}
		}
		if calls != 2 {
			t.Fatalf("the handler was called %d times", calls)
		}
		for _, s := range spans.Spans() {
			if s.Ends != 1 {
				t.Errorf("a span has ended %d times", s.Ends)
			}
		}
		s := spans.Spans()[1]
		if got := s.Attributes["messaging.message.id"].AsString(); got != want.ID {
			t.Errorf("the id is %q, want %q", got, want.ID)
		}
		if got := s.Attributes["lambdapatterns.event.source"].AsString(); got != want.Source {
			t.Errorf("the source is %q, want %q", got, want.Source)
		}
		if got := s.Attributes["lambdapatterns.event.detail_type"].AsString(); got != want.DetailType {
			t.Errorf("the detail-type is %q, want %q", got, want.DetailType)
		}
	})
}

// Whatever stands in a message, its links are valid and no two are the same, and the handler is called once.
func FuzzMessageLinks(f *testing.F) {
	f.Add("Root=1-01020304-05060708090a0b0c0d0e0f10;Parent=1111111111111111;Sampled=1", "00-0102030405060708090a0b0c0d0e0f10-1111111111111111-01", "orders")
	f.Add("Root=1-0-0", "00-0-0-0", ":::")
	f.Add("", "", "")
	f.Fuzz(func(t *testing.T, header, parent, arn string) {
		var spans spantest.Recorder
		calls := 0
		handle := tracing.Handle(loop(func(context.Context, *events.SQSMessage) error { calls++; return nil }),
			tracing.WithTracerProvider(&spans), tracing.WithPropagator(propagation.TraceContext{}), tracing.WithMessageParent())
		event := batchOf(1)
		event.Records[0].EventSourceARN = arn
		event.Records[0].Attributes["AWSTraceHeader"] = header
		event.Records[0].MessageAttributes = map[string]events.SQSMessageAttribute{"traceparent": {StringValue: &parent, DataType: "String"}}
		if _, err := handle(t.Context(), event); err != nil || calls != 1 {
			t.Fatalf("the handler was called %d times: %v", calls, err)
		}
		for _, s := range spans.Spans() {
			seen := map[string]bool{}
			for _, l := range s.Links {
				id := l.SpanContext.TraceID().String() + l.SpanContext.SpanID().String()
				if !l.SpanContext.IsValid() || seen[id] {
					t.Errorf("%q has the links %s", s.Name, spanIDs(s.Links))
				}
				seen[id] = true
			}
			if s.Ends != 1 {
				t.Errorf("%q has ended %d times", s.Name, s.Ends)
			}
		}
	})
}
