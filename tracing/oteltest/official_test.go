package oteltest

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
)

// official keeps what OpenTelemetry's exporter would send.
type official struct{ data tracepb.TracesData }

func (o *official) Start(context.Context) error { return nil }
func (o *official) Stop(context.Context) error  { return nil }
func (o *official) UploadTraces(_ context.Context, spans []*tracepb.ResourceSpans) error {
	o.data.ResourceSpans = append(o.data.ResourceSpans, spans...)
	return nil
}

// Random spans, exported by both: what is sent must be the same message.
func TestAsTheOfficialExporter(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var got tracepb.TracesData
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				var request tracepb.TracesData
				if err == nil {
					err = proto.Unmarshal(body, &request)
				}
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				got.ResourceSpans = append(got.ResourceSpans, request.ResourceSpans...)
			}))
			defer server.Close()
			client := &official{}
			exporter, err := otlptrace.New(t.Context(), client)
			if err != nil {
				t.Fatal(err)
			}
			limits := sdktrace.NewSpanLimits()
			limits.AttributeCountLimit, limits.EventCountLimit, limits.LinkCountLimit = 8, 4, 4 // so that something is dropped
			limits.AttributePerEventCountLimit, limits.AttributePerLinkCountLimit = 2, 2
			p, err := tracingotlp.New(tracingotlp.WithEndpoint(server.URL), tracingotlp.WithSDK(
				sdktrace.WithSyncer(exporter), sdktrace.WithRawSpanLimits(limits),
			))
			if err != nil {
				t.Fatal(err)
			}
			draw(p, rand.New(rand.NewPCG(seed, 0)))
			if err := p.ForceFlush(t.Context()); err != nil {
				t.Fatal(err)
			}
			mu.Lock()
			defer mu.Unlock()
			a, b := byID(&got), byID(&client.data)
			if len(a) != len(b) || len(a) < 30 {
				t.Fatalf("%d spans, and %d by the official exporter", len(a), len(b))
			}
			for id, want := range b {
				if !proto.Equal(a[id], want) {
					t.Errorf("\n got %s\nwant %s", prototext.Format(a[id]), prototext.Format(want))
				}
			}
		})
	}
}

// byID makes messages of one span each, with what the two exporters write in different ways that mean the same: the official
// one writes a status that is unset, and leaves the trace state of links out.
func byID(data *tracepb.TracesData) map[string]*tracepb.ResourceSpans {
	out := map[string]*tracepb.ResourceSpans{}
	for _, rs := range data.ResourceSpans {
		for _, ss := range rs.ScopeSpans {
			for _, s := range ss.Spans {
				if proto.Size(s.Status) == 0 {
					s.Status = nil
				}
				for _, l := range s.Links {
					l.TraceState = ""
				}
				out[string(s.SpanId)] = &tracepb.ResourceSpans{
					Resource: rs.Resource, SchemaUrl: rs.SchemaUrl,
					ScopeSpans: []*tracepb.ScopeSpans{{Scope: ss.Scope, SchemaUrl: ss.SchemaUrl, Spans: []*tracepb.Span{s}}},
				}
			}
		}
	}
	return out
}

// draw makes a tree of spans that have everything in some mixture.
func draw(p trace.TracerProvider, r *rand.Rand) {
	tracers := []trace.Tracer{
		p.Tracer("a"), p.Tracer("b", trace.WithInstrumentationVersion("v1"), trace.WithSchemaURL("https://example.com/b")),
		p.Tracer("c", trace.WithInstrumentationAttributes(attribute.Bool("x", true), attribute.StringSlice("y", []string{"z"}))),
	}
	state, _ := trace.ParseTraceState("vendor=x,other=y")
	remote := func() trace.SpanContext {
		return trace.NewSpanContext(trace.SpanContextConfig{
			TraceID: trace.TraceID{byte(1 + r.IntN(200))}, SpanID: trace.SpanID{byte(1 + r.IntN(200))},
			TraceFlags: trace.FlagsSampled, TraceState: state, Remote: r.IntN(2) == 0,
		})
	}
	contexts := []context.Context{context.Background(), trace.ContextWithRemoteSpanContext(context.Background(), remote())}
	for range 30 + r.IntN(30) {
		opts := []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKind(r.IntN(6))), trace.WithAttributes(attributes(r, 4)...)}
		for range r.IntN(7) {
			opts = append(opts, trace.WithLinks(trace.Link{SpanContext: remote(), Attributes: attributes(r, 4)}))
		}
		ctx, s := tracers[r.IntN(len(tracers))].Start(contexts[r.IntN(len(contexts))], text(r), opts...)
		contexts = append(contexts, ctx)
		s.SetAttributes(attributes(r, 8)...)
		for range r.IntN(7) {
			s.AddEvent(text(r), trace.WithAttributes(attributes(r, 4)...), trace.WithTimestamp(time.Unix(r.Int64N(1<<33), r.Int64N(1e9))))
		}
		s.SetStatus(codes.Code(r.IntN(3)), text(r))
		s.End()
	}
}

func attributes(r *rand.Rand, most int) (list []attribute.KeyValue) {
	for i := range r.IntN(most + 1) {
		key := fmt.Sprint(text(r), i)
		n, f := r.Int64()-r.Int64(), r.NormFloat64()
		values := []attribute.KeyValue{
			attribute.String(key, text(r)), attribute.Bool(key, n%2 == 0), attribute.Int64(key, n), attribute.Float64(key, f),
			attribute.StringSlice(key, []string{text(r), text(r)}), attribute.BoolSlice(key, []bool{true, false}),
			attribute.Int64Slice(key, []int64{n, 0}), attribute.Float64Slice(key, []float64{f, 0}), attribute.StringSlice(key, nil),
			attribute.ByteSlice(key, []byte(text(r))), attribute.Slice(key, attribute.IntValue(1), attribute.StringValue(text(r)), attribute.Value{}),
			attribute.Map(key, attribute.String("k", text(r)), attribute.Map("m", attribute.Float64("f", f))),
		}
		list = append(list, values[r.IntN(len(values))])
	}
	return list
}

func text(r *rand.Rand) string {
	return strings.Repeat(slices.Concat([]string{""}, strings.Split("a é \u2028 \U0001F600 orders.process", " "))[r.IntN(6)], 1+r.IntN(40))
}
