package coldstart

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
)

// maxReplay is the size of the largest body that is kept for a replay.
const maxReplay = 1 << 20

// transport is net/http's with a guard against old connections in front, and with replays.
type transport struct {
	base        *http.Transport
	idle        *idleGuard
	replay      bool
	readTimeout bool // the base has one
	room        room // for dry runs
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	t.idle.use(t.base.CloseIdleConnections)
	sent := req.WithContext(tried(req.Context(), t.readTimeout)) // a shallow copy
	if err := t.makeReplayable(sent); err != nil {
		return nil, err
	}
	resp, err := t.base.RoundTrip(sent)
	if err != nil {
		if req.Context().Err() == nil {
			t.base.CloseIdleConnections() // they are as old as the one that failed, or lead to the same peer
		}
		return nil, err
	}
	t.idle.use(func() {}) // a long call is no idle time
	resp.Request = req
	return resp, nil
}

// makeReplayable lets net/http send a request again: with a body that it can read again, and with a header of this name without a
// value, by which it is told so and of which nothing is sent (net/http, Transport). sent is a copy, because http.Client would
// otherwise send the body to another host on a redirect.
func (t *transport) makeReplayable(sent *http.Request) error {
	if !t.replay || !attemptLeft(sent.Header.Get("Amz-Sdk-Request")) {
		return nil
	}
	if sent.Body != nil && sent.Body != http.NoBody && sent.GetBody == nil {
		if sent.ContentLength <= 0 || sent.ContentLength > maxReplay {
			return nil
		}
		body, err := awaitBody(sent)
		if err != nil {
			return err
		}
		sent.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		sent.Body, _ = sent.GetBody()
	}
	sent.Header = maps.Clone(sent.Header)
	sent.Header["X-Idempotency-Key"] = nil
	return nil
}

// awaitBody is readBody, but no longer than the request's context lasts: a reader may wait for what is never written. It is
// then left to close itself when it has been read, as net/http leaves it.
func awaitBody(req *http.Request) ([]byte, error) {
	ctx := req.Context()
	if ctx.Done() == nil {
		return readBody(req)
	}
	type result struct {
		body []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		body, err := readBody(req)
		done <- result{body, err}
	}()
	select {
	case r := <-done:
		return r.body, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// readBody reads a request's body, which must be as long as the request says, and closes it.
func readBody(req *http.Request) ([]byte, error) {
	defer req.Body.Close()
	body := make([]byte, req.ContentLength+1)
	n, err := io.ReadFull(req.Body, body)
	switch {
	case err == nil:
		return nil, fmt.Errorf("coldstart: the request's body is longer than its ContentLength of %d", req.ContentLength)
	case !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF):
		return nil, err
	case int64(n) < req.ContentLength:
		return nil, fmt.Errorf("coldstart: the request's body has %d bytes, and its ContentLength is %d", n, req.ContentLength)
	}
	return body[:n], nil
}

// attemptLeft reads the header that the SDK's retry middleware sends: "attempt=1; max=3", without max where there is no
// limit. Whatever it does not understand has no attempt left.
func attemptLeft(header string) bool {
	attempt, limit := 0, -1
	for part := range strings.SplitSeq(header, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if name != "attempt" && name != "max" {
			continue
		}
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			return false
		}
		if name == "attempt" {
			attempt = n
		} else {
			limit = n
		}
	}
	return attempt > 0 && (limit < 0 || attempt < limit)
}
