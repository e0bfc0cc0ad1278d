package otlpreceiver

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"sync"

	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

const (
	// maxBody is what a request may have after decompression: as much as a collector takes.
	maxBody = 20 << 20
	// maxErrors is how many errors are kept.
	maxErrors = 100
)

// Receiver collects spans. As an http.Handler it takes OTLP over HTTP on any path; [Receiver.ServeUDP] takes what goes to an
// X-Ray daemon. The zero value is ready, and safe for concurrent use.
type Receiver struct {
	// Observe is called with the spans of each request before it is answered, by one goroutine at a time. It must not be
	// changed once the receiver is in use. Defaults to nothing.
	Observe func(tracetest.SpanStubs)
	// Keep bounds the spans that are kept: what comes beyond it drops the oldest. It must not be changed once the receiver is in
	// use. Defaults to 0, which keeps all.
	Keep int

	observing sync.Mutex

	mu       sync.Mutex
	spans    tracetest.SpanStubs
	requests int
	errs     []error
	changed  chan struct{} // closed when spans come; nil if nobody waits
}

// Spans returns the spans received so far, or the last ones of Keep, in the order in which they came.
func (r *Receiver) Spans() tracetest.SpanStubs {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.spans)
}

// Requests returns how many requests and datagrams were taken.
func (r *Receiver) Requests() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.requests
}

// Errors returns why requests and datagrams were not taken, the first 100.
func (r *Receiver) Errors() []error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.errs)
}

// Reset forgets everything.
func (r *Receiver) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spans, r.requests, r.errs = nil, 0, nil
}

// Wait returns the spans when at least n of them are kept, or those that there are and the context's cause when it ends.
func (r *Receiver) Wait(ctx context.Context, n int) (tracetest.SpanStubs, error) {
	for {
		r.mu.Lock()
		spans := slices.Clone(r.spans)
		if r.changed == nil {
			r.changed = make(chan struct{})
		}
		changed := r.changed
		r.mu.Unlock()
		if len(spans) >= n {
			return spans, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return spans, fmt.Errorf("otlpreceiver: %d of %d spans came: %w", len(spans), n, context.Cause(ctx))
		}
	}
}

// ServeHTTP takes an export request.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	status, err := r.serve(request)
	if err != nil {
		r.fail(err)
		http.Error(w, err.Error(), status)
		return
	}
	w.Header().Set("Content-Type", "application/x-protobuf") // of an empty message, which is a full success
	w.WriteHeader(status)
}

func (r *Receiver) serve(request *http.Request) (status int, _ error) {
	if request.Method != http.MethodPost {
		return http.StatusMethodNotAllowed, fmt.Errorf("otlpreceiver: method %s, want POST", request.Method)
	}
	if t, _, err := mime.ParseMediaType(request.Header.Get("Content-Type")); err != nil || t != "application/x-protobuf" {
		return http.StatusUnsupportedMediaType, fmt.Errorf("otlpreceiver: content type %q, want application/x-protobuf", t)
	}
	var body io.Reader = request.Body
	switch encoding := request.Header.Get("Content-Encoding"); encoding {
	case "", "identity":
	case "gzip":
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			return http.StatusBadRequest, fmt.Errorf("otlpreceiver: gzip: %w", err)
		}
		body = unzipped
	default:
		return http.StatusUnsupportedMediaType, fmt.Errorf("otlpreceiver: content encoding %q, want gzip or none", encoding)
	}
	b, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	if err != nil {
		return http.StatusBadRequest, fmt.Errorf("otlpreceiver: body: %w", err)
	}
	if len(b) > maxBody {
		return http.StatusRequestEntityTooLarge, fmt.Errorf("otlpreceiver: the body has more than %d bytes", maxBody)
	}
	spans, err := Decode(b)
	if err != nil {
		return http.StatusBadRequest, err
	}
	r.take(spans)
	return http.StatusOK, nil
}

func (r *Receiver) take(spans tracetest.SpanStubs) {
	r.mu.Lock()
	r.requests++
	r.spans = append(r.spans, spans...)
	if over := len(r.spans) - r.Keep; r.Keep > 0 && over > 0 {
		r.spans = slices.Delete(r.spans, 0, over)
	}
	changed := r.changed
	r.changed = nil
	r.mu.Unlock()
	if r.Observe != nil {
		r.observing.Lock()
		defer r.observing.Unlock()
		r.Observe(spans)
	}
	if changed != nil {
		close(changed)
	}
}

func (r *Receiver) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.errs) < maxErrors {
		r.errs = append(r.errs, err)
	}
}
