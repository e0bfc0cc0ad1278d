package coldstart

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net/http/httptrace"
	"sync"
	"time"
)

// Connection is how long the steps of opening a connection took. Steps that were not needed are 0. With a proxy, they are
// those of the connection to it.
type Connection struct {
	// Lookup is the look-up of the host's name.
	Lookup time.Duration
	// Dial is the TCP handshake, with all the addresses that were tried.
	Dial time.Duration
	// TLS is the TLS handshake.
	TLS time.Duration
	// Answer is from the connection to the first byte of the answer to the request that was sent on it.
	Answer time.Duration
}

func (c Connection) logValue() slog.Value {
	return slog.GroupValue(
		slog.Float64("lookup_ms", milliseconds(c.Lookup)),
		slog.Float64("dial_ms", milliseconds(c.Dial)),
		slog.Float64("tls_ms", milliseconds(c.TLS)),
		slog.Float64("answer_ms", milliseconds(c.Answer)),
	)
}

// stopwatch takes a task's Connection. Run gives it to the task in its context.
type stopwatch struct {
	mu         sync.Mutex
	connection Connection
}

type stopwatchKey struct{}

func (s *stopwatch) read() Connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connection
}

// traced returns a context under which the steps of one request are measured, if somebody wants to know.
func traced(ctx context.Context) context.Context {
	s, ok := ctx.Value(stopwatchKey{}).(*stopwatch)
	if !ok {
		return ctx
	}
	var lookup, dial, handshake, ready time.Time
	begin := func(t *time.Time) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if t.IsZero() { // several addresses are dialled, some at the same time
			*t = time.Now()
		}
	}
	end := func(t *time.Time, took *time.Duration) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !t.IsZero() {
			*took = time.Since(*t)
		}
	}
	c := &s.connection
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart:             func(httptrace.DNSStartInfo) { begin(&lookup) },
		DNSDone:              func(httptrace.DNSDoneInfo) { end(&lookup, &c.Lookup) },
		ConnectStart:         func(string, string) { begin(&dial) },
		ConnectDone:          func(string, string, error) { end(&dial, &c.Dial) },
		TLSHandshakeStart:    func() { begin(&handshake) },
		TLSHandshakeDone:     func(tls.ConnectionState, error) { end(&handshake, &c.TLS) },
		GotConn:              func(httptrace.GotConnInfo) { begin(&ready) },
		GotFirstResponseByte: func() { end(&ready, &c.Answer) },
	})
}
