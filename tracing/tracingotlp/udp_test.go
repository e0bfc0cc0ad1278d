package tracingotlp_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/otlpreceiver"
)

// daemon runs a receiver on a free port until the test ends.
func daemon(t testing.TB) (*otlpreceiver.Receiver, string) {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.UDPConn).SetReadBuffer(4 << 20); err != nil {
		t.Fatal(err)
	}
	receiver := &otlpreceiver.Receiver{}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- receiver.ServeUDP(ctx, conn) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		conn.Close()
	})
	return receiver, conn.LocalAddr().String()
}

func wait(t testing.TB, r *otlpreceiver.Receiver, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := r.Wait(ctx, n); err != nil {
		t.Fatal(err, r.Errors())
	}
}

func TestXRayDaemon(t *testing.T) {
	t.Parallel()
	receiver, address := daemon(t)
	p, err := tracingotlp.New(tracingotlp.WithXRayDaemon("tcp:127.0.0.1:1 udp:" + address))
	if err != nil {
		t.Fatal(err)
	}
	// 100 spans of 5 KB take several datagrams, and one of 60 KB none.
	tracer := p.Tracer("t")
	for i := range 100 {
		size := 5000
		if i == 50 {
			size = 60_000
		}
		_, s := tracer.Start(t.Context(), fmt.Sprint(i), trace.WithAttributes(attribute.String("pad", strings.Repeat("x", size))))
		s.End()
	}
	e := exportError(t, p.ForceFlush(t.Context()))
	if e.Lost != 1 || e.Kept != 0 || !strings.Contains(e.Reason, "larger") || e.Destination != "udp://"+address {
		t.Errorf("error %+v", e)
	}
	wait(t, receiver, 99)
	if n := receiver.Requests(); n < 11 || n > 13 {
		t.Errorf("%d datagrams for 500 KB", n)
	}
	if s := p.Stats(); s != (tracingotlp.Stats{Exported: 99, TooLarge: 1}) {
		t.Errorf("stats %+v", s)
	}
	if errs := receiver.Errors(); len(errs) > 0 {
		t.Error(errs)
	}
	if err := p.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// Nobody listens: that is told by the kernel with the datagram after, or never.
func TestNoDaemon(t *testing.T) {
	t.Parallel()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := conn.LocalAddr().String()
	p, err := tracingotlp.New(tracingotlp.WithXRayDaemon(address))
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	for range 3 {
		record(p, 1)
		if err := p.ForceFlush(t.Context()); err != nil {
			t.Error(err)
		}
	}
	// One that comes back is reached by the next datagram, in spite of the error that waits on the socket.
	conn, err = net.ListenPacket("udp4", address)
	if err != nil {
		t.Skip("the port is taken:", err)
	}
	defer conn.Close()
	record(p, 1)
	if err := p.ForceFlush(t.Context()); err != nil {
		t.Fatal(err)
	}
	conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	b := make([]byte, 1<<16)
	n, _, err := conn.ReadFrom(b)
	if err != nil || !strings.HasPrefix(string(b[:n]), `{"format":"json","version":1}`+"\nT1S") {
		t.Errorf("got %q, %v", b[:n], err)
	}
}
