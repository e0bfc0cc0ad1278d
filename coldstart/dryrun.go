package coldstart

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
)

// dryRun is what a Connect task and an HTTPClient share through the context of the task's call.
type dryRun struct {
	connections int // 0 to open none
	cancel      context.CancelFunc

	mu     sync.Mutex
	taken  bool // a request has come to the client
	passed bool // one for credentials has come, and was sent
	err    error
}

type dryRunKey struct{}

func dryRunFrom(ctx context.Context) (*dryRun, bool) {
	d, ok := ctx.Value(dryRunKey{}).(*dryRun)
	return d, ok
}

// errDryRun is what the SDK gets in place of an answer.
var errDryRun = errors.New("coldstart: a dry run: nothing was sent")

// takes says whether a request is to be replaced. What fetches credentials for it is not: a dry run of that would end
// the whole call.
func (d *dryRun) takes(req *http.Request) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch awsmiddleware.GetServiceID(req.Context()) {
	case "STS", "SSO", "SSO OIDC", "Signin":
		if !d.taken {
			d.passed = true
			return false
		}
	}
	return true
}

// open opens connections to where a request was to go and always returns an error. It ends the call's context, because
// only that keeps the SDK from trying again: it retries whatever error an HTTP client returns.
func (d *dryRun) open(t *transport, req *http.Request) error {
	d.mu.Lock()
	again := d.taken
	d.taken = true
	d.mu.Unlock()
	if req.Body != nil {
		_ = req.Body.Close() // nothing has been read of it
	}
	if again {
		return errDryRun
	}
	defer d.cancel()
	if err := d.connect(t, req); err != nil {
		d.mu.Lock()
		d.err = fmt.Errorf("connect to %s: %w", req.URL.Host, err)
		d.mu.Unlock()
	}
	return errDryRun
}

// connect loads the root certificates beside the first steps of connecting, which wait for the peer.
func (d *dryRun) connect(t *transport, req *http.Request) error {
	var group sync.WaitGroup
	if req.URL.Scheme == "https" && t.base.TLSClientConfig.RootCAs == nil {
		group.Go(func() { _, _ = x509.SystemCertPool() }) // what is wrong with them is found by who verifies with them
	}
	n := d.connections
	if most := t.base.MaxConnsPerHost; most > 0 {
		n = min(n, most)
		giveBack, err := t.room.take(req.Context(), req.URL.Host, n, most)
		if err != nil {
			group.Wait()
			return err
		}
		defer giveBack()
	}
	errs := make([]error, n)
	var met sync.WaitGroup // all have an answer, so that each needed a connection of its own
	met.Add(n)
	for i := range errs {
		ctx := req.Context()
		if i == 0 {
			ctx = traced(ctx)
		}
		group.Go(func() { errs[i] = touch(ctx, t, req, &met) })
	}
	group.Wait()
	failed := slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	switch {
	case len(failed) == 0:
		return nil
	case n == 1:
		return failed[0]
	default: // the others say the same
		return fmt.Errorf("%d of %d connections: %w", len(failed), n, failed[0])
	}
}

// touch leaves a connection in the pool that has served a request.
func touch(ctx context.Context, t *transport, like *http.Request, met *sync.WaitGroup) error {
	target := url.URL{Scheme: like.URL.Scheme, Host: like.URL.Host, Path: "/"}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		met.Done()
		return err
	}
	req.Host = like.Host
	if agent := like.Header.Get("User-Agent"); agent != "" {
		req.Header.Set("User-Agent", agent)
	}
	resp, err := t.RoundTrip(req)
	met.Done()
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	met.Wait()
	// A connection whose answer was not read to its end is closed. Answers to this are some lines long.
	const most = 1 << 20
	n, err := io.Copy(io.Discard, io.LimitReader(resp.Body, most))
	switch {
	case err != nil:
		return err
	case n == most:
		return fmt.Errorf("the answer to GET / has more than %d bytes", most-1)
	case resp.Close:
		return errors.New("the peer does not keep the connection open")
	}
	return nil
}

// result is the task's error, from the call's.
func (d *dryRun) result(err error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.taken:
		return d.err
	case err != nil:
		return err
	case d.passed:
		return nil // the call itself was for credentials
	default:
		return errNoDryRun
	}
}
