package otlpreceiver_test

import (
	"bytes"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/otlpreceiver"
)

// With Keep the newest spans stay, and what was handed out before is not changed by what comes later.
func TestKeep(t *testing.T) {
	t.Parallel()
	receiver := otlpreceiver.Receiver{Keep: 3}
	names := func() string {
		var b strings.Builder
		for _, s := range receiver.Spans() {
			b.WriteString(s.Name)
		}
		return b.String()
	}
	send := func(letters string) {
		t.Helper()
		var body []byte
		for _, l := range letters {
			body = append(body, request(t, named(string(l)))...) // repeated fields of messages in a row are one message's
		}
		r := httptest.NewRequest("POST", "/v1/traces", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/x-protobuf")
		w := httptest.NewRecorder()
		receiver.ServeHTTP(w, r)
		if w.Code != 200 {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
	}
	send("ab")
	before := receiver.Spans()
	for _, step := range []struct{ send, want string }{{"", "ab"}, {"c", "abc"}, {"d", "bcd"}, {"efghi", "ghi"}} {
		send(step.send)
		if got := names(); got != step.want {
			t.Errorf("after %q: kept %q, want %q", step.send, got, step.want)
		}
	}
	if before[0].Name != "a" || before[1].Name != "b" {
		t.Errorf("spans that were handed out have become %q and %q", before[0].Name, before[1].Name)
	}
}
