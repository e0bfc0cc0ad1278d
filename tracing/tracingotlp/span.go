package tracingotlp

import (
	"encoding/binary"
	"math"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// The numbers of the fields are those of opentelemetry/proto/trace/v1/trace.proto and its neighbours in version 1.11.

// The upper bits of a span's flags: whether it is known that the parent is remote, and whether it is.
const (
	flagsKnowRemote = 0x100
	flagsIsRemote   = 0x200
)

// appendSpan writes the fields of a Span.
func appendSpan(b []byte, s sdktrace.ReadOnlySpan) []byte {
	sc, parent := s.SpanContext(), s.Parent()
	b = appendContext(b, sc)
	if id := parent.SpanID(); id.IsValid() {
		b = appendBytes(b, 4, id[:])
	}
	b = appendString(b, 5, s.Name())
	b = appendVarint(b, 6, spanKind(s.SpanKind()))
	b = appendFixed64(b, 7, nanoseconds(s.StartTime()))
	b = appendFixed64(b, 8, nanoseconds(s.EndTime()))
	b = appendAttributes(b, 9, s.Attributes())
	b = appendCount(b, 10, s.DroppedAttributes())
	for _, e := range s.Events() {
		var mark int
		b, mark = begin(b, 11)
		b = appendFixed64(b, 1, nanoseconds(e.Time))
		b = appendString(b, 2, e.Name)
		b = appendAttributes(b, 3, e.Attributes)
		b = appendCount(b, 4, e.DroppedAttributeCount)
		b = end(b, mark)
	}
	b = appendCount(b, 12, s.DroppedEvents())
	for _, l := range s.Links() {
		var mark int
		b, mark = begin(b, 13)
		b = appendContext(b, l.SpanContext)
		b = appendAttributes(b, 4, l.Attributes)
		b = appendCount(b, 5, l.DroppedAttributeCount)
		b = appendFixed32(b, 6, flags(l.SpanContext, l.SpanContext))
		b = end(b, mark)
	}
	b = appendCount(b, 14, s.DroppedLinks())
	b = appendStatus(b, s.Status())
	return appendFixed32(b, 16, flags(sc, parent))
}

// appendContext writes trace_id, span_id and trace_state, which have the same numbers in a Span and a Link.
func appendContext(b []byte, sc trace.SpanContext) []byte {
	traceID, spanID := sc.TraceID(), sc.SpanID()
	b = appendBytes(b, 1, traceID[:])
	b = appendBytes(b, 2, spanID[:])
	if state := sc.TraceState(); state.Len() > 0 {
		b = appendString(b, 3, state.String())
	}
	return b
}

func flags(sc, remote trace.SpanContext) uint32 {
	f := uint32(sc.TraceFlags()) | flagsKnowRemote
	if remote.IsRemote() {
		f |= flagsIsRemote
	}
	return f
}

func spanKind(k trace.SpanKind) uint64 {
	switch k {
	case trace.SpanKindInternal:
		return 1
	case trace.SpanKindServer:
		return 2
	case trace.SpanKindClient:
		return 3
	case trace.SpanKindProducer:
		return 4
	case trace.SpanKindConsumer:
		return 5
	}
	return 0
}

func appendStatus(b []byte, s sdktrace.Status) []byte {
	var code uint64
	switch s.Code {
	case codes.Ok:
		code = 1
	case codes.Error:
		code = 2
	default:
		return b // unset, which a missing status means
	}
	b, mark := begin(b, 15)
	b = appendString(b, 2, s.Description)
	b = appendVarint(b, 3, code)
	return end(b, mark)
}

func nanoseconds(t time.Time) uint64 { return uint64(max(0, t.UnixNano())) }

// appendResource writes the fields of ResourceSpans but for its scope_spans.
func appendResource(b []byte, r *resource.Resource) []byte {
	b, mark := begin(b, 1)
	for i := r.Iter(); i.Next(); {
		b = appendAttribute(b, 1, i.Attribute())
	}
	b = end(b, mark)
	return appendString(b, 3, r.SchemaURL())
}

// appendScope writes the fields of ScopeSpans but for its spans.
func appendScope(b []byte, s instrumentation.Scope) []byte {
	b, mark := begin(b, 1)
	b = appendString(b, 1, s.Name)
	b = appendString(b, 2, s.Version)
	for i := s.Attributes.Iter(); i.Next(); {
		b = appendAttribute(b, 3, i.Attribute())
	}
	b = end(b, mark)
	return appendString(b, 3, s.SchemaURL)
}

func appendAttributes(b []byte, field int, attributes []attribute.KeyValue) []byte {
	for _, kv := range attributes {
		b = appendAttribute(b, field, kv)
	}
	return b
}

// appendAttribute writes a KeyValue.
func appendAttribute(b []byte, field int, kv attribute.KeyValue) []byte {
	b, mark := begin(b, field)
	b = appendString(b, 1, string(kv.Key))
	b = appendValue(b, 2, kv.Value)
	return end(b, mark)
}

// appendValue writes an AnyValue. One without a field is the empty value.
func appendValue(b []byte, field int, v attribute.Value) []byte {
	b, mark := begin(b, field)
	switch v.Type() {
	case attribute.STRING:
		b = appendOneofString(b, 1, v.AsString())
	case attribute.BOOL:
		b = appendBool(b, v.AsBool())
	case attribute.INT64:
		b = appendInt(b, v.AsInt64())
	case attribute.FLOAT64:
		b = appendFloat(b, v.AsFloat64())
	case attribute.BYTESLICE:
		b = appendBytes(b, 7, v.AsByteSlice())
	case attribute.MAP:
		var list int
		b, list = begin(b, 6)
		b = appendAttributes(b, 1, v.AsMap())
		b = end(b, list)
	case attribute.BOOLSLICE:
		b = appendArray(b, v.AsBoolSlice(), appendBool)
	case attribute.INT64SLICE:
		b = appendArray(b, v.AsInt64Slice(), appendInt)
	case attribute.FLOAT64SLICE:
		b = appendArray(b, v.AsFloat64Slice(), appendFloat)
	case attribute.STRINGSLICE:
		b = appendArray(b, v.AsStringSlice(), func(b []byte, s string) []byte { return appendOneofString(b, 1, s) })
	case attribute.SLICE:
		var array int
		b, array = begin(b, 5)
		for _, element := range v.AsSlice() {
			b = appendValue(b, 1, element)
		}
		b = end(b, array)
	}
	return end(b, mark)
}

// appendArray writes the array_value of an AnyValue.
func appendArray[T any](b []byte, values []T, appendElement func([]byte, T) []byte) []byte {
	b, array := begin(b, 5)
	for _, v := range values {
		var mark int
		b, mark = begin(b, 1)
		b = appendElement(b, v)
		b = end(b, mark)
	}
	return end(b, array)
}

func appendBool(b []byte, v bool) []byte {
	b = appendTag(b, 2, wireVarint)
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

func appendInt(b []byte, v int64) []byte {
	return binary.AppendUvarint(appendTag(b, 3, wireVarint), uint64(v))
}

func appendFloat(b []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(appendTag(b, 4, wireFixed64), math.Float64bits(v))
}
