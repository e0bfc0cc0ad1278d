package tracingotlp_test

import (
	"context"
	"net"
	"net/http/httptest"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/otlpreceiver"
)

// BenchmarkFlush asks what an invocation pays at its end: for 11 spans, as one with a batch of ten messages has, to a server
// on loopback and as a datagram, and with nothing recorded. The SDK's share of it, which starts and ends the spans and drops
// them, is "record only".
func BenchmarkFlush(b *testing.B) {
	newProvider := func(b *testing.B, opts ...tracingotlp.Option) *tracingotlp.Provider {
		p, err := tracingotlp.New(opts...)
		if err != nil {
			b.Fatal(err)
		}
		return p
	}
	flush := func(b *testing.B, p *tracingotlp.Provider, spans int, reset func()) {
		b.ReportAllocs()
		for b.Loop() {
			record(p, spans)
			if err := p.ForceFlush(context.Background()); err != nil {
				b.Fatal(err)
			}
			reset()
		}
	}
	b.Run("record only", func(b *testing.B) {
		b.Setenv("OTEL_TRACES_EXPORTER", "none")
		flush(b, newProvider(b), 11, func() {})
	})
	b.Run("HTTP", func(b *testing.B) {
		var r otlpreceiver.Receiver
		server := httptest.NewServer(&r)
		defer server.Close()
		flush(b, newProvider(b, tracingotlp.WithEndpoint(server.URL)), 11, r.Reset)
	})
	b.Run("HTTP, gzip", func(b *testing.B) {
		var r otlpreceiver.Receiver
		server := httptest.NewServer(&r)
		defer server.Close()
		flush(b, newProvider(b, tracingotlp.WithEndpoint(server.URL), tracingotlp.WithGzip()), 11, r.Reset)
	})
	b.Run("UDP", func(b *testing.B) {
		conn, err := net.ListenPacket("udp4", "127.0.0.1:0") // nobody reads: the kernel drops what does not fit
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close()
		flush(b, newProvider(b, tracingotlp.WithXRayDaemon(conn.LocalAddr().String())), 11, func() {})
	})
	b.Run("nothing recorded", func(b *testing.B) {
		flush(b, newProvider(b, tracingotlp.WithXRayDaemon("127.0.0.1:2000")), 0, func() {})
	})
}

// BenchmarkProcessor asks what ending a span costs the function: with the queue of this package and with the SDK's batch
// processor, neither of which sends here.
func BenchmarkProcessor(b *testing.B) {
	b.Run("queue", func(b *testing.B) {
		p := (&backend{}).provider(b, tracingotlp.WithQueue(400))
		b.ReportAllocs()
		for b.Loop() {
			record(p, 1)
		}
	})
	b.Run("batch processor", func(b *testing.B) {
		sdk := sdktrace.NewTracerProvider(sdktrace.WithBatcher(tracetest.NewNoopExporter()))
		defer sdk.Shutdown(context.Background())
		p := &tracingotlp.Provider{TracerProvider: sdk}
		b.ReportAllocs()
		for b.Loop() {
			record(p, 1)
		}
	})
}
