package tracingaws_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingaws"
)

// recorder is a tracer provider that keeps spans: the SDK's would be a requirement of this module.
type recorder struct {
	noop.TracerProvider
	unsampled bool

	mu    sync.Mutex
	spans []*recordedSpan
}

type recordedTracer struct {
	noop.Tracer
	recorder *recorder
}

type recordedSpan struct {
	noop.Span
	recorder    *recorder
	sc          trace.SpanContext
	name        string
	kind        trace.SpanKind
	parent      trace.SpanID
	attributes  map[attribute.Key]attribute.Value
	status      codes.Code
	description string
	ended       int
}

func (r *recorder) Tracer(string, ...trace.TracerOption) trace.Tracer {
	return &recordedTracer{recorder: r}
}

func (t *recordedTracer) Start(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	r := t.recorder
	r.mu.Lock()
	defer r.mu.Unlock()
	c := trace.NewSpanStartConfig(opts...)
	parent := trace.SpanContextFromContext(ctx)
	var flags trace.TraceFlags
	config := trace.SpanContextConfig{TraceID: parent.TraceID(), TraceFlags: flags.WithSampled(!r.unsampled)}
	if !parent.IsValid() {
		config.TraceID = trace.TraceID{15: 0xee}
	}
	s := &recordedSpan{recorder: r, name: name, kind: c.SpanKind(), parent: parent.SpanID(), attributes: map[attribute.Key]attribute.Value{}}
	r.spans = append(r.spans, s)
	binary.BigEndian.PutUint64(config.SpanID[:], uint64(len(r.spans)))
	s.sc = trace.NewSpanContext(config)
	for _, kv := range c.Attributes() {
		s.attributes[kv.Key] = kv.Value
	}
	return trace.ContextWithSpan(ctx, s), s
}

func (s *recordedSpan) SpanContext() trace.SpanContext       { return s.sc }
func (s *recordedSpan) IsRecording() bool                    { return !s.recorder.unsampled }
func (s *recordedSpan) TracerProvider() trace.TracerProvider { return s.recorder }
func (s *recordedSpan) End(...trace.SpanEndOption)           { s.ended++ }
func (s *recordedSpan) SetStatus(c codes.Code, d string)     { s.status, s.description = c, d }
func (s *recordedSpan) SetAttributes(list ...attribute.KeyValue) {
	for _, kv := range list {
		s.attributes[kv.Key] = kv.Value
	}
}

// text is all that is told about a span.
func (s *recordedSpan) text() string {
	var b strings.Builder
	for k, v := range s.attributes {
		fmt.Fprintf(&b, "%s=%s\n", k, v.String())
	}
	return s.name + s.description + b.String()
}

// service stands for AWS: it answers every request with the next of its answers, and the last one for ever.
type service struct {
	answers []answer

	mu       sync.Mutex
	requests []*http.Request
}

type answer struct {
	status int
	header http.Header
	body   string
	err    error
}

func (s *service) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		io.Copy(io.Discard, r.Body)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := answer{status: 200, body: "{}"}
	if n := len(s.answers); n > 0 {
		a = s.answers[min(len(s.requests), n-1)]
	}
	s.requests = append(s.requests, r)
	if a.err != nil {
		return nil, a.err
	}
	h := a.header.Clone()
	if h == nil {
		h = http.Header{}
	}
	return &http.Response{StatusCode: a.status, Header: h, Body: io.NopCloser(strings.NewReader(a.body)), Request: r}, nil
}

func (s *service) config(opts ...tracingaws.Option) aws.Config {
	cfg := aws.Config{
		Region: "eu-west-1", HTTPClient: s, RetryMaxAttempts: 3,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	}
	cfg.APIOptions = append(cfg.APIOptions, tracingaws.Middleware(opts...))
	return cfg
}

// inSpan returns the context of a span of r, which is the first that it has.
func inSpan(t testing.TB, r *recorder) context.Context {
	t.Helper()
	ctx, _ := r.Tracer("").Start(t.Context(), "invocation")
	return ctx
}
