package tracing

import (
	"context"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"

	"github.com/lambdapatterns/lambdapatterns/internal/jsonscan"
)

// info is what the spans need to know of one message, record or event.
type info struct {
	kind        kind
	place, from string // the ARN of a queue, topic or stream; a bucket; the detail-type and source of an event
	id          string
	header      string                     // an X-Ray trace header
	carrier     propagation.TextMapCarrier // of the message's attributes; nil when there are none
}

// identified is an event of EventBridge, whatever type it was decoded into.
type identified interface {
	Identity() (id, source, detailType string)
}

// recordsOf returns how many records an event has, and pointers to them. It is 0 for what is no such event.
func recordsOf(event any) (int, func(int) any) {
	switch e := event.(type) {
	case events.SQSEvent:
		return pointers(e.Records)
	case events.SNSEvent:
		return pointers(e.Records)
	case events.KinesisEvent:
		return pointers(e.Records)
	case events.KinesisTimeWindowEvent:
		return pointers(e.Records)
	case events.DynamoDBEvent:
		return pointers(e.Records)
	case events.DynamoDBTimeWindowEvent:
		return pointers(e.Records)
	case events.S3Event:
		return pointers(e.Records)
	case events.EventBridgeEvent:
		return 1, func(int) any { return &e }
	}
	v := reflect.ValueOf(event)
	isPointer := v.Kind() == reflect.Pointer
	if isPointer && v.IsNil() {
		return 0, nil
	}
	if e, ok := event.(identified); ok {
		return 1, func(int) any { return e }
	}
	if isPointer {
		return recordsOf(v.Elem().Interface())
	}
	return 0, nil
}

func pointers[R any](records []R) (int, func(int) any) {
	return len(records), func(i int) any { return &records[i] }
}

// placeOf returns the place of a record.
func placeOf(record any) string {
	if m, ok := record.(*events.SQSMessage); ok { // of which there are many
		return m.EventSourceARN
	}
	return describe(record).place
}

func describe(record any) info {
	switch r := record.(type) {
	case *events.SQSMessage:
		in := info{kind: kindSQS, place: r.EventSourceARN, id: r.MessageId, header: r.Attributes["AWSTraceHeader"]}
		if len(r.MessageAttributes) > 0 {
			in.carrier = sqsCarrier(r.MessageAttributes)
		}
		return in
	case *events.SNSEventRecord:
		in := info{kind: kindSNS, place: r.SNS.TopicArn, id: r.SNS.MessageID}
		if len(r.SNS.MessageAttributes) > 0 {
			in.carrier = snsCarrier(r.SNS.MessageAttributes)
		}
		return in
	case *events.KinesisEventRecord:
		return info{kind: kindKinesis, place: r.EventSourceArn, id: r.Kinesis.SequenceNumber}
	case *events.DynamoDBEventRecord:
		return info{kind: kindDynamoDB, place: r.EventSourceArn, id: r.Change.SequenceNumber}
	case *events.S3EventRecord:
		return info{kind: kindS3, place: r.S3.Bucket.Name}
	case *events.EventBridgeEvent:
		return eventInfo(r.ID, r.Source, r.DetailType)
	case identified:
		return eventInfo(r.Identity())
	}
	return info{}
}

// eventInfo describes an event of EventBridge. Who may send to a queue can write what is no event of the service's, whose longest
// name has 256 characters: what is longer is cut, so that it does not make spans that are too large.
func eventInfo(id, source, detailType string) info {
	cut := func(s string) string {
		if len(s) <= 256 {
			return s
		}
		return strings.ToValidUTF8(s[:256], "")
	}
	return info{kind: kindEventBridge, place: cut(detailType), from: cut(source), id: cut(id)}
}

// details appends the attributes of one record that are not its source's.
func details(attrs []attribute.KeyValue, record any) []attribute.KeyValue {
	text := func(key attribute.Key, value string) {
		if value != "" {
			attrs = append(attrs, key.String(value))
		}
	}
	switch r := record.(type) {
	case *events.SQSMessage:
		text(keyMessageID, r.MessageId)
		if n, err := strconv.Atoi(r.Attributes["ApproximateReceiveCount"]); err == nil {
			attrs = append(attrs, keyReceiveCount.Int(n))
		}
	case *events.KinesisEventRecord:
		text(keyMessageID, r.Kinesis.SequenceNumber)
		if shard, _, ok := strings.Cut(r.EventID, ":"); ok {
			text(keyPartition, shard)
		}
	case *events.DynamoDBEventRecord:
		text(keyDocumentOperation, dynamoDBOperation(r.EventName))
		if at := r.Change.ApproximateCreationDateTime; !at.IsZero() {
			text(keyDocumentTime, isoTime(at.Time))
		}
		text(keySequence, r.Change.SequenceNumber)
	case *events.S3EventRecord:
		text(keyDocumentOperation, s3Operation(r.EventName))
		if !r.EventTime.IsZero() {
			text(keyDocumentTime, isoTime(r.EventTime))
		}
	default:
		text(keyMessageID, describe(record).id)
	}
	return attrs
}

// Record puts a span around the handling of each record of a stream, of DynamoDB or of Kinesis. It is [Message] for records:
// what is said there holds here. Package singletable/changes takes it as it is:
//
//	changes.Handle(…, changes.WithMiddleware(tracing.Record), changes.WithObserver(tracing.Outcomes))
//
// A record of DynamoDB's span has what was done and when, and the sequence number; nothing of the item, its key included.
// Streams hand on no trace context. Where the data of a Kinesis record hold one, [WithCarrier] finds it.
func Record[R events.DynamoDBEventRecord | events.KinesisEventRecord](
	next func(context.Context, *R) error,
) func(context.Context, *R) error {
	return middleware("Record", next)
}

// Event puts a span around the handling of each event of EventBridge, given as its JSON. Package eventbridge takes it as it is:
//
//	router, err := eventbridge.NewRouter(eventbridge.WithMiddleware(tracing.Event), eventbridge.On(…))
//	lambda.Start(tracing.HandleRaw(router))
//
// The span is named after the event's detail-type, has its id, source and detail-type, and ends when the handler returns, with
// the status of its error. EventBridge hands a trace header on to the function's invocation or the queue's message, and not in
// the event (Amazon EventBridge User Guide, "Amazon EventBridge integration with AWS X-Ray"): so the span has no link, unless
// [WithCarrier] finds one in the detail. Event panics if next is nil.
func Event(next func(context.Context, json.RawMessage) error) func(context.Context, json.RawMessage) error {
	if next == nil {
		panic("tracing: Event: next is nil")
	}
	inner := func(ctx context.Context, e *rawEvent) error { return next(ctx, e.data) }
	var alone alone
	return func(ctx context.Context, data json.RawMessage) error {
		return handleOne(ctx, &alone, newRawEvent(data), false, inner)
	}
}

// rawEvent is an event of EventBridge that is not decoded.
type rawEvent struct {
	data                   json.RawMessage
	id, source, detailType string
}

func (e *rawEvent) Identity() (id, source, detailType string) { return e.id, e.source, e.detailType }

// newRawEvent reads an event as far as it must. What is no event has no identity.
func newRawEvent(data json.RawMessage) *rawEvent {
	e := &rawEvent{data: data}
	s := jsonscan.New(data)
	s.Take('{')
	for i := 0; (e.id == "" || e.source == "" || e.detailType == "") && s.More(i, '}'); i++ {
		switch key := s.Key(); string(key) {
		case "id":
			e.id = smallText(&s)
		case "source":
			e.source = smallText(&s)
		case "detail-type":
			e.detailType = smallText(&s)
		default:
			s.Raw()
		}
	}
	if s.GaveUp() {
		e.id, e.source, e.detailType = "", "", ""
	}
	return e
}

// smallText takes a string that shares its memory with nothing, unlike [jsonscan.Scanner.String]: only three are read.
func smallText(s *jsonscan.Scanner) string {
	raw, size := s.Quoted()
	if size == len(raw) {
		return string(raw)
	}
	return string(jsonscan.Unescape(nil, raw))
}
