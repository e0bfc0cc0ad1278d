package distance

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestProxy(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }))
	t.Cleanup(server.Close)
	const roundTrip = 50 * time.Millisecond
	address, end, err := Proxy(server.Listener.Addr().String(), roundTrip)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		began := time.Now()
		response, err := http.Get("http://" + address)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if took := time.Since(began); took < roundTrip {
			t.Errorf("a request took %v, less than a round trip", took)
		}
	}
	end()
	if _, err := http.Get("http://" + address); err == nil {
		t.Error("the proxy lives on")
	}
}
