package tracingotlp_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/otlpreceiver"
)

// The variables of whoever runs the tests must not decide them.
func TestMain(m *testing.M) {
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "OTEL_") || strings.HasPrefix(name, "AWS_") {
			os.Unsetenv(name)
		}
	}
	os.Exit(m.Run())
}

// backend is a destination without a network, for bubbles of synctest.
type backend struct {
	receiver otlpreceiver.Receiver
	// answer decides about a request: nil takes it.
	answer func(n int, r *http.Request) (*http.Response, error)

	mu       sync.Mutex
	requests []*http.Request
}

func (b *backend) RoundTrip(r *http.Request) (*http.Response, error) {
	b.mu.Lock()
	b.requests = append(b.requests, r)
	n := len(b.requests)
	b.mu.Unlock()
	if b.answer != nil {
		if response, err := b.answer(n, r); response != nil || err != nil {
			return response, err
		}
	}
	w := newRecorder()
	b.receiver.ServeHTTP(w, r)
	return w.response(), nil
}

func (b *backend) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.requests)
}

type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newRecorder() *recorder { return &recorder{header: http.Header{}, status: 200} }

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }
func (r *recorder) response() *http.Response    { return answered(r.status, r.body.String(), r.header) }

func answered(status int, body string, header http.Header) *http.Response {
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}
}

func retryAfter(status int, after string) *http.Response {
	return answered(status, "", http.Header{"Retry-After": {after}})
}

// hang answers when the request's context ends.
func hang(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func (b *backend) provider(t testing.TB, opts ...tracingotlp.Option) *tracingotlp.Provider {
	t.Helper()
	p, err := tracingotlp.New(append([]tracingotlp.Option{
		tracingotlp.WithEndpoint("http://user:password@collector:4318?token=secret"), // of which nothing may be in an error
		tracingotlp.WithHTTPClient(&http.Client{Transport: b}),
		tracingotlp.WithHeader("x-api-key", "secret"),
	}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func record(p *tracingotlp.Provider, n int) {
	tracer := p.Tracer("test")
	for range n {
		_, span := tracer.Start(context.Background(), "work")
		span.End()
	}
}

// exportError returns the error as what it must be, and checks that it keeps its secrets.
func exportError(t testing.TB, err error) *tracingotlp.ExportError {
	t.Helper()
	e, ok := errors.AsType[*tracingotlp.ExportError](err)
	if !ok || !errors.Is(err, tracingotlp.ErrExport) {
		t.Fatalf("error %v, want an *ExportError", err)
	}
	if s := err.Error(); strings.Contains(s, "secret") || strings.Contains(s, "password") || strings.Contains(s, "user") {
		t.Errorf("a secret is in the error: %s", s)
	}
	return e
}

func names(stubs tracetest.SpanStubs) (list []string) {
	for _, s := range stubs {
		list = append(list, s.Name)
	}
	return list
}
