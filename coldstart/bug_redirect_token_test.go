package coldstart_test

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// net/http takes a redirected request's headers from the first request each time, so a session token that was taken out when
// the host changed was back when that host redirected again.
func TestBugTokenAfterTwoRedirects(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	tokens := map[string]string{}
	note := func(r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		tokens[r.Host+r.URL.Path] = r.Header.Get("X-Amz-Security-Token")
	}
	var second *httptest.Server
	first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		note(r)
		switch r.URL.Path {
		case "/here":
			http.Redirect(w, r, "/there", http.StatusTemporaryRedirect)
		case "/there":
			http.Redirect(w, r, second.URL+"/a", http.StatusTemporaryRedirect)
		}
	}))
	defer first.Close()
	second = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		note(r)
		if r.URL.Path == "/a" {
			http.Redirect(w, r, "/b", http.StatusPermanentRedirect)
		}
	}))
	defer second.Close()

	client, err := coldstart.NewHTTPClient(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, first.URL+"/here", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Amz-Security-Token", "secret")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	for _, want := range []struct {
		server      *httptest.Server
		path, token string
	}{
		{first, "/here", "secret"}, {first, "/there", "secret"}, {second, "/a", ""}, {second, "/b", ""},
	} {
		got, ok := tokens[want.server.Listener.Addr().String()+want.path]
		if !ok || got != want.token {
			t.Errorf("%s was asked with the token %q (%t), want %q", want.path, got, ok, want.token)
		}
	}
}
