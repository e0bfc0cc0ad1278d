package otlpreceiver

import (
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

var aLongTimeAgo = time.Unix(1, 0)

// The bits of a span's flags.
const (
	flagsW3C      = 0xff
	flagsIsRemote = uint32(tracepb.SpanFlags_SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK)
)

// Decode reads the spans of an ExportTraceServiceRequest, or of TracesData, which has the same bytes. The error says
// what is wrong: bytes that are no such message, an id with a wrong length, a trace state that is none.
func Decode(request []byte) (tracetest.SpanStubs, error) {
	// The request's own type is in a package that links gRPC.
	var data tracepb.TracesData
	if err := proto.Unmarshal(request, &data); err != nil {
		return nil, fmt.Errorf("otlpreceiver: no OTLP traces: %w", err)
	}
	var stubs tracetest.SpanStubs
	for _, rs := range data.ResourceSpans {
		r := resource.NewWithAttributes(rs.SchemaUrl, attributes(rs.GetResource().GetAttributes())...)
		for _, ss := range rs.ScopeSpans {
			scope := instrumentation.Scope{
				Name: ss.GetScope().GetName(), Version: ss.GetScope().GetVersion(), SchemaURL: ss.SchemaUrl,
				Attributes: attribute.NewSet(attributes(ss.GetScope().GetAttributes())...),
			}
			for _, s := range ss.Spans {
				stub, err := span(s)
				if err != nil {
					return nil, fmt.Errorf("otlpreceiver: no OTLP traces: span %d: %w", len(stubs)+1, err)
				}
				stub.Resource, stub.InstrumentationScope = r, scope
				stubs = append(stubs, stub)
			}
		}
	}
	return stubs, nil
}

func span(s *tracepb.Span) (stub tracetest.SpanStub, err error) {
	if stub.SpanContext, err = spanContext(s.TraceId, s.SpanId, s.TraceState, s.Flags, false); err != nil {
		return stub, err
	}
	if len(s.ParentSpanId) > 0 {
		if stub.Parent, err = spanContext(s.TraceId, s.ParentSpanId, "", s.Flags, s.Flags&flagsIsRemote != 0); err != nil {
			return stub, fmt.Errorf("parent: %w", err)
		}
	}
	stub.Name = s.Name
	stub.SpanKind = kind(s.Kind)
	stub.StartTime, stub.EndTime = at(s.StartTimeUnixNano), at(s.EndTimeUnixNano)
	stub.Attributes = attributes(s.Attributes)
	stub.DroppedAttributes = int(s.DroppedAttributesCount)
	stub.DroppedEvents = int(s.DroppedEventsCount)
	stub.DroppedLinks = int(s.DroppedLinksCount)
	stub.Status = status(s.Status)
	for _, e := range s.Events {
		stub.Events = append(stub.Events, sdktrace.Event{
			Name: e.Name, Time: at(e.TimeUnixNano), Attributes: attributes(e.Attributes),
			DroppedAttributeCount: int(e.DroppedAttributesCount),
		})
	}
	for i, l := range s.Links {
		sc, err := spanContext(l.TraceId, l.SpanId, l.TraceState, l.Flags, l.Flags&flagsIsRemote != 0)
		if err != nil {
			return stub, fmt.Errorf("link %d: %w", i+1, err)
		}
		stub.Links = append(stub.Links, sdktrace.Link{
			SpanContext: sc, Attributes: attributes(l.Attributes), DroppedAttributeCount: int(l.DroppedAttributesCount),
		})
	}
	return stub, nil
}

func spanContext(traceID, spanID []byte, state string, flags uint32, remote bool) (trace.SpanContext, error) {
	c := trace.SpanContextConfig{TraceFlags: trace.TraceFlags(flags & flagsW3C), Remote: remote}
	if len(traceID) != len(c.TraceID) || len(spanID) != len(c.SpanID) {
		return trace.SpanContext{}, fmt.Errorf("a trace id of %d bytes and a span id of %d, want 16 and 8", len(traceID), len(spanID))
	}
	copy(c.TraceID[:], traceID)
	copy(c.SpanID[:], spanID)
	var err error
	if c.TraceState, err = trace.ParseTraceState(state); err != nil {
		return trace.SpanContext{}, fmt.Errorf("trace state: %w", err)
	}
	return trace.NewSpanContext(c), nil
}

func at(nanoseconds uint64) time.Time { return time.Unix(0, int64(nanoseconds)) }

func kind(k tracepb.Span_SpanKind) trace.SpanKind {
	switch k {
	case tracepb.Span_SPAN_KIND_INTERNAL:
		return trace.SpanKindInternal
	case tracepb.Span_SPAN_KIND_SERVER:
		return trace.SpanKindServer
	case tracepb.Span_SPAN_KIND_CLIENT:
		return trace.SpanKindClient
	case tracepb.Span_SPAN_KIND_PRODUCER:
		return trace.SpanKindProducer
	case tracepb.Span_SPAN_KIND_CONSUMER:
		return trace.SpanKindConsumer
	}
	return trace.SpanKindUnspecified
}

func status(s *tracepb.Status) sdktrace.Status {
	code := codes.Unset
	switch s.GetCode() {
	case tracepb.Status_STATUS_CODE_OK:
		code = codes.Ok
	case tracepb.Status_STATUS_CODE_ERROR:
		code = codes.Error
	}
	return sdktrace.Status{Code: code, Description: s.GetMessage()}
}

func attributes(list []*commonpb.KeyValue) []attribute.KeyValue {
	var out []attribute.KeyValue
	for _, kv := range list {
		out = append(out, attribute.KeyValue{Key: attribute.Key(kv.Key), Value: value(kv.Value)})
	}
	return out
}

func value(v *commonpb.AnyValue) attribute.Value {
	switch v := v.GetValue().(type) {
	case *commonpb.AnyValue_StringValue:
		return attribute.StringValue(v.StringValue)
	case *commonpb.AnyValue_BoolValue:
		return attribute.BoolValue(v.BoolValue)
	case *commonpb.AnyValue_IntValue:
		return attribute.Int64Value(v.IntValue)
	case *commonpb.AnyValue_DoubleValue:
		return attribute.Float64Value(v.DoubleValue)
	case *commonpb.AnyValue_BytesValue:
		return attribute.ByteSliceValue(v.BytesValue)
	case *commonpb.AnyValue_KvlistValue:
		return attribute.MapValue(attributes(v.KvlistValue.GetValues())...)
	case *commonpb.AnyValue_ArrayValue:
		return array(v.ArrayValue.GetValues())
	}
	return attribute.Value{}
}

// array makes the slice of one type that the SDK had, where all elements have it. An empty one has lost its type.
func array(elements []*commonpb.AnyValue) attribute.Value {
	values := make([]attribute.Value, len(elements))
	same := len(elements) > 0
	for i, e := range elements {
		values[i] = value(e)
		same = same && values[i].Type() == values[0].Type()
	}
	if same {
		switch values[0].Type() {
		case attribute.STRING:
			return attribute.StringSliceValue(each(values, attribute.Value.AsString))
		case attribute.BOOL:
			return attribute.BoolSliceValue(each(values, attribute.Value.AsBool))
		case attribute.INT64:
			return attribute.Int64SliceValue(each(values, attribute.Value.AsInt64))
		case attribute.FLOAT64:
			return attribute.Float64SliceValue(each(values, attribute.Value.AsFloat64))
		}
	}
	return attribute.SliceValue(values...)
}

func each[T any](values []attribute.Value, as func(attribute.Value) T) []T {
	out := make([]T, len(values))
	for i, v := range values {
		out[i] = as(v)
	}
	return out
}
