package coldstart

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"
)

// tries is one request's way through net/http, in its context: net/http sends it again by itself, and looks for a connection each
// time. It is for the goroutine of the request's RoundTrip.
type tries struct {
	begun bool
	conn  *readDeadlineConn // of the last try, where the base has a read time-out
	since time.Time         // when the try got it
}

type triesKey struct{}

// tried returns a context under which the tries of one request are noted.
func tried(ctx context.Context, readTimeout bool) context.Context {
	t := new(tries)
	ctx = context.WithValue(ctx, triesKey{}, t)
	if !readTimeout {
		return ctx
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		conn := info.Conn
		for {
			over, ok := conn.(*tls.Conn)
			if !ok {
				break
			}
			conn = over.NetConn()
		}
		if t.conn, _ = conn.(*readDeadlineConn); t.conn != nil {
			t.since = time.Now()
			_ = t.conn.extend() // where that fails the request does, too
		}
	}})
}

// betweenTries returns a Transport's Proxy, which net/http calls before it looks for a connection, at each try. Before a replay all
// idle connections are closed: they are as old as the one that failed, and else the request would go through all of them, one after
// the other. A try whose peer was only slow is not repeated. A connection that was idle until its read timed out, just when it was taken,
// is a dead one.
func betweenTries(proxy func(*http.Request) (*url.URL, error), closeIdle func()) func(*http.Request) (*url.URL, error) {
	return func(req *http.Request) (*url.URL, error) {
		if t, ok := req.Context().Value(triesKey{}).(*tries); ok {
			if t.conn != nil && t.conn.failed.Load() && time.Since(t.since) >= t.conn.timeout {
				return nil, t.conn.timedOut()
			}
			if t.begun {
				closeIdle()
			}
			t.begun = true
		}
		if proxy == nil {
			return nil, nil
		}
		return proxy(req)
	}
}
