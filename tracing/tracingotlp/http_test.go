package tracingotlp_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/otlpreceiver"
)

func TestHTTP(t *testing.T) {
	t.Parallel()
	for _, gzip := range []bool{false, true} {
		t.Run(fmt.Sprint("gzip ", gzip), func(t *testing.T) {
			t.Parallel()
			var receiver otlpreceiver.Receiver
			var got *http.Request
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got = r
				receiver.ServeHTTP(w, r)
			}))
			defer server.Close()
			opts := []tracingotlp.Option{tracingotlp.WithEndpoint(server.URL), tracingotlp.WithHeader("x-api-key", "k")}
			if gzip {
				opts = append(opts, tracingotlp.WithGzip())
			}
			opts = append(opts, tracingotlp.WithSigner(func(_ context.Context, r *http.Request, body []byte) error {
				if r.ContentLength != int64(len(body)) {
					t.Errorf("the signer gets %d bytes of %d", len(body), r.ContentLength)
				}
				r.Header.Set("Authorization", "signed")
				return nil
			}))
			p, err := tracingotlp.New(opts...)
			if err != nil {
				t.Fatal(err)
			}
			for flush := range 3 {
				record(p, 2)
				if err := p.ForceFlush(t.Context()); err != nil {
					t.Fatal(err)
				}
				if n := len(receiver.Spans()); n != 2*(flush+1) {
					t.Fatalf("%d spans after flush %d: %v", n, flush, receiver.Errors())
				}
			}
			if got.URL.Path != "/v1/traces" || got.Header.Get("X-Api-Key") != "k" || got.Header.Get("Authorization") != "signed" ||
				got.Header.Get("X-Idempotency-Key") != "" || (got.Header.Get("Content-Encoding") == "gzip") != gzip {
				t.Errorf("request %s %v", got.URL, got.Header)
			}
			if s := p.Stats(); s != (tracingotlp.Stats{Exported: 6}) {
				t.Errorf("stats %+v", s)
			}
			if err := p.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// What a freeze does to a connection: the peer closes it, and the process hears of it when it writes.
func TestDeadConnection(t *testing.T) {
	t.Parallel()
	var receiver otlpreceiver.Receiver
	server := httptest.NewServer(&receiver)
	defer server.Close()
	p, err := tracingotlp.New(tracingotlp.WithEndpoint(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		record(p, 1)
		if err := p.ForceFlush(t.Context()); err != nil {
			t.Fatal(err)
		}
		server.CloseClientConnections()
	}
	if n := len(receiver.Spans()); n != 5 {
		t.Errorf("%d spans", n)
	}
}

// A request that is answered before it was read, whose bytes net/http may still be sending while the next ones are made.
func TestEarlyAnswers(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(400) }))
	defer server.Close()
	p, err := tracingotlp.New(tracingotlp.WithEndpoint(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	pad := strings.Repeat("x", 1<<20)
	for range 10 {
		_, s := p.Tracer("t").Start(t.Context(), "large", trace.WithAttributes(attribute.String("pad", pad)))
		s.End()
		if e := exportError(t, p.ForceFlush(t.Context())); e.Lost+e.Kept == 0 {
			t.Errorf("error %+v", e)
		}
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection reset")
	for name, test := range map[string]struct {
		answer   func(n int, r *http.Request) (*http.Response, error)
		opts     []tracingotlp.Option
		requests int
		within   time.Duration // from and to
		from     time.Duration
		want     tracingotlp.Stats
		kept     int
		reason   string // "" means no error
		status   int
	}{
		"unavailable once": {
			answer: func(n int, _ *http.Request) (*http.Response, error) {
				if n == 1 {
					return answered(503, "", nil), nil
				}
				return nil, nil
			},
			requests: 2, within: 100 * time.Millisecond, want: tracingotlp.Stats{Exported: 3},
		},
		"asks to wait": {
			answer: func(n int, _ *http.Request) (*http.Response, error) {
				if n == 1 {
					return retryAfter(429, "2"), nil
				}
				return nil, nil
			},
			requests: 2, from: 2 * time.Second, within: 2 * time.Second, want: tracingotlp.Stats{Exported: 3},
		},
		"asks to wait until": {
			answer: func(n int, _ *http.Request) (*http.Response, error) {
				if n == 1 {
					return retryAfter(503, time.Now().Add(3*time.Second).UTC().Format(http.TimeFormat)), nil
				}
				return nil, nil
			},
			requests: 2, from: 2 * time.Second, within: 3 * time.Second, want: tracingotlp.Stats{Exported: 3},
		},
		"asks to wait too long": {
			answer:   func(int, *http.Request) (*http.Response, error) { return retryAfter(429, "30"), nil },
			requests: 1, kept: 3, reason: "status 429", status: 429,
		},
		"no connection": {
			answer:   func(int, *http.Request) (*http.Response, error) { return nil, lost },
			requests: 3, within: 500 * time.Millisecond, kept: 3, reason: "no answer: connection reset",
		},
		"no connection twice": {
			answer: func(n int, _ *http.Request) (*http.Response, error) {
				if n < 3 {
					return nil, lost
				}
				return nil, nil
			},
			requests: 3, within: 500 * time.Millisecond, want: tracingotlp.Stats{Exported: 3},
		},
		"hangs until the context ends": {
			answer:   func(_ int, r *http.Request) (*http.Response, error) { return hang(r) },
			requests: 1, from: 5 * time.Second, within: 5 * time.Second, kept: 3, reason: "no answer",
		},
		"hangs until the time-out": {
			answer:   func(_ int, r *http.Request) (*http.Response, error) { return hang(r) },
			opts:     []tracingotlp.Option{tracingotlp.WithTimeout(time.Second)},
			requests: 1, from: time.Second, within: time.Second, kept: 3, reason: "no answer",
		},
		"bad request": {
			answer: func(int, *http.Request) (*http.Response, error) {
				return answered(400, "span 'secret' is bad", nil), nil
			},
			requests: 1, want: tracingotlp.Stats{Rejected: 3}, reason: "status 400", status: 400,
		},
		"forbidden": {
			answer:   func(int, *http.Request) (*http.Response, error) { return answered(403, "", nil), nil },
			requests: 1, want: tracingotlp.Stats{Rejected: 3}, reason: "check the headers and permissions", status: 403,
		},
		"redirect": {
			answer: func(int, *http.Request) (*http.Response, error) {
				return answered(302, "", nil), nil // without a Location, which a client of the package's own would not follow
			},
			requests: 1, want: tracingotlp.Stats{Rejected: 3}, reason: "status 302", status: 302,
		},
		"partial success": {
			answer: func(int, *http.Request) (*http.Response, error) {
				return answered(200, "\x0a\x0c\x08\x02\x12\x08'secret'", nil), nil
			},
			requests: 1, want: tracingotlp.Stats{Exported: 1, Rejected: 2}, reason: "spans were refused",
		},
		"partial success of none": {
			answer: func(int, *http.Request) (*http.Response, error) {
				return answered(200, "\x0a\x06\x12\x04warn", nil), nil
			},
			requests: 1, want: tracingotlp.Stats{Exported: 3},
		},
		"success that cannot be read": {
			answer:   func(int, *http.Request) (*http.Response, error) { return answered(200, "<html>", nil), nil },
			requests: 1, want: tracingotlp.Stats{Exported: 3},
		},
		"no signature": {
			opts:     []tracingotlp.Option{tracingotlp.WithSigner(func(context.Context, *http.Request, []byte) error { return errors.New("no credentials") })},
			requests: 0, within: 500 * time.Millisecond, kept: 3, reason: "no credentials",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := &backend{answer: test.answer}
				p := b.provider(t, test.opts...)
				record(p, 3)
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				start := time.Now()
				err := p.ForceFlush(ctx)
				if took := time.Since(start); took < test.from || took > test.within {
					t.Errorf("took %v, want %v to %v", took, test.from, test.within)
				}
				if b.count() != test.requests {
					t.Errorf("%d requests, want %d", b.count(), test.requests)
				}
				if s := p.Stats(); s != test.want {
					t.Errorf("stats %+v, want %+v", s, test.want)
				}
				if test.reason == "" {
					if err != nil {
						t.Error(err)
					}
					return
				}
				e := exportError(t, err)
				if !strings.Contains(e.Error(), test.reason) || e.Status != test.status || e.Kept != test.kept || e.Lost != 3-test.kept-int(test.want.Exported) {
					t.Errorf("error %+v: %v", e, e)
				}
				if e.Destination != "http://collector:4318/v1/traces" {
					t.Errorf("destination %s", e.Destination)
				}
				if strings.Contains(name, "bad request") && e.Message != "span 'secret' is bad" || name == "partial success" && e.Message != "'secret'" {
					t.Errorf("message %q", e.Message)
				}
			})
		})
	}
}
