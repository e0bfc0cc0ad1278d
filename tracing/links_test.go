package tracing_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// spanIDs are those of links.
func spanIDs(links []trace.Link) string {
	var ids []string
	for _, l := range links {
		ids = append(ids, l.SpanContext.SpanID().String())
	}
	return strings.Join(ids, " ")
}

func TestLinksToTheSender(t *testing.T) {
	t.Parallel()
	const header, root = "Root=1-01020304-05060708090a0b0c0d0e0f10;Parent=1111111111111111;Sampled=1", "Root=1-01020304-05060708090a0b0c0d0e0f10"
	for _, test := range []struct{ name, header, traceparent, want string }{
		{"nothing", "", "", ""},
		{"header", header, "", "1111111111111111"},
		{"header that is not sampled", strings.Replace(header, "Sampled=1", "Sampled=0", 1), "", "1111111111111111"},
		{"root alone", root, "", ""},
		{"malformed", "Root=1", "nonsense", ""},
		{"w3c", "", "00-0102030405060708090a0b0c0d0e0f10-2222222222222222-01", "2222222222222222"},
		{"both", header, "00-0102030405060708090a0b0c0d0e0f10-2222222222222222-01", "2222222222222222 1111111111111111"},
		{"the same twice", header, "00-0102030405060708090a0b0c0d0e0f10-1111111111111111-00", "1111111111111111"},
		{"the same span of another trace", header, "00-ff02030405060708090a0b0c0d0e0f10-1111111111111111-00", "1111111111111111 1111111111111111"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var spans spantest.Recorder
			event := batchOf(1)
			if test.header != "" {
				event.Records[0].Attributes["AWSTraceHeader"] = test.header
			}
			if test.traceparent != "" {
				event.Records[0].MessageAttributes = map[string]events.SQSMessageAttribute{
					"traceparent": {StringValue: &test.traceparent, DataType: "String"}, "photo": {BinaryValue: []byte("x"), DataType: "Binary"},
				}
			}
			handle := tracing.Handle(loop(ok), tracing.WithTracerProvider(&spans), tracing.WithPropagator(propagation.TraceContext{}))
			if _, err := handle(t.Context(), event); err != nil {
				t.Fatal(err)
			}
			for _, s := range named(t, &spans, "process orders") {
				if got := spanIDs(s.Links); got != test.want {
					t.Errorf("got the links %q, want %q", got, test.want)
				}
			}
		})
	}
}

func TestLinkLimit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ size, linked, missed int }{{200, 100, 0}, {256, 128, 0}, {300, 128, 22}} {
		event := batchOf(test.size)
		for i := range event.Records {
			if i%2 == 0 {
				event.Records[i].Attributes["AWSTraceHeader"] = sender(i).String()
			}
		}
		var spans spantest.Recorder
		handle := tracing.Handle(loop(ok), tracing.WithTracerProvider(&spans))
		if _, err := handle(t.Context(), event); err != nil {
			t.Fatal(err)
		}
		batch := named(t, &spans, "process orders")[0]
		missed, told := batch.Attributes["lambdapatterns.links.omitted"]
		if len(batch.Links) != test.linked || told != (test.missed > 0) || told && missed.AsInt64() != int64(test.missed) {
			t.Errorf("got %d links and %s left out, want %d and %d", len(batch.Links), missed.String(), test.linked, test.missed)
		}
	}
	big := batchOf(10_000)
	for i := range big.Records {
		big.Records[i].Attributes["AWSTraceHeader"] = sender(i).String()
	}
	var spans spantest.Recorder
	none := func(context.Context, events.SQSEvent) error { return nil }
	if _, err := tracing.HandleEvent(none, tracing.WithTracerProvider(&spans))(t.Context(), big); err != nil {
		t.Fatal(err)
	}
	batch := named(t, &spans, "process orders")[0]
	if n := batch.Attributes["lambdapatterns.links.omitted"].AsInt64(); len(batch.Links) != 128 || n != 10_000-128 {
		t.Errorf("got %d links, %d left out", len(batch.Links), n)
	}
}

func TestMessageAsParent(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 2} {
		var spans spantest.Recorder
		event := batchOf(size)
		event.Records[0].Attributes["AWSTraceHeader"] = sender(0).String()
		handle := tracing.Handle(loop(ok), tracing.WithTracerProvider(&spans), tracing.WithMessageParent())
		if _, err := handle(t.Context(), event); err != nil {
			t.Fatal(err)
		}
		server, list := spans.Spans()[0], named(t, &spans, "process orders")
		batch := list[0]
		if size == 2 {
			if batch.Parent.SpanID() != server.Context.SpanID() || len(batch.Links) != 1 {
				t.Errorf("a batch of two has the parent %v and the links %s", batch.Parent, spanIDs(batch.Links))
			}
			continue
		}
		if batch.Parent.SpanID() != sender(0).Parent || batch.Context.TraceID() != sender(0).Root ||
			spanIDs(batch.Links) != sender(0).Parent.String()+" "+server.Context.SpanID().String() {
			t.Errorf("the event has the parent %v and the links %s", batch.Parent, spanIDs(batch.Links))
		}
		if list[1].Parent.SpanID() != batch.Context.SpanID() || list[1].Context.TraceID() != sender(0).Root {
			t.Errorf("the message has the parent %v", list[1].Parent)
		}
	}
}

// What senders put elsewhere is found by a function of the user's, for each type of record and event.
func TestCarriers(t *testing.T) {
	t.Parallel()
	const parent = "00-0102030405060708090a0b0c0d0e0f10-2222222222222222-01"
	find := func(data []byte) propagation.TextMapCarrier {
		var m propagation.MapCarrier
		if json.Unmarshal(data, &m) != nil {
			return nil
		}
		return m
	}
	var spans spantest.Recorder
	opts := []tracing.Option{
		tracing.WithTracerProvider(&spans), tracing.WithPropagator(propagation.TraceContext{}),
		tracing.WithCarrier(func(r *events.KinesisEventRecord) propagation.TextMapCarrier { return find(r.Kinesis.Data) }),
		tracing.WithCarrier(func(m *events.SQSMessage) propagation.TextMapCarrier { return find([]byte(m.Body)) }),
		tracing.WithCarrier(func(e *json.RawMessage) propagation.TextMapCarrier {
			var event struct{ Detail json.RawMessage }
			if json.Unmarshal(*e, &event) != nil {
				return nil
			}
			return find(event.Detail)
		}),
		tracing.WithCarrier(func(e *identity) propagation.TextMapCarrier {
			return propagation.MapCarrier{"traceparent": e.parent}
		}),
	}
	stream := events.KinesisEvent{Records: []events.KinesisEventRecord{{
		EventSourceArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/clicks",
		Kinesis:        events.KinesisRecord{Data: []byte(`{"traceparent":"` + parent + `"}`), SequenceNumber: "1"},
	}, {
		EventSourceArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/clicks",
		Kinesis:        events.KinesisRecord{Data: []byte(`opaque`), SequenceNumber: "2"},
	}}}
	each := tracing.Record(func(context.Context, *events.KinesisEventRecord) error { return nil })
	_, _ = tracing.HandleEvent(func(ctx context.Context, e events.KinesisEvent) error {
		_ = each(ctx, &e.Records[0])
		return each(ctx, &e.Records[1])
	}, opts...)(t.Context(), stream)
	got := ""
	for _, s := range named(t, &spans, "process clicks") {
		got += fmt.Sprintf("[%s]", spanIDs(s.Links))
	}
	if got != "[2222222222222222][2222222222222222][]" {
		t.Errorf("Kinesis: got %s", got)
	}

	batch := batchOf(1)
	batch.Records[0].Body = `{"traceparent":"` + parent + `"}`
	_, _ = tracing.Handle(loop(ok), opts...)(t.Context(), batch)
	for _, s := range named(t, &spans, "process orders") {
		if spanIDs(s.Links) != "2222222222222222" {
			t.Errorf("SQS: got %s", spanIDs(s.Links))
		}
	}

	event := tracing.Event(func(context.Context, json.RawMessage) error { return nil })
	_, _ = tracing.HandleEvent(event, opts...)(t.Context(),
		json.RawMessage(`{"id":"i","source":"s","detail-type":"raw","Detail":{"traceparent":"`+parent+`"}}`))
	_, _ = tracing.HandleEvent(func(context.Context, identity) error { return nil }, opts...)(t.Context(), identity{"typed", parent})
	for _, name := range []string{"process raw", "process typed"} {
		if list := named(t, &spans, name); len(list) != 1 || spanIDs(list[0].Links) != "2222222222222222" {
			t.Errorf("%s: got %d spans", name, len(list))
		}
	}
}

// identity is an event of EventBridge as another package decodes it.
type identity struct{ detailType, parent string }

func (i identity) Identity() (id, source, detailType string) { return "e1", "shop", i.detailType }
