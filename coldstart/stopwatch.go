package coldstart

import (
	"context"
	"crypto/tls"
	"net/http/httptrace"
	"sync"
	"time"
)

// connection is how long the steps of opening a connection took, as [TaskReport] has them.
type connection struct{ lookup, dial, tls, answer time.Duration }

// stopwatch takes the times of a task's connection. Run gives it to the task in its context.
type stopwatch struct {
	mu         sync.Mutex
	connection connection
}

type stopwatchKey struct{}

func (s *stopwatch) read() connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connection
}

// inRun tells whether ctx comes from Run.
func inRun(ctx context.Context) bool {
	_, ok := ctx.Value(stopwatchKey{}).(*stopwatch)
	return ok
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
		DNSDone:              func(httptrace.DNSDoneInfo) { end(&lookup, &c.lookup) },
		ConnectStart:         func(string, string) { begin(&dial) },
		ConnectDone:          func(string, string, error) { end(&dial, &c.dial) },
		TLSHandshakeStart:    func() { begin(&handshake) },
		TLSHandshakeDone:     func(tls.ConnectionState, error) { end(&handshake, &c.tls) },
		GotConn:              func(httptrace.GotConnInfo) { begin(&ready) },
		GotFirstResponseByte: func() { end(&ready, &c.answer) },
	})
}
