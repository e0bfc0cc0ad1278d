package httpapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/local/internal/httpapi"
	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
)

// eventually waits up to 10 s for a condition.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !condition(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("still not: %s", what)
		}
	}
}

// behindAPI lets an HTTP API invoke a function.
func behindAPI(f *lambdaruntime.Function) httpapi.Invoker {
	return func(ctx context.Context, event []byte, traceHeader string) ([]byte, error) {
		response, err := f.Invoke(ctx, lambdaruntime.Invocation{Payload: event, TraceHeader: traceHeader})
		switch {
		case errors.Is(err, lambdaruntime.ErrThrottled):
			err = fmt.Errorf("%w: %w", httpapi.ErrThrottled, err)
		case errors.Is(err, lambdaruntime.ErrPayloadTooLarge):
			err = fmt.Errorf("%w: %w", httpapi.ErrPayloadTooLarge, err)
		}
		return response, err
	}
}

// A compiled function behind an HTTP API: every kind of outcome reaches the client as API Gateway would have it.
func TestFunctionBehindAnHTTPAPI(t *testing.T) {
	t.Parallel()
	const pkg = "github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime/testdata/function"
	binary, err := lambdaruntime.Build(t.Context(), ".", pkg, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	// Long time-outs: a busy machine is not what is tested.
	function, err := lambdaruntime.Start(lambdaruntime.Config{
		Name: "api", Binary: binary, MaxConcurrency: 1, Timeout: 30 * time.Second, InitTimeout: 30 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { function.Close() })
	// The test function takes its orders from the event itself, so these routes put them there.
	order := func(do string) httpapi.Invoker {
		invoke := behindAPI(function)
		return func(ctx context.Context, event []byte, traceHeader string) ([]byte, error) {
			var fields map[string]any
			if err := json.Unmarshal(event, &fields); err != nil {
				return nil, err
			}
			fields["do"], fields["ms"] = do, 600_000
			event, err := json.Marshal(fields)
			if err != nil {
				return nil, err
			}
			return invoke(ctx, event, traceHeader)
		}
	}
	api, err := httpapi.New(httpapi.Config{
		Routes: map[string]httpapi.Invoker{
			"POST /context": order("context"), "POST /fail": order("fail"), "POST /panic": order("panic"), "POST /sleep": order("sleep"),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	post := func(ctx context.Context, path, body string) (int, string, error) {
		r, err := http.NewRequestWithContext(ctx, "POST", server.URL+path, strings.NewReader(body))
		if err != nil {
			return 0, "", err
		}
		r.Header.Set("Content-Type", "text/plain")
		r.Header.Set("X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793")
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			return 0, "", err
		}
		defer response.Body.Close()
		content, err := io.ReadAll(response.Body)
		return response.StatusCode, string(content), err
	}

	status, body, err := post(t.Context(), "/context", "hello")
	if err != nil || status != 200 {
		t.Fatalf("got %d %s, %v", status, body, err)
	}
	var got struct{ Trace string }
	if err := json.Unmarshal([]byte(body), &got); err != nil || !strings.HasPrefix(got.Trace, "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=") {
		t.Errorf("trace %q, %v", got.Trace, err)
	}
	for _, test := range []struct {
		path, body string
		wantStatus int
		wantBody   string
	}{
		{"/fail", "", 500, `{"message":"Internal Server Error"}`},
		{"/panic", "", 500, `{"message":"Internal Server Error"}`},
		{"/context", strings.Repeat("x", 6<<20), 413, `{"message":"Request Entity Too Large"}`},
		{"/other", "", 404, `{"message":"Not Found"}`},
	} {
		if status, body, err := post(t.Context(), test.path, test.body); err != nil || status != test.wantStatus || body != test.wantBody {
			t.Errorf("%s: got %d %s, %v; want %d %s", test.path, status, body, err, test.wantStatus, test.wantBody)
		}
	}

	// A client that hangs up leaves its invocation running, which throttles the next one.
	eventually(t, "the process that panicked is gone", func() bool { return len(function.Environments()) == 0 })
	ctx, hangUp := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() {
		_, _, err := post(ctx, "/sleep", "")
		gone <- err
	}()
	eventually(t, "busy", func() bool {
		list := function.Environments()
		return len(list) == 1 && list[0].State == lambdaruntime.Busy
	})
	hangUp()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("the client that hung up: %v", err)
	}
	if status, body, err := post(t.Context(), "/context", ""); err != nil || status != 503 || body != `{"message":"Service Unavailable"}` {
		t.Errorf("meanwhile: got %d %s, %v; want 503", status, body, err)
	}
}
