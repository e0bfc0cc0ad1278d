package tracing_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// eventSpan handles an event with a function that does nothing, and returns the event's span.
func eventSpan[E any](t *testing.T, event E, name string, opts ...tracing.Option) *spantest.Span {
	t.Helper()
	var spans spantest.Recorder
	handle := tracing.HandleEvent(func(ctx context.Context, _ E) error {
		if list := spans.Spans(); len(list) != 2 || trace.SpanContextFromContext(ctx).SpanID() != list[1].Context.SpanID() {
			t.Errorf("%s: the event's span is not the current one of %d", name, len(list))
		}
		return nil
	}, append(opts, tracing.WithTracerProvider(&spans))...)
	if _, err := handle(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	list := named(t, &spans, name)
	if len(list) != 1 {
		t.Fatalf("got %d spans %q", len(list), name)
	}
	if list[0].Kind != trace.SpanKindConsumer {
		t.Errorf("%s is of kind %v", name, list[0].Kind)
	}
	return list[0]
}

func TestEventsOfOtherServices(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
	topic := events.SNSEvent{Records: []events.SNSEventRecord{{SNS: events.SNSEntity{
		TopicArn: "arn:aws:sns:eu-central-1:123456789012:news", MessageID: "n1", Message: "secret",
		MessageAttributes: map[string]any{"traceparent": map[string]any{
			"Type": "String", "Value": "00-0102030405060708090a0b0c0d0e0f10-2222222222222222-01",
		}},
	}}}}
	s := eventSpan(t, topic, "process news", tracing.WithPropagator(propagation.TraceContext{}))
	if got, want := text(s.Attributes), "aws.sns.topic.arn=arn:aws:sns:eu-central-1:123456789012:news\nfaas.trigger=pubsub\n"+
		"messaging.destination.name=news\nmessaging.message.id=n1\nmessaging.operation.name=process\n"+
		"messaging.operation.type=process\nmessaging.system=aws.sns\n"; got != want || spanIDs(s.Links) != "2222222222222222" {
		t.Errorf("SNS: got the links %s and\n%swant\n%s", spanIDs(s.Links), got, want)
	}

	changed := events.DynamoDBEvent{Records: []events.DynamoDBEventRecord{{
		EventName: "INSERT", EventSourceArn: "arn:aws:dynamodb:eu-central-1:123456789012:table/shop/stream/2026-01-01T00:00:00.000",
	}}}
	s = eventSpan(t, changed, "process shop")
	if got, want := text(s.Attributes), "faas.document.collection=shop\nfaas.trigger=datasource\nlambdapatterns.batch.record_count=1\n"; got != want {
		t.Errorf("DynamoDB: got\n%swant\n%s", got, want)
	}

	stored := events.S3Event{Records: []events.S3EventRecord{{EventName: "ObjectCreated:Put", EventTime: at}}}
	stored.Records[0].S3.Bucket.Name, stored.Records[0].S3.Object.Key = "photos", "secret"
	s = eventSpan(t, stored, "process photos")
	if got, want := text(s.Attributes), "faas.document.collection=photos\nfaas.document.operation=insert\n"+
		"faas.document.time=2026-01-02T02:04:05Z\nfaas.trigger=datasource\n"; got != want {
		t.Errorf("S3: got\n%swant\n%s", got, want)
	}

	s = eventSpan(t, events.EventBridgeEvent{ID: "e1", Source: "shop", DetailType: "OrderPlaced", Detail: []byte(`"secret"`)}, "process OrderPlaced")
	if got, want := text(s.Attributes), "faas.trigger=pubsub\nlambdapatterns.event.detail_type=OrderPlaced\nlambdapatterns.event.source=shop\n"+
		"messaging.message.id=e1\nmessaging.operation.name=process\nmessaging.operation.type=process\nmessaging.system=aws.eventbridge\n"; got != want {
		t.Errorf("EventBridge: got\n%swant\n%s", got, want)
	}
	s = eventSpan(t, identity{"Scheduled Event", ""}, "process Scheduled Event")
	if got := s.Attributes["faas.trigger"].AsString(); got != "timer" {
		t.Errorf("a schedule's trigger is %s", got)
	}

	for _, event := range []any{&events.S3Event{Records: stored.Records}, &identity{"photos", ""}} {
		eventSpan(t, event, "process photos")
	}

	stream := events.KinesisEvent{Records: []events.KinesisEventRecord{{
		EventSourceArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/clicks",
	}}}
	s = eventSpan(t, stream, "process clicks")
	if s.Attributes["messaging.system"].AsString() != "aws.kinesis" || s.Attributes["messaging.batch.message_count"].AsInt64() != 1 {
		t.Errorf("Kinesis: got\n%s", text(s.Attributes))
	}
}

// An event of another kind, or without records, has no span of its own.
func TestOtherEvents(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	for _, event := range []any{events.SQSEvent{}, (*events.SQSEvent)(nil), (*identity)(nil), 7, nil, events.S3Event{}} {
		handle := tracing.HandleEvent(func(context.Context, any) error { return nil }, tracing.WithTracerProvider(&spans))
		if _, err := handle(t.Context(), event); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(spans.Spans()); n != 6 {
		t.Errorf("got %d spans for 6 invocations", n)
	}
}

// Records of a stream have spans with outcomes, and all from the first that failed on come again.
func TestRecordsOfAStream(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	event := events.DynamoDBEvent{}
	for i, name := range []string{"INSERT", "MODIFY", "REMOVE"} {
		event.Records = append(event.Records, events.DynamoDBEventRecord{
			EventName: name, EventSourceArn: "arn:aws:dynamodb:eu-central-1:123456789012:table/shop/stream/2026",
			Change: events.DynamoDBStreamRecord{
				SequenceNumber:              string(rune('1' + i)),
				ApproximateCreationDateTime: events.SecondsEpochTime{Time: time.Unix(1_700_000_000, 0)},
				Keys:                        map[string]events.DynamoDBAttributeValue{"PK": events.NewStringAttribute("secret")},
			},
		})
	}
	each := tracing.Record(func(_ context.Context, r *events.DynamoDBEventRecord) error {
		if r.EventName == "MODIFY" {
			return errors.New("no")
		}
		return nil
	})
	handle := tracing.Handle(func(ctx context.Context, e events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
		_ = each(ctx, &e.Records[0])
		_ = each(ctx, &e.Records[1])
		tracing.Outcomes(ctx, report{{"1", "succeeded", true, nil}, {"2", "failed", false, errors.New("no")}, {"3", "skipped_failure", false, nil}})
		return events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{{ItemIdentifier: "2"}}}, nil
	}, tracing.WithTracerProvider(&spans))
	if _, err := handle(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	list := named(t, &spans, "process shop")
	if len(list) != 3 || list[0].Attributes["lambdapatterns.batch.failures"].AsInt64() != 2 || len(list[0].Events) != 1 {
		t.Fatalf("got %d spans, the event's with\n%s", len(list), text(list[0].Attributes))
	}
	if got, want := text(list[2].Attributes), "error.type=failed\nfaas.document.collection=shop\nfaas.document.operation=edit\n"+
		"faas.document.time=2023-11-14T22:13:20Z\nfaas.trigger=datasource\nlambdapatterns.outcome=failed\n"+
		"lambdapatterns.record.sequence_number=2\n"; got != want || list[2].Code != codes.Error {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestEventSpans(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, event, want string }{
		{"in EventBridge's order", `{"version":"0","id":"i","detail-type":"T","source":"s","detail":{"id":"secret"}}`, "process T s i"},
		{"in another", ` { "detail" : {"source":"secret"}, "source":"s","id":"i","detail-type":"T" } `, "process T s i"},
		{"escaped", `{"id":"i","detail-type":"\u0054","source":"s"}`, "process T s i"},
		{"a number for an id", `{"id":7,"detail-type":"T","source":"s"}`, "process  "},
		{"cut off behind what is needed", `{"id":"i","detail-type":"T","source":"s","detail":`, "process T s i"},
		{"no event", `{"message":"secret"}`, "process  "},
		{"no JSON", `secret`, "process  "},
		{"nothing", ``, "process  "},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var spans spantest.Recorder
			handle := tracing.HandleEvent(tracing.Event(func(_ context.Context, data json.RawMessage) error {
				if string(data) != test.event {
					t.Errorf("the handler gets %s", data)
				}
				return shipError{}
			}), tracing.WithTracerProvider(&spans))
			if _, err := handle(t.Context(), json.RawMessage(test.event)); !errors.Is(err, shipError{}) {
				t.Errorf("got %v", err)
			}
			s := spans.Spans()[1]
			got := s.Name + " " + s.Attributes["lambdapatterns.event.source"].AsString() + " " + s.Attributes["messaging.message.id"].AsString()
			if got != test.want || s.Ends != 1 || s.Code != codes.Error || s.Kind != trace.SpanKindConsumer {
				t.Errorf("got %q, ended %d times, status %v", got, s.Ends, s.Code)
			}
		})
	}
}
