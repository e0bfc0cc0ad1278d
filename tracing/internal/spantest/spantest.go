// Package spantest records spans in tests that may use OpenTelemetry's API alone: the SDK, required by a test here, would reach the
// go.sum of everyone who uses the library. Tests that need the SDK's own behaviour are in module tracingotlp.
package spantest

import (
	"context"
	"encoding/binary"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/embedded"
)

// Recorder is a tracer provider that records every span, in the order of starting. The zero value is ready for use and samples all
// spans whose parent does not say otherwise. Safe for concurrent use.
type Recorder struct {
	embedded.TracerProvider

	// Unsampled makes all spans non-recording and unsampled. They still have ids.
	Unsampled bool

	ids   atomic.Uint64
	mu    sync.Mutex
	spans []*Span
}

// Tracer returns a tracer that records into r.
func (r *Recorder) Tracer(name string, opts ...trace.TracerOption) trace.Tracer {
	c := trace.NewTracerConfig(opts...)
	return &tracer{recorder: r, scope: name, version: c.InstrumentationVersion()}
}

// Spans returns what was recorded, the first started first.
func (r *Recorder) Spans() []*Span {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.spans)
}

// Reset forgets what was recorded.
func (r *Recorder) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spans = nil
}

type tracer struct {
	embedded.Tracer
	recorder       *Recorder
	scope, version string
}

func (t *tracer) Start(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	c := trace.NewSpanStartConfig(opts...)
	parent := trace.SpanContextFromContext(ctx)
	if c.NewRoot() {
		parent = trace.SpanContext{}
	}
	var id trace.SpanID
	n := t.recorder.ids.Add(1)
	binary.BigEndian.PutUint64(id[:], n)
	traceID := parent.TraceID()
	if !traceID.IsValid() { // as the SDK does: an id of a trace alone is no parent, and yet kept
		binary.BigEndian.PutUint64(traceID[:8], 0x7e57)
		binary.BigEndian.PutUint64(traceID[8:], n)
	}
	sampled := !t.recorder.Unsampled && (!parent.IsValid() || parent.IsSampled())
	sc := trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: traceID, SpanID: id, TraceFlags: trace.TraceFlags(0).WithSampled(sampled), TraceState: parent.TraceState(),
	})
	s := &Span{
		provider: t.recorder, Scope: t.scope, ScopeVersion: t.version, Name: name, Kind: c.SpanKind(), Parent: parent, Context: sc,
		Links: slices.Clone(c.Links()), Start: c.Timestamp(), recording: sampled,
	}
	if s.Start.IsZero() {
		s.Start = time.Now()
	}
	s.SetAttributes(c.Attributes()...)
	if sampled {
		t.recorder.mu.Lock()
		t.recorder.spans = append(t.recorder.spans, s)
		t.recorder.mu.Unlock()
	}
	return trace.ContextWithSpan(ctx, s), s
}

// Span is a span that was recorded. Read its fields when it has ended.
type Span struct {
	embedded.Span
	provider  *Recorder
	recording bool

	mu                  sync.Mutex
	Scope, ScopeVersion string
	Name                string
	Kind                trace.SpanKind
	Parent, Context     trace.SpanContext
	Links               []trace.Link
	Attributes          map[attribute.Key]attribute.Value
	Events              []string
	EventAttributes     []map[attribute.Key]attribute.Value // one for each of Events
	Code                codes.Code
	Description         string
	Start, Stop         time.Time
	// Ends is how often End was called: 1 for a span that is right.
	Ends int
}

// End ends the span.
func (s *Span) End(opts ...trace.SpanEndOption) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Ends++
	c := trace.NewSpanEndConfig(opts...)
	s.Stop = c.Timestamp()
	if s.Stop.IsZero() {
		s.Stop = time.Now()
	}
}

// AddEvent records the event's name and attributes.
func (s *Span) AddEvent(name string, opts ...trace.EventOption) {
	c := trace.NewEventConfig(opts...)
	attributes := map[attribute.Key]attribute.Value{}
	for _, a := range c.Attributes() {
		attributes[a.Key] = a.Value
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Events = append(s.Events, name)
	s.EventAttributes = append(s.EventAttributes, attributes)
}

// AddLink adds a link.
func (s *Span) AddLink(l trace.Link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Links = append(s.Links, l)
}

// IsRecording says whether the span is sampled and has not ended.
func (s *Span) IsRecording() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.recording && s.Ends == 0
}

// RecordError records an event.
func (s *Span) RecordError(error, ...trace.EventOption) { s.AddEvent("exception") }

// SpanContext returns the span's own context.
func (s *Span) SpanContext() trace.SpanContext { return s.Context }

// SetStatus sets the status, but not from Ok to something else.
func (s *Span) SetStatus(code codes.Code, description string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Ends > 0 || s.Code > code {
		return
	}
	s.Code, s.Description = code, ""
	if code == codes.Error {
		s.Description = description
	}
}

// SetName sets the name.
func (s *Span) SetName(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Ends == 0 {
		s.Name = name
	}
}

// SetAttributes sets attributes, unless the span has ended.
func (s *Span) SetAttributes(attrs ...attribute.KeyValue) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Ends > 0 {
		return
	}
	if s.Attributes == nil {
		s.Attributes = map[attribute.Key]attribute.Value{}
	}
	for _, a := range attrs {
		s.Attributes[a.Key] = a.Value
	}
}

// TracerProvider returns the recorder.
func (s *Span) TracerProvider() trace.TracerProvider { return s.provider }

// Attribute returns an attribute's value as text, or an empty text.
func (s *Span) Attribute(key string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok := s.Attributes[attribute.Key(key)]; ok {
		return v.String()
	}
	return ""
}
