package tracingotlp

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/otlpreceiver"
)

var testScope = instrumentation.Scope{
	Name: "scope", Version: "v1.2.3", SchemaURL: "https://example.com/scope",
	Attributes: attribute.NewSet(attribute.String("a", "b")),
}

func spanContext(trace16, span8 byte, state string, flags trace.TraceFlags, remote bool) trace.SpanContext {
	ts, err := trace.ParseTraceState(state)
	if err != nil {
		panic(err)
	}
	return trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{15: trace16}, SpanID: trace.SpanID{7: span8}, TraceState: ts, TraceFlags: flags, Remote: remote,
	})
}

// fullSpan has everything that a span can have.
func fullSpan() tracetest.SpanStub {
	at := time.Unix(1_700_000_000, 123_456_789)
	return tracetest.SpanStub{
		Name:        "process orders",
		SpanContext: spanContext(1, 2, "vendor=x,other=y", trace.FlagsSampled, false),
		Parent:      spanContext(1, 3, "", trace.FlagsSampled, true),
		SpanKind:    trace.SpanKindConsumer,
		StartTime:   at,
		EndTime:     at.Add(time.Second),
		Attributes: []attribute.KeyValue{
			attribute.String("string", "é\u2028"), attribute.String("empty", ""), attribute.Bool("true", true), attribute.Bool("false", false),
			attribute.Int64("min", math.MinInt64), attribute.Int64("max", math.MaxInt64), attribute.Int("zero", 0),
			attribute.Float64("float", 1.5), attribute.Float64("inf", math.Inf(-1)), attribute.Float64("zero float", 0),
			attribute.StringSlice("strings", []string{"a", "", strings.Repeat("b", 300)}), attribute.BoolSlice("bools", []bool{true, false}),
			attribute.Int64Slice("ints", []int64{0, -1, 1 << 53}), attribute.Float64Slice("floats", []float64{0, 2.5}),
			attribute.ByteSlice("bytes", []byte{0, 0xff}),
			attribute.Slice("mixed", attribute.IntValue(1), attribute.StringValue("x"), attribute.Value{}),
			attribute.Slice("nested", attribute.SliceValue(attribute.BoolValue(true), attribute.Value{}), attribute.MapValue(attribute.Int("k", 1))),
			attribute.Map("map", attribute.String("k", "v"), attribute.Map("deeper", attribute.Bool("b", true))),
			{Key: "none"},
		},
		Events: []sdktrace.Event{
			{Name: "exception", Time: at.Add(1), Attributes: []attribute.KeyValue{attribute.String("exception.type", "*x.E")}, DroppedAttributeCount: 4},
			{Name: "", Time: at.Add(2)},
		},
		Links: []sdktrace.Link{
			{SpanContext: spanContext(4, 5, "v=1", trace.FlagsSampled, true), Attributes: []attribute.KeyValue{attribute.String("messaging.message.id", "m-1")}, DroppedAttributeCount: 6},
			{SpanContext: spanContext(7, 8, "", 0, false)},
		},
		Status:               sdktrace.Status{Code: codes.Error, Description: "out of stock"},
		DroppedAttributes:    9,
		DroppedEvents:        10,
		DroppedLinks:         11,
		Resource:             resource.NewWithAttributes("https://example.com/resource", attribute.String("faas.name", "orders"), attribute.Int("faas.max_memory", 128<<20)),
		InstrumentationScope: testScope,
	}
}

func encode(t testing.TB, limit int, stubs ...tracetest.SpanStub) (bodies [][]byte, tooLarge int) {
	t.Helper()
	r := requests{maxBytes: limit}
	total := 0
	tooLarge = r.encode(tracetest.SpanStubs(stubs).Snapshots(), func(body []byte, spans []sdktrace.ReadOnlySpan) {
		if len(body) > limit {
			t.Errorf("a request of %d bytes, and %d are allowed", len(body), limit)
		}
		bodies = append(bodies, bytes.Clone(body))
		total += len(spans)
	})
	if total+tooLarge != len(stubs) {
		t.Errorf("%d spans in requests and %d too large, of %d", total, tooLarge, len(stubs))
	}
	return bodies, tooLarge
}

func decode(t testing.TB, bodies ...[]byte) (all tracetest.SpanStubs) {
	t.Helper()
	for _, b := range bodies {
		stubs, err := otlpreceiver.Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, stubs...)
	}
	return all
}

// same compares what was sent with what came, but for the parts of a parent that OTLP does not have.
func same(t *testing.T, got, want tracetest.SpanStub) {
	t.Helper()
	want.ChildSpanCount = 0
	want.Parent = want.Parent.WithTraceState(trace.TraceState{})
	if !got.Resource.Equal(want.Resource) || got.Resource.SchemaURL() != want.Resource.SchemaURL() {
		t.Errorf("resource %v, want %v", got.Resource, want.Resource)
	}
	got.Resource, want.Resource = nil, nil
	if !got.StartTime.Equal(want.StartTime) || !got.EndTime.Equal(want.EndTime) {
		t.Errorf("from %v to %v, want %v to %v", got.StartTime, got.EndTime, want.StartTime, want.EndTime)
	}
	got.StartTime, got.EndTime, want.StartTime, want.EndTime = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w || !reflect.DeepEqual(got.Attributes, want.Attributes) {
		t.Errorf("\n got %s\nwant %s", g, w)
	}
}

func TestSpanArrivesWhole(t *testing.T) {
	t.Parallel()
	bodies, _ := encode(t, 1<<20, fullSpan())
	stubs := decode(t, bodies...)
	if len(stubs) != 1 {
		t.Fatalf("%d spans", len(stubs))
	}
	same(t, stubs[0], fullSpan())
}

// The generated code, given the same message, must make as many bytes: then nothing is there that it does not know.
func TestNothingUnknown(t *testing.T) {
	t.Parallel()
	second := fullSpan()
	second.InstrumentationScope = instrumentation.Scope{Name: "other"}
	bodies, _ := encode(t, 1<<20, fullSpan(), second, fullSpan())
	var data tracepb.TracesData
	if err := proto.Unmarshal(bodies[0], &data); err != nil {
		t.Fatal(err)
	}
	if n := proto.Size(&data); n != len(bodies[0]) {
		t.Errorf("%d bytes, and protobuf makes %d of them", len(bodies[0]), n)
	}
	if rs := data.ResourceSpans; len(rs) != 1 || len(rs[0].ScopeSpans) != 2 || len(rs[0].ScopeSpans[0].Spans) != 2 {
		t.Errorf("spans of one resource and two scopes are grouped otherwise: %v", &data)
	}
	if b, err := proto.Marshal(&data); err != nil || len(b) != len(bodies[0]) {
		t.Errorf("%d bytes, %v", len(b), err)
	}
}

func TestKindsAndStatus(t *testing.T) {
	t.Parallel()
	for _, k := range []trace.SpanKind{trace.SpanKindUnspecified, trace.SpanKindInternal, trace.SpanKindServer, trace.SpanKindClient, trace.SpanKindProducer, trace.SpanKindConsumer} {
		for _, s := range []sdktrace.Status{{}, {Code: codes.Ok}, {Code: codes.Error}, {Code: codes.Error, Description: "é"}} {
			for _, parent := range []trace.SpanContext{{}, spanContext(1, 9, "", 0, false), spanContext(1, 9, "", 0, true)} {
				in := tracetest.SpanStub{
					Name: "n", SpanContext: spanContext(1, 2, "", trace.FlagsSampled, false), Parent: parent, SpanKind: k, Status: s,
					Resource: resource.Empty(), StartTime: time.Unix(1, 0), EndTime: time.Unix(2, 0),
				}
				bodies, _ := encode(t, 1<<20, in)
				out := decode(t, bodies...)[0]
				if out.SpanKind != k || out.Status != s || out.Parent.SpanID() != parent.SpanID() || out.Parent.IsRemote() != parent.IsRemote() {
					t.Errorf("kind %v, status %v, parent %v came as %+v", k, s, parent, out)
				}
			}
		}
	}
}

// One byte that is no UTF-8 would make the receiver refuse the whole request.
func TestInvalidUTF8(t *testing.T) {
	t.Parallel()
	in := fullSpan()
	in.Name = "a\xffb"
	in.Status.Description = "\xc3"
	in.Attributes = []attribute.KeyValue{attribute.String("k\xff", "v\xff"), attribute.StringSlice("s", []string{"\xff"})}
	bodies, _ := encode(t, 1<<20, in)
	out := decode(t, bodies...)[0]
	if out.Name != "a\uFFFDb" || out.Status.Description != "\uFFFD" || out.Attributes[0].Value.AsString() != "v\uFFFD" || out.Attributes[1].Value.AsStringSlice()[0] != "\uFFFD" {
		t.Errorf("came as %+v", out)
	}
}

func TestRequestsAreCut(t *testing.T) {
	t.Parallel()
	var in []tracetest.SpanStub
	for i := range 300 {
		s := fullSpan()
		s.Name = fmt.Sprint(i)
		s.Attributes = []attribute.KeyValue{attribute.String("pad", strings.Repeat("x", i*7))}
		s.InstrumentationScope.Name = fmt.Sprint("scope ", i%3)
		if i%5 == 0 {
			s.Resource = resource.NewSchemaless(attribute.String("faas.name", "another"))
		}
		in = append(in, s)
	}
	large := fullSpan()
	large.Attributes = []attribute.KeyValue{attribute.String("pad", strings.Repeat("x", 8000))}
	in = append(in[:150], append([]tracetest.SpanStub{large}, in[150:]...)...)

	for _, limit := range []int{3000, 3001, 4096, 5000} {
		bodies, tooLarge := encode(t, limit, in...)
		if tooLarge != 1 {
			t.Fatalf("limit %d: %d too large", limit, tooLarge)
		}
		if len(bodies) < 300*1000/limit {
			t.Errorf("limit %d: %d requests", limit, len(bodies))
		}
		byName := map[string]tracetest.SpanStub{}
		for _, s := range decode(t, bodies...) {
			if _, twice := byName[s.Name]; twice {
				t.Errorf("%s is there twice", s.Name)
			}
			byName[s.Name] = s
		}
		for i, s := range in {
			if i == 150 {
				continue
			}
			same(t, byName[s.Name], s)
		}
	}
}

// Requests are as full as they can be: no more than one span's room is left.
func TestRequestsAreFull(t *testing.T) {
	t.Parallel()
	in := make([]tracetest.SpanStub, 1000)
	for i := range in {
		in[i] = fullSpan()
	}
	one, _ := encode(t, 1<<20, in[0])
	limit := 40_000
	bodies, _ := encode(t, limit, in...)
	for _, b := range bodies[:len(bodies)-1] {
		if left := limit - len(b); left > len(one[0]) {
			t.Errorf("%d bytes are left, and a span takes %d with everything", left, len(one[0]))
		}
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	in := fullSpan()
	in.DroppedAttributes, in.DroppedLinks = -1, math.MaxInt
	in.StartTime = time.Unix(-1, 0)
	bodies, _ := encode(t, 1<<20, in)
	out := decode(t, bodies...)[0]
	if out.DroppedAttributes != 0 || out.DroppedLinks != math.MaxUint32 || out.StartTime.UnixNano() != 0 {
		t.Errorf("came as %+v", out)
	}
}

func FuzzSpan(f *testing.F) {
	f.Add("name", "key", "value", "description", int64(1), 2.5, uint16(200))
	f.Add("\xff", "", "\x00", "\xed\xa0\x80", int64(-1), math.Inf(1), uint16(20_000))
	f.Fuzz(func(t *testing.T, name, key, text, description string, n int64, x float64, limit uint16) {
		in := fullSpan()
		in.Name, in.Status.Description = name, description
		in.Attributes = append(in.Attributes, attribute.String(key, text), attribute.Int64(key, n), attribute.Float64(key, x),
			attribute.StringSlice(text, []string{key, text}), attribute.ByteSlice("b", []byte(text)))
		bodies, tooLarge := encode(t, int(limit), in, in, fullSpan())
		if out := decode(t, bodies...); len(out) != 3-tooLarge {
			t.Errorf("%d spans came, and %d of 3 were too large", len(out), tooLarge)
		}
	})
}

func FuzzRejectedSpans(f *testing.F) {
	for _, s := range []string{"", "\x0a\x02\x08\x05", "\x0a\x07\x08\x05\x12\x03abc", "\x0a\xff", "\x08\x01", "\x0d\x01\x02\x03\x04\x0a\x02\x08\x01"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if n, _ := rejectedSpans(b); n < 0 {
			t.Errorf("%d spans were rejected", n)
		}
	})
}
