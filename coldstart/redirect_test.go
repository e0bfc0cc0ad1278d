package coldstart_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// The client answers redirects as the SDK's own does.
func TestRedirects(t *testing.T) {
	t.Parallel()
	var tokens atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Amz-Security-Token") != "" {
			tokens.Add(1)
		}
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s", r.Method, body)
	}))
	t.Cleanup(other.Close)
	_, port, err := net.SplitHostPort(other.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := "http://localhost:" + port + "/"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if location := r.URL.Query().Get("location"); location != "" {
			w.Header().Set("Location", location)
		}
		var status int
		_, _ = fmt.Sscan(r.URL.Query().Get("status"), &status)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "redirect")
	}))
	t.Cleanup(server.Close)
	ours, err := coldstart.NewHTTPClient(nil)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(client aws.HTTPClient, method, query string) string {
		var body io.Reader
		if method == "POST" {
			body = io.NopCloser(bytes.NewReader([]byte("body"))) // as the SDK sends it
		}
		req, err := http.NewRequestWithContext(t.Context(), method, server.URL+"/?"+query, body)
		if err != nil {
			t.Fatal(err)
		}
		if body != nil {
			req.ContentLength = 4
		}
		req.Header.Set("Amz-Sdk-Request", "attempt=1; max=3")
		req.Header.Set("X-Amz-Security-Token", "secret")
		resp, err := client.Do(req)
		if err != nil {
			return err.Error()
		}
		defer resp.Body.Close()
		answer, _ := io.ReadAll(resp.Body)
		return fmt.Sprint(resp.StatusCode, " ", string(answer))
	}
	followed := 0
	for _, method := range []string{"GET", "POST"} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			for _, location := range []string{"", elsewhere} {
				query := fmt.Sprintf("status=%d&location=%s", status, location)
				want := ask(awshttp.NewBuildableClient(), method, query)
				if got := ask(ours, method, query); got != want {
					t.Errorf("%s %s: got %q, the SDK's client %q", method, query, got, want)
				}
				if strings.HasPrefix(want, "200") {
					followed++
				}
			}
		}
	}
	if followed != 2 {
		t.Errorf("%d redirects were followed, want those of GET by 307 and 308", followed)
	}
	if tokens.Load() != 0 {
		t.Error("a session token went to another host")
	}
}

// Without a location there is none in the answer either.
func TestRedirectWithoutLocation(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusMovedPermanently) }))
	t.Cleanup(server.Close)
	client, err := coldstart.NewHTTPClient(nil)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), "GET", server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Amz-Sdk-Request", "attempt=1; max=3")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != 301 || resp.Header.Get("Location") != "" || resp.Request != req {
		t.Errorf("got %d, Location %q", resp.StatusCode, resp.Header.Get("Location"))
	}
}
