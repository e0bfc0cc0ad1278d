package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// echo returns the event as the response's body, in the inferred form.
func echo(_ context.Context, event []byte, _ string) ([]byte, error) { return event, nil }

// answer returns always the same.
func answer(response string, err error) Invoker {
	return func(context.Context, []byte, string) ([]byte, error) { return []byte(response), err }
}

func serve(t *testing.T, cfg Config) string {
	t.Helper()
	handler, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func send(t *testing.T, r *http.Request) (*http.Response, string) {
	t.Helper()
	response, err := http.DefaultTransport.RoundTrip(r) // no redirects
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func newRequest(t *testing.T, method, url string, body io.Reader) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestConfigIsChecked(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		cfg  Config
		want string
	}{
		{Config{}, "Routes is empty"},
		{Config{Routes: map[string]Invoker{"$default": nil}}, `route "$default": the function is nil`},
		{Config{Routes: map[string]Invoker{"$default": echo}, Stage: "a/b"}, `Stage "a/b"`},
		{Config{Routes: map[string]Invoker{"$default": echo}, IntegrationTimeout: 31 * time.Second}, "IntegrationTimeout 31s"},
		{Config{Routes: map[string]Invoker{"$default": echo}, IntegrationTimeout: -1}, "IntegrationTimeout -1ns"},
	} {
		if _, err := New(test.cfg); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: got %v, want it to name %s", test.cfg, err, test.want)
		}
	}
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	url := serve(t, Config{
		IntegrationTimeout: 200 * time.Millisecond,
		Routes: map[string]Invoker{
			"POST /ok":        answer(`{"statusCode":201,"body":"made"}`, nil),
			"POST /fails":     answer("", errors.New("boom")),
			"POST /throttled": answer("", fmt.Errorf("function f: %w", ErrThrottled)),
			"POST /large":     answer("", fmt.Errorf("function f: %w", ErrPayloadTooLarge)),
			"POST /malformed": answer(`{"statusCode":"yes"}`, nil),
			"POST /slow": func(ctx context.Context, _ []byte, _ string) ([]byte, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			},
		},
	})
	for _, test := range []struct {
		path       string
		wantStatus int
		wantBody   string
	}{
		{"/ok", 201, "made"},
		{"/fails", 500, `{"message":"Internal Server Error"}`},
		{"/malformed", 500, `{"message":"Internal Server Error"}`},
		{"/throttled", 503, `{"message":"Service Unavailable"}`},
		{"/slow", 503, `{"message":"Service Unavailable"}`},
		{"/large", 413, `{"message":"Request Entity Too Large"}`},
		{"/ok/", 404, `{"message":"Not Found"}`},
		{"/nothing", 404, `{"message":"Not Found"}`},
	} {
		t.Run(test.path, func(t *testing.T) {
			t.Parallel()
			response, body := send(t, newRequest(t, "POST", url+test.path, nil))
			if response.StatusCode != test.wantStatus || body != test.wantBody {
				t.Errorf("got %d %s, want %d %s", response.StatusCode, body, test.wantStatus, test.wantBody)
			}
			if !regexp.MustCompile(`^[A-Za-z0-9+/]{15}=$`).MatchString(response.Header.Get("Apigw-Requestid")) {
				t.Errorf("Apigw-Requestid %q", response.Header.Get("Apigw-Requestid"))
			}
			if test.wantStatus >= 400 && response.Header.Get("Content-Type") != "application/json" {
				t.Errorf("Content-Type %q", response.Header.Get("Content-Type"))
			}
		})
	}
	// The method does not fit: there is no 405.
	if response, body := send(t, newRequest(t, "GET", url+"/ok", nil)); response.StatusCode != 404 || body != `{"message":"Not Found"}` {
		t.Errorf("GET /ok: %d %s", response.StatusCode, body)
	}
}

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	invoked := make(chan int, 2)
	url := serve(t, Config{Routes: map[string]Invoker{"$default": func(_ context.Context, event []byte, _ string) ([]byte, error) {
		invoked <- len(event)
		return []byte(`{"statusCode":204}`), nil
	}}})
	for _, test := range []struct{ size, want int }{{maxBody, 204}, {maxBody + 1, 413}} {
		r := newRequest(t, "POST", url, bytes.NewReader(bytes.Repeat([]byte("x"), test.size)))
		r.Header.Set("Content-Type", "text/plain")
		response, body := send(t, r)
		if response.StatusCode != test.want {
			t.Errorf("%d bytes: %d %s, want %d", test.size, response.StatusCode, body, test.want)
		}
		if test.want == 413 && body != `{"message":"Request Entity Too Large"}` {
			t.Errorf("body %s", body)
		}
	}
	if n := len(invoked); n != 1 {
		t.Errorf("%d invocations, want one", n)
	}
}

func TestTraceHeader(t *testing.T) {
	t.Parallel()
	got := make(chan string, 1)
	url := serve(t, Config{Routes: map[string]Invoker{"$default": func(_ context.Context, event []byte, trace string) ([]byte, error) {
		got <- trace
		return event, nil
	}}})
	const given = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
	for _, test := range []struct{ header, want string }{
		{given, "^" + given + "$"},
		{"", `^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$`},
	} {
		r := newRequest(t, "GET", url, nil)
		if test.header != "" {
			r.Header.Set("X-Amzn-Trace-Id", test.header)
		}
		_, body := send(t, r)
		var e event
		if err := json.Unmarshal([]byte(body), &e); err != nil {
			t.Fatal(err)
		}
		if trace := <-got; !regexp.MustCompile(test.want).MatchString(trace) || e.Headers["x-amzn-trace-id"] != trace {
			t.Errorf("header %q: the function got %q, the event has %q", test.header, trace, e.Headers["x-amzn-trace-id"])
		}
	}
}

func TestStage(t *testing.T) {
	t.Parallel()
	url := serve(t, Config{Stage: "prod", Routes: map[string]Invoker{"GET /": echo, "GET /a": echo}})
	for path, want := range map[string]string{"/prod": "GET /", "/prod/": "GET /", "/prod/a": "GET /a", "/a": "", "/production/a": "", "/": ""} {
		response, body := send(t, newRequest(t, "GET", url+path, nil))
		if want == "" {
			if response.StatusCode != 404 {
				t.Errorf("%s: %d %s, want 404", path, response.StatusCode, body)
			}
			continue
		}
		var e event
		if err := json.Unmarshal([]byte(body), &e); err != nil {
			t.Fatal(err)
		}
		if e.RouteKey != want || e.RawPath != path || e.RequestContext.HTTP.Path != path || e.RequestContext.Stage != "prod" {
			t.Errorf("%s: route %s, path %s, stage %s", path, e.RouteKey, e.RawPath, e.RequestContext.Stage)
		}
	}
}

func TestClientGone(t *testing.T) {
	t.Parallel()
	started, ended := make(chan struct{}), make(chan error, 1)
	url := serve(t, Config{Routes: map[string]Invoker{"$default": func(ctx context.Context, _ []byte, _ string) ([]byte, error) {
		close(started)
		<-ctx.Done()
		ended <- ctx.Err()
		return nil, ctx.Err()
	}}})
	ctx, hangUp := context.WithCancel(t.Context())
	go func() {
		<-started
		hangUp()
	}()
	if response, err := http.DefaultTransport.RoundTrip(newRequest(t, "GET", url, nil).WithContext(ctx)); err == nil {
		response.Body.Close()
		t.Fatal("got a response")
	}
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the function's context did not end")
	}
}

func TestAccessLog(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var lines []string
	log := writerFunc(func(p []byte) (int, error) {
		mu.Lock()
		defer mu.Unlock()
		lines = append(lines, string(p))
		return 0, errors.New("full") // ignored
	})
	url := serve(t, Config{AccessLog: log, Routes: map[string]Invoker{
		"GET /users/{id}": answer(`{"statusCode":200,"body":"twelve bytes"}`, nil),
		"GET /fails":      answer("", errors.New("secret")),
	}})
	ok, _ := send(t, newRequest(t, "GET", url+"/users/secret?token=secret", nil))
	send(t, newRequest(t, "GET", url+"/fails", nil))
	send(t, newRequest(t, "PUT", url+"/secret", strings.NewReader("secret")))

	mu.Lock()
	defer mu.Unlock()
	if len(lines) != 3 {
		t.Fatalf("got %q", lines)
	}
	for i, want := range []map[string]string{
		{"httpMethod": "GET", "routeKey": "GET /users/{id}", "status": "200", "protocol": "HTTP/1.1", "responseLength": "12",
			"ip": "127.0.0.1", "requestId": ok.Header.Get("Apigw-Requestid"), "problem": ""},
		{"httpMethod": "GET", "routeKey": "GET /fails", "status": "500", "problem": "function error"},
		{"httpMethod": "PUT", "routeKey": "-", "status": "404", "problem": "no route"},
	} {
		var got map[string]string
		if err := json.Unmarshal([]byte(lines[i]), &got); err != nil {
			t.Fatal(err)
		}
		for key, value := range want {
			if got[key] != value {
				t.Errorf("line %d: %s is %q, want %q", i, key, got[key], value)
			}
		}
		if _, err := time.Parse(timeFormat, got["requestTime"]); err != nil {
			t.Error(err)
		}
		if strings.Contains(lines[i], "secret") || strings.Count(lines[i], "\n") != 1 {
			t.Errorf("line %d: %q", i, lines[i])
		}
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
