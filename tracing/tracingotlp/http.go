package tracingotlp

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	// maxHTTPBytes keeps requests below the 5 MB that X-Ray takes (Amazon CloudWatch User Guide, "OTLP endpoints") and the
	// 20 MiB of a collector.
	maxHTTPBytes = 4 << 20

	maxAttempts = 3
	firstDelay  = 100 * time.Millisecond
	maxResponse = 64 << 10
	maxMessage  = 512
)

// httpSender speaks OTLP over HTTP with binary protocol buffers (OpenTelemetry Protocol, "OTLP/HTTP").
type httpSender struct {
	url     *url.URL
	header  http.Header
	gzip    bool
	timeout time.Duration
	client  *http.Client
	own     bool // whether the client is the sender's own
	sign    Signer

	zip *gzip.Writer
}

// userAgent says who sends, as the protocol's specification asks for.
const userAgent = "lambdapatterns-tracingotlp"

// newClient makes a client whose connections survive the freezes between invocations: an idle one is closed before most peers
// close it, by wall time. It follows no redirect, so that headers with secrets go to one place.
func newClient() *http.Client {
	dialer := net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Client{
		Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         dialer.DialContext,
			ForceAttemptHTTP2:   true,
			MaxIdleConnsPerHost: 1,
			IdleConnTimeout:     30 * time.Second,
			TLSHandshakeTimeout: 5 * time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (s *httpSender) maxBytes() int { return maxHTTPBytes }

func (s *httpSender) destination() string {
	return (&url.URL{Scheme: s.url.Scheme, Host: s.url.Host, Path: s.url.Path}).String()
}

func (s *httpSender) close() error {
	if s.own {
		s.client.CloseIdleConnections()
	}
	return nil
}

func (s *httpSender) send(caller context.Context, body []byte) (rejected int, message string, _ *failure) {
	// net/http may still read a body when its request has failed, or was answered early. So each has bytes of its own.
	if s.gzip {
		body = s.compress(body)
	} else {
		body = bytes.Clone(body)
	}
	ctx, cancel := context.WithTimeout(caller, s.timeout)
	defer cancel()
	for attempt := 1; ; attempt++ {
		rejected, message, f := s.try(ctx, body)
		if f == nil || !f.temporary {
			return rejected, message, f
		}
		// The caller's own time-out tells that the destination is slow; that it lost interest does not.
		f.innocent = errors.Is(caller.Err(), context.Canceled)
		wait := max(delay(attempt), f.after)
		deadline, _ := ctx.Deadline()
		if attempt == maxAttempts || ctx.Err() != nil || time.Until(deadline) <= wait {
			return 0, "", f
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			f.innocent = errors.Is(caller.Err(), context.Canceled)
			return 0, "", f
		}
	}
}

// delay is the pause after an attempt, 0.1 s at most after the first and 0.4 s after the second. Invocations wait for it.
func delay(attempt int) time.Duration { return rand.N(firstDelay << (2 * (attempt - 1))) }

func (s *httpSender) try(ctx context.Context, body []byte) (rejected int, message string, _ *failure) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url.String(), bytes.NewReader(body))
	if err != nil {
		return 0, "", &failure{reason: "the request cannot be made"}
	}
	r.Header.Set("User-Agent", userAgent)
	for name, values := range s.header {
		r.Header[name] = values
	}
	r.Header.Set("Content-Type", "application/x-protobuf")
	if s.gzip {
		r.Header.Set("Content-Encoding", "gzip")
	}
	if s.sign != nil {
		if err := s.sign(ctx, r, body); err != nil {
			return 0, "", &failure{reason: "the request cannot be signed", err: err, temporary: true}
		}
	}
	// net/http sends a POST with this key, which itself is not sent, again on a new connection when an idle one turns out
	// to be dead. Spans that arrive twice are told by their ids. It comes after the signer, who would sign it.
	r.Header["X-Idempotency-Key"] = nil
	response, err := s.client.Do(r)
	if err != nil {
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			err = wrapped.Err // its text has the query
		}
		return 0, "", &failure{reason: "no answer", err: err, temporary: true}
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxResponse))
	switch code := response.StatusCode; {
	case code >= 200 && code <= 299:
		n, message := rejectedSpans(answer) // of a cut answer too: the spans are there
		return int(min(n, 1<<30)), message[:min(len(message), maxMessage)], nil
	case code == 429 || code == 502 || code == 503 || code == 504:
		return 0, "", &failure{
			reason: fmt.Sprintf("status %d", code), status: code, message: cut(answer), err: err,
			temporary: true, after: retryAfter(response.Header.Get("Retry-After")),
		}
	default:
		return 0, "", &failure{reason: fmt.Sprintf("status %d%s", code, advice(code)), status: code, message: cut(answer)}
	}
}

func cut(b []byte) string { return string(b[:min(len(b), maxMessage)]) }

func advice(status int) string {
	switch status {
	case 401, 403:
		return ": check the headers and permissions"
	case 404:
		return ": check the path, which ends in /v1/traces for most"
	}
	return ""
}

// retryAfter reads the header of that name, a number of seconds or a time (RFC 9110, "Retry-After").
func retryAfter(s string) time.Duration {
	const most = time.Hour // a pause without end would lose every span that comes
	if n, err := strconv.ParseUint(s, 10, 32); err == nil {
		return min(time.Duration(n)*time.Second, most)
	}
	if t, err := http.ParseTime(s); err == nil {
		return min(max(time.Until(t), 0), most)
	}
	return 0
}

func (s *httpSender) compress(body []byte) []byte {
	var zipped bytes.Buffer
	if s.zip == nil {
		s.zip, _ = gzip.NewWriterLevel(&zipped, gzip.BestSpeed) // fails for an unknown level only
	} else {
		s.zip.Reset(&zipped)
	}
	s.zip.Write(body) // into memory
	s.zip.Close()
	return zipped.Bytes()
}
