package tracing

import (
	"strings"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// The attributes that OpenTelemetry's conventions have no name for.
const (
	keyOutcome       = attribute.Key("lambdapatterns.outcome")
	keyOutcomes      = "lambdapatterns.outcomes." // and an outcome: how many messages of the event had it
	keyFailures      = "lambdapatterns.batch.failures"
	keyRecordCount   = "lambdapatterns.batch.record_count"
	keyLinksOmitted  = "lambdapatterns.links.omitted"
	keyReceiveCount  = "lambdapatterns.message.receive_count"
	keyMessageCount  = "lambdapatterns.message.count"
	keyMessageIDs    = "lambdapatterns.message.ids"
	keySequence      = "lambdapatterns.record.sequence_number"
	keyEventSource   = "lambdapatterns.event.source"
	keyDetailType    = "lambdapatterns.event.detail_type"
	multipleSources  = "multiple_sources"
	operationProcess = "process"
)

// kind is a service that hands messages, records or events to functions.
type kind uint8

const (
	kindNone kind = iota
	kindSQS
	kindSNS
	kindKinesis
	kindDynamoDB
	kindS3
	kindEventBridge
)

// isBatch tells whether an event of this kind is a batch even with one record in it.
func (k kind) isBatch() bool { return k == kindSQS || k == kindKinesis || k == kindDynamoDB }

// countName is the attribute for the number of records.
func (k kind) countName() string {
	if k == kindDynamoDB || k == kindS3 {
		return keyRecordCount
	}
	return "messaging.batch.message_count"
}

// source is where messages come from, and what all spans for it have in common.
type source struct {
	kind        kind
	place, from string // of info

	name    string
	options []trace.SpanStartOption
}

func newSource(in *info) *source {
	s := &source{kind: in.kind, place: in.place, from: in.from, name: operationProcess}
	name := placeName(in.kind, in.place)
	if name != "" {
		s.name += " " + name
	}
	s.options = startOptionsOf(in, name)
	return s
}

// startOptionsOf returns the options for starting a span of a source. name may be empty for what has none, or no single one.
func startOptionsOf(in *info, name string) []trace.SpanStartOption {
	var attrs []attribute.KeyValue
	text := func(key, value string) {
		if value != "" {
			attrs = append(attrs, attribute.String(key, value))
		}
	}
	switch in.kind {
	case kindDynamoDB, kindS3:
		text("faas.trigger", "datasource")
		text("faas.document.collection", name)
	default:
		trigger := "pubsub"
		if in.kind == kindEventBridge && in.place == "Scheduled Event" {
			trigger = "timer"
		}
		text("faas.trigger", trigger)
		text("messaging.system", [...]string{
			kindSQS: "aws_sqs", kindSNS: "aws.sns", kindKinesis: "aws.kinesis", kindEventBridge: "aws.eventbridge",
		}[in.kind])
		text("messaging.operation.name", operationProcess)
		text("messaging.operation.type", "process")
	}
	switch in.kind {
	case kindSQS, kindSNS, kindKinesis:
		text("messaging.destination.name", name)
	case kindEventBridge:
		text(keyEventSource, in.from)
		text(keyDetailType, in.place)
	}
	if in.kind == kindSNS && name != "" {
		text("aws.sns.topic.arn", in.place)
	}
	return []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindConsumer), trace.WithAttributes(attrs...)}
}

// placeName is what a queue, topic, stream, table or bucket is called, given its ARN or name.
func placeName(k kind, place string) string {
	switch k {
	case kindSQS, kindSNS:
		return place[strings.LastIndexByte(place, ':')+1:]
	case kindKinesis: // arn:aws:kinesis:eu-central-1:123456789012:stream/NAME
		return place[strings.LastIndexByte(place, '/')+1:]
	case kindDynamoDB: // arn:aws:dynamodb:eu-central-1:123456789012:table/NAME/stream/2026-01-01T00:00:00.000
		_, table, _ := strings.Cut(place, ":table/")
		table, _, _ = strings.Cut(table, "/")
		return table
	}
	return place
}

// mixedSource is for events whose records come from several places: it has no name of a destination.
func mixedSource(k kind) *source {
	s := &source{kind: k, name: operationProcess + " " + multipleSources}
	s.options = startOptionsOf(&info{kind: k}, "")
	return s
}

// sources keeps the sources that a function has seen: usually it is one. Safe for concurrent use.
type sources struct{ known atomic.Pointer[[]*source] }

// maxSources bounds what is kept. A function that sees more is not wrong, but makes some again and again.
const maxSources = 32

// of returns the source of a message.
func (s *sources) of(in *info) *source {
	var known []*source
	if p := s.known.Load(); p != nil {
		known = *p
	}
	for _, src := range known {
		if src.kind == in.kind && src.place == in.place && src.from == in.from {
			return src
		}
	}
	src := newSource(in)
	if len(known) < maxSources {
		more := append(known[:len(known):len(known)], src)
		s.known.Store(&more)
	}
	return src
}

// ofEvent returns the source of an event's records.
func (s *sources) ofEvent(size int, at func(int) any) *source {
	first := describe(at(0))
	for i := 1; i < size; i++ {
		if placeOf(at(i)) != first.place {
			return mixedSource(first.kind)
		}
	}
	return s.of(&first)
}
