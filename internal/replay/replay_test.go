package replay

import (
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

func TestReplay(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	s, err := Start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := asked.Add(1)
		body, _ := io.ReadAll(r.Body)
		if r.Header.Get("X-Amz-Target") == "fail" {
			w.WriteHeader(http.StatusBadRequest)
		}
		_, _ = io.WriteString(w, r.Header.Get("X-Amz-Target")+" "+string(body)+" "+strconv.Itoa(int(n)))
	}))
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(client.CloseIdleConnections)
	ask := func(target, body string) (string, int) {
		request, err := http.NewRequest("POST", s.URL(), strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Amz-Target", target)
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		if want := strconv.FormatUint(uint64(crc32.ChecksumIEEE(text)), 10); response.Header.Get("X-Amz-Crc32") != want {
			t.Errorf("checksum %s, want %s", response.Header.Get("X-Amz-Crc32"), want)
		}
		return string(text), response.StatusCode
	}
	for _, c := range []struct {
		target, body, want string
		status             int
	}{
		{"put", "a", "put a 1", 200},
		{"put", "something longer", "put a 1", 200}, // replayed, and its body passed over
		{"get", "b", "get b 2", 200},
		{"fail", "c", "fail c 3", 400},
		{"fail", "c", "fail c 4", 400}, // failures are not kept
		{"put", "", "put a 1", 200},
	} {
		if got, status := ask(c.target, c.body); got != c.want || status != c.status {
			t.Errorf("%s %s: %d %q, want %d %q", c.target, c.body, status, got, c.status, c.want)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := client.Post(s.URL(), "", nil); err == nil {
		t.Error("the server answers after Close")
	}
}
