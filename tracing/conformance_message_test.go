package tracing_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// batchSpans are the spans of an invocation with a batch of two messages, of which the second fails.
type batchSpans struct {
	server, event *spantest.Span
	messages      []*spantest.Span
	startEvent    []attribute.KeyValue // what the event's span had when it was started
	startMessage  []attribute.KeyValue
}

func (b *batchSpans) all() []*spantest.Span { return append([]*spantest.Span{b.event}, b.messages...) }

func spansOfABatch(t *testing.T, opts ...tracing.Option) *batchSpans {
	t.Helper()
	var spans creationRecorder
	event := batchOf(2)
	for i := range event.Records {
		event.Records[i].Attributes["AWSTraceHeader"] = sender(i).String()
	}
	handle := tracing.Handle(loop(func(_ context.Context, m *events.SQSMessage) error {
		if m.MessageId == "m2" {
			return shipError{}
		}
		return nil
	}), append(opts, tracing.WithTracerProvider(&spans))...)
	if _, err := handle(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	list := spans.Spans()
	if len(list) != 4 {
		t.Fatalf("got %d spans", len(list))
	}
	return &batchSpans{list[0], list[1], list[2:], spans.started[1], spans.started[2]}
}

// creationRecorder also keeps the attributes that spans are started with, on which samplers decide.
type creationRecorder struct {
	spantest.Recorder
	started [][]attribute.KeyValue
}

func (r *creationRecorder) Tracer(name string, opts ...trace.TracerOption) trace.Tracer {
	return creationTracer{r.Recorder.Tracer(name, opts...), r}
}

type creationTracer struct {
	trace.Tracer
	recorder *creationRecorder
}

func (t creationTracer) Start(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	c := trace.NewSpanStartConfig(opts...)
	t.recorder.started = append(t.recorder.started, c.Attributes())
	return t.Tracer.Start(ctx, name, opts...)
}

const (
	pageMessaging = "Semantic conventions for messaging spans"
	pageSQS       = "Semantic conventions for AWS SQS"
	pageSNS       = "Semantic conventions for AWS SNS"
	pageOnLambda  = "Instrumenting AWS Lambda"
)

// TestConformanceOfMessages has a row for each rule that the conventions' pages of version 1.44 have about the processing of
// messages. Where the page about Lambda still names spans "<event source> process", the newer rule of the messaging page and
// the example in the same page are followed: "process" and the queue.
func TestConformanceOfMessages(t *testing.T) {
	t.Parallel()
	want := func(key attribute.Key, value any, of func(*batchSpans) []*spantest.Span) func(*testing.T) {
		return func(t *testing.T) {
			for _, s := range of(spansOfABatch(t)) {
				if got, ok := s.Attributes[key]; !ok || got.AsInterface() != value {
					t.Errorf("%s of %q is %v, want %v", key, s.Name, got.AsInterface(), value)
				}
			}
		}
	}
	all := (*batchSpans).all
	for _, rule := range []struct {
		page, level, text string
		check             func(*testing.T)
	}{
		{pageOnLambda, "SHOULD", "the kind of both the event's and the messages' spans is CONSUMER", func(t *testing.T) {
			for _, s := range spansOfABatch(t).all() {
				if s.Kind != trace.SpanKindConsumer {
					t.Errorf("%q is of kind %v", s.Name, s.Kind)
				}
			}
		}},
		{pageMessaging, "SHOULD", "the name is the operation and the destination", func(t *testing.T) {
			for _, s := range spansOfABatch(t).all() {
				if s.Name != "process orders" {
					t.Errorf("got %q", s.Name)
				}
			}
		}},
		{pageOnLambda, "MUST", "messages of several sources have a name that says so", func(t *testing.T) {
			event := batchOf(2)
			event.Records[1].EventSourceARN = "arn:aws:sqs:eu-central-1:123456789012:returns"
			s := eventSpan(t, event, "process multiple_sources")
			if _, ok := s.Attributes["messaging.destination.name"]; ok {
				t.Error("there is a destination")
			}
		}},
		{pageOnLambda, "SHOULD", "the parent of the event's span is the invocation's", func(t *testing.T) {
			if b := spansOfABatch(t); b.event.Parent.SpanID() != b.server.Context.SpanID() || b.server.Kind != trace.SpanKindServer {
				t.Errorf("got %v", b.event.Parent)
			}
		}},
		{pageOnLambda, "MUST", "the parent of a message's span is the event's", func(t *testing.T) {
			b := spansOfABatch(t)
			for _, s := range b.messages {
				if s.Parent.SpanID() != b.event.Context.SpanID() {
					t.Errorf("got %v", s.Parent)
				}
			}
		}},
		{pageOnLambda, "SHOULD", "the event's span is linked to the AWSTraceHeader of every message", func(t *testing.T) {
			if got, want := spanIDs(spansOfABatch(t).event.Links), sender(0).Parent.String()+" "+sender(1).Parent.String(); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}},
		{pageOnLambda, "SHOULD", "a message's span is linked to its AWSTraceHeader", func(t *testing.T) {
			for i, s := range spansOfABatch(t).messages {
				if got := spanIDs(s.Links); got != sender(i).Parent.String() {
					t.Errorf("got %s", got)
				}
			}
		}},
		{pageOnLambda, "SHOULD", "the header is read from system attributes and not from the user's", func(t *testing.T) {
			text := sender(0).String()
			event := batchOf(1)
			event.Records[0].MessageAttributes = map[string]events.SQSMessageAttribute{"AWSTraceHeader": {StringValue: &text, DataType: "String"}}
			if s := eventSpan(t, event, "process orders", tracing.WithPropagator(propagation.TraceContext{})); len(s.Links) != 0 {
				t.Errorf("got %v", s.Links)
			}
		}},
		{pageMessaging, "SHOULD", "the span is linked to the creation context that the producer attached", func(t *testing.T) {
			event, parent := batchOf(1), "00-0102030405060708090a0b0c0d0e0f10-2222222222222222-01"
			event.Records[0].MessageAttributes = map[string]events.SQSMessageAttribute{"traceparent": {StringValue: &parent, DataType: "String"}}
			if s := eventSpan(t, event, "process orders", tracing.WithPropagator(propagation.TraceContext{})); spanIDs(s.Links) != "2222222222222222" {
				t.Errorf("got %v", s.Links)
			}
		}},
		{pageOnLambda, "MUST", "faas.trigger is pubsub", want("faas.trigger", "pubsub", all)},
		{pageOnLambda, "MUST", "messaging.operation.type is process", want("messaging.operation.type", "process", all)},
		{pageOnLambda, "MUST", "messaging.system is aws_sqs", want("messaging.system", "aws_sqs", all)},
		{pageSQS, "Required", "messaging.operation.name is there", want("messaging.operation.name", "process", all)},
		{pageSQS, "Conditionally Required", "messaging.destination.name is the queue", want("messaging.destination.name", "orders", all)},
		{pageMessaging, "Conditionally Required", "messaging.batch.message_count is on a batch", func(t *testing.T) {
			if got := spansOfABatch(t).event.Attributes["messaging.batch.message_count"].AsInt64(); got != 2 {
				t.Errorf("got %d", got)
			}
			if got := eventSpan(t, batchOf(1), "process orders").Attributes["messaging.batch.message_count"].AsInt64(); got != 1 {
				t.Errorf("got %d for a batch of one", got)
			}
		}},
		{pageMessaging, "SHOULD NOT", "messaging.batch.message_count is not on single messages", func(t *testing.T) {
			for _, s := range spansOfABatch(t).messages {
				if _, ok := s.Attributes["messaging.batch.message_count"]; ok {
					t.Error("it is there")
				}
			}
			s := eventSpan(t, events.SNSEvent{Records: make([]events.SNSEventRecord, 1)}, "process")
			if _, ok := s.Attributes["messaging.batch.message_count"]; ok {
				t.Error("it is there for SNS, whose events are no batches")
			}
		}},
		{pageSQS, "Recommended", "messaging.message.id is on single messages", func(t *testing.T) {
			for i, s := range spansOfABatch(t).messages {
				if got := s.Attributes["messaging.message.id"].AsString(); got != batchOf(2).Records[i].MessageId {
					t.Errorf("got %q", got)
				}
			}
		}},
		{pageMessaging, "SHOULD", "attributes of single messages are on a batch's links", func(t *testing.T) {
			b := spansOfABatch(t)
			for i, l := range b.event.Links {
				if !slices.Contains(l.Attributes, attribute.String("messaging.message.id", batchOf(2).Records[i].MessageId)) {
					t.Errorf("got %v", l.Attributes)
				}
			}
			if _, ok := b.event.Attributes["messaging.message.id"]; ok {
				t.Error("the event's span has an id")
			}
		}},
		{pageSQS, "SHOULD", "what samplers need is there at the creation", func(t *testing.T) {
			b := spansOfABatch(t)
			for _, start := range [][]attribute.KeyValue{b.startEvent, b.startMessage} {
				for _, key := range []attribute.Key{"messaging.destination.name", "messaging.operation.name", "messaging.operation.type", "faas.trigger"} {
					if !slices.ContainsFunc(start, func(a attribute.KeyValue) bool { return a.Key == key }) {
						t.Errorf("%s is missing among %v", key, start)
					}
				}
			}
		}},
		{pageSQS, "Conditionally Required", "error.type is on a message that failed, and the status is Error", func(t *testing.T) {
			if s := spansOfABatch(t).messages[1]; s.Code != codes.Error || s.Attributes["error.type"].AsString() != "shipError" {
				t.Errorf("got the status %v, %v", s.Code, s.Attributes["error.type"].AsInterface())
			}
		}},
		{pageSQS, "SHOULD NOT", "error.type is not on what succeeded", func(t *testing.T) {
			b := spansOfABatch(t)
			for _, s := range []*spantest.Span{b.event, b.messages[0]} {
				if _, ok := s.Attributes["error.type"]; ok || s.Code != codes.Unset {
					t.Errorf("%q has it, or the status %v", s.Name, s.Code)
				}
			}
		}},
		{pageSQS, "SHOULD", "error.type is of few values: an error's text is none of them", func(t *testing.T) {
			for _, err := range []error{errors.New("order 7 is not there"), errors.Join(errors.New("order 7"), errors.New("order 8"))} {
				var spans spantest.Recorder
				handle := tracing.Handle(loop(func(context.Context, *events.SQSMessage) error { return err }), tracing.WithTracerProvider(&spans))
				_, _ = handle(t.Context(), batchOf(1))
				if got := spans.Spans()[2].Attributes["error.type"].AsString(); got != "failed" {
					t.Errorf("got %q", got)
				}
			}
		}},
		{pageMessaging, "MAY", "the message is the parent, for single ones and where that is asked for", func(t *testing.T) {
			event := batchOf(1)
			event.Records[0].Attributes["AWSTraceHeader"] = sender(0).String()
			if s := eventSpan(t, event, "process orders"); s.Parent.SpanID() == sender(0).Parent {
				t.Error("it is without being asked for")
			}
			if s := eventSpan(t, event, "process orders", tracing.WithMessageParent()); s.Parent.SpanID() != sender(0).Parent {
				t.Errorf("got %v", s.Parent)
			}
		}},
		{pageMessaging, "SHOULD", "the ambient context is a link where the message is the parent", func(t *testing.T) {
			event := batchOf(1)
			event.Records[0].Attributes["AWSTraceHeader"] = sender(0).String()
			if s := eventSpan(t, event, "process orders", tracing.WithMessageParent()); len(s.Links) != 2 {
				t.Errorf("got the links %s", spanIDs(s.Links))
			}
		}},
		{pageMessaging, "Opt-In", "the size of the body is not told", func(t *testing.T) {
			for _, s := range spansOfABatch(t).all() {
				if _, ok := s.Attributes["messaging.message.body.size"]; ok {
					t.Error("it is")
				}
			}
		}},
		{pageSNS, "Recommended", "messaging.system is aws.sns, with the topic's ARN and the message's id", func(t *testing.T) {
			event := events.SNSEvent{Records: []events.SNSEventRecord{{SNS: events.SNSEntity{TopicArn: "arn:aws:sns:eu-central-1:123456789012:news", MessageID: "n1"}}}}
			s := eventSpan(t, event, "process news")
			for key, value := range map[attribute.Key]string{
				"messaging.system": "aws.sns", "aws.sns.topic.arn": "arn:aws:sns:eu-central-1:123456789012:news",
				"messaging.message.id": "n1", "messaging.destination.name": "news",
			} {
				if got := s.Attributes[key].AsString(); got != value {
					t.Errorf("%s is %q", key, got)
				}
			}
		}},
	} {
		t.Run(rule.page+": "+rule.level+": "+rule.text, func(t *testing.T) {
			t.Parallel()
			rule.check(t)
		})
	}
}
