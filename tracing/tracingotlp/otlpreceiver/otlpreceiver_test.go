package otlpreceiver_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/otlpreceiver"
)

func request(t testing.TB, spans ...*tracepb.Span) []byte {
	t.Helper()
	b, err := proto.Marshal(&tracepb.TracesData{ResourceSpans: []*tracepb.ResourceSpans{{ScopeSpans: []*tracepb.ScopeSpans{{Spans: spans}}}}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func named(name string) *tracepb.Span {
	return &tracepb.Span{Name: name, TraceId: bytes.Repeat([]byte{1}, 16), SpanId: bytes.Repeat([]byte{2}, 8)}
}

func zipped(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	z.Close()
	return out.Bytes()
}

func TestServeHTTP(t *testing.T) {
	t.Parallel()
	good := request(t, named("a"), named("b"))
	const protobuf = "application/x-protobuf"
	for name, test := range map[string]struct {
		method, contentType, encoding string
		body                          []byte
		status, spans                 int
	}{
		"spans":              {"POST", protobuf, "", good, 200, 2},
		"charset":            {"POST", protobuf + "; charset=utf-8", "identity", good, 200, 2},
		"compressed":         {"POST", protobuf, "gzip", zipped(t, good), 200, 2},
		"empty":              {"POST", protobuf, "", nil, 200, 0},
		"GET":                {"GET", protobuf, "", good, 405, 0},
		"JSON":               {"POST", "application/json", "", []byte("{}"), 415, 0},
		"no type":            {"POST", "", "", good, 415, 0},
		"another encoding":   {"POST", protobuf, "zstd", good, 415, 0},
		"not compressed":     {"POST", protobuf, "gzip", good, 400, 0},
		"cut off":            {"POST", protobuf, "gzip", zipped(t, good)[:20], 400, 0},
		"no protobuf":        {"POST", protobuf, "", []byte("\xff\xff"), 400, 0},
		"short id":           {"POST", protobuf, "", request(t, named("a"), &tracepb.Span{TraceId: []byte{1}, SpanId: make([]byte, 8)}), 400, 0},
		"short parent":       {"POST", protobuf, "", request(t, &tracepb.Span{TraceId: make([]byte, 16), SpanId: make([]byte, 8), ParentSpanId: []byte{1}}), 400, 0},
		"bad state":          {"POST", protobuf, "", request(t, &tracepb.Span{TraceId: make([]byte, 16), SpanId: make([]byte, 8), TraceState: "="}), 400, 0},
		"bad link":           {"POST", protobuf, "", request(t, &tracepb.Span{TraceId: make([]byte, 16), SpanId: make([]byte, 8), Links: []*tracepb.Span_Link{{}}}), 400, 0},
		"larger when opened": {"POST", protobuf, "gzip", zipped(t, make([]byte, 20<<20+1)), 413, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r otlpreceiver.Receiver
			w, in := httptest.NewRecorder(), httptest.NewRequest(test.method, "/v1/traces", bytes.NewReader(test.body))
			in.Header.Set("Content-Type", test.contentType)
			in.Header.Set("Content-Encoding", test.encoding)
			r.ServeHTTP(w, in)
			taken := test.status == 200
			if w.Code != test.status || len(r.Spans()) != test.spans || (len(r.Errors()) == 0) != taken || (r.Requests() == 1) != taken {
				t.Errorf("status %d, %d spans, %d requests, %v", w.Code, len(r.Spans()), r.Requests(), r.Errors())
			}
			if test.status == 400 && test.encoding == "" && !strings.Contains(r.Errors()[0].Error(), "no OTLP traces") {
				t.Errorf("error %v", r.Errors())
			}
			r.Reset()
			if len(r.Spans()) != 0 || len(r.Errors()) != 0 || r.Requests() != 0 {
				t.Error("something is left after Reset")
			}
		})
	}
}

func TestWaitAndObserve(t *testing.T) {
	t.Parallel()
	observed := 0
	r := otlpreceiver.Receiver{Observe: func(spans tracetest.SpanStubs) { observed += len(spans) }}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if spans, err := r.Wait(ctx, 20); err != nil || len(spans) != 20 {
				t.Errorf("%d spans, %v", len(spans), err)
			}
		})
	}
	for range 10 {
		wg.Go(func() {
			in := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(request(t, named("a"), named("b"))))
			in.Header.Set("Content-Type", "application/x-protobuf")
			r.ServeHTTP(httptest.NewRecorder(), in)
		})
	}
	wg.Wait()
	if observed != 20 {
		t.Errorf("%d spans were observed", observed)
	}
	cancel()
	if spans, err := r.Wait(ctx, 21); !errors.Is(err, context.Canceled) || len(spans) != 20 {
		t.Errorf("%d spans, %v", len(spans), err)
	}
}

func TestServeUDP(t *testing.T) {
	t.Parallel()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var r otlpreceiver.Receiver
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- r.ServeUDP(ctx, conn) }()

	to, err := net.Dial("udp4", conn.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	const header = `{"format": "json", "version": 1}` + "\n"
	spans := base64.StdEncoding.EncodeToString(request(t, named("a")))
	for _, s := range []string{
		"", "nonsense", header, header + `{"name":"segment"}`, header + "T1S" + "!", header + "T1S" + base64.StdEncoding.EncodeToString([]byte{0xff}),
		strings.Replace(header, "1", "2", 1) + "T1S" + spans, header + "T1S" + spans, header + "T1U" + spans,
	} {
		if _, err := to.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	waiting, stop := context.WithTimeout(t.Context(), 10*time.Second)
	defer stop()
	if _, err := r.Wait(waiting, 2); err != nil {
		t.Error(err)
	}
	if n := len(r.Errors()); n != 7 {
		t.Errorf("%d errors: %v", n, r.Errors())
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	conn.Close()
	if err := r.ServeUDP(t.Context(), conn); !errors.Is(err, net.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(request(f, named("a")))
	f.Add([]byte{})
	f.Add([]byte("\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if spans, err := otlpreceiver.Decode(b); err != nil && (len(spans) > 0 || !strings.HasPrefix(err.Error(), "otlpreceiver: ")) {
			t.Errorf("%d spans beside %v", len(spans), err)
		}
	})
}
