package tracing

import (
	"strings"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
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

// isMessaging tells whether the conventions for messaging are for it.
func (k kind) isMessaging() bool { return k != kindNone && k != kindDynamoDB && k != kindS3 }

// system is the value of messaging.system. Those that the conventions do not have are made as theirs are.
func (k kind) system() string {
	return [...]string{kindSQS: "aws_sqs", kindSNS: "aws.sns", kindKinesis: "aws.kinesis", kindEventBridge: "aws.eventbridge"}[k]
}

// trigger is that of an invocation for the record.
func (in *info) trigger() string {
	switch in.kind {
	case kindKinesis, kindDynamoDB, kindS3:
		return triggerDatasource
	case kindEventBridge:
		return eventBridgeTrigger(in.place)
	}
	return triggerPubSub
}

// countName is the attribute for the number of records.
func (k kind) countName() attribute.Key {
	if k.isMessaging() {
		return keyBatchCount
	}
	return keyRecordCount
}

// source is where messages come from, and what all spans for it have in common.
type source struct {
	kind        kind
	place, from string // of info

	name    string
	options []trace.SpanStartOption
	metrics []attribute.KeyValue
}

// newSource copies the strings of in, which may be a small part of an event.
func newSource(in *info) *source {
	in = &info{kind: in.kind, place: strings.Clone(in.place), from: strings.Clone(in.from)}
	s := &source{kind: in.kind, place: in.place, from: in.from, name: operationProcess}
	name := placeName(in.kind, in.place)
	if name != "" {
		s.name += " " + name
	}
	s.fill(in, name)
	return s
}

// fill makes the attributes of spans and metrics. name may be empty for what has none, or no single one.
func (s *source) fill(in *info, name string) {
	var attrs []attribute.KeyValue
	text := func(key attribute.Key, value string) {
		if value != "" {
			attrs = append(attrs, key.String(value))
		}
	}
	text(keyTrigger, in.trigger())
	if in.kind.isMessaging() {
		text(keySystem, in.kind.system())
		text(keyOperationName, operationProcess)
		text(keyOperationType, operationProcess)
	} else {
		text(keyDocumentCollection, name)
	}
	switch in.kind {
	case kindSQS, kindSNS, kindKinesis:
		text(keyDestination, name)
	case kindEventBridge:
		text(keyEventSource, in.from)
		text(keyDetailType, in.place)
	}
	if in.kind == kindSNS && name != "" {
		text(keyTopicARN, in.place)
	}
	s.options = []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindConsumer), trace.WithAttributes(attrs...)}
	for _, a := range attrs {
		switch a.Key {
		case keySystem, keyOperationName, keyDestination:
			s.metrics = append(s.metrics, a)
		}
	}
}

// placeName is what a queue, topic, stream, table or bucket is called, given its ARN or name.
func placeName(k kind, place string) string {
	switch k {
	case kindSQS, kindSNS:
		return place[strings.LastIndexByte(place, ':')+1:]
	case kindKinesis, kindDynamoDB:
		return resourceName(place)
	}
	return place
}

// mixedSource is for events whose records come from several places: it has no name of a destination.
func mixedSource(k kind) *source {
	s := &source{kind: k, name: operationProcess + " " + multipleSources}
	s.fill(&info{kind: k}, "")
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
