package tracing

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

// FuzzRawEvent: whatever the bytes are, looking at them does not panic, and what is found in JSON is what a decoder finds.
func FuzzRawEvent(f *testing.F) {
	for _, seed := range []string{
		`{"Records":[{"eventSource":"aws:sqs","body":"\"}"}]}`, `[{"eventSource":"aws:dynamodb"}]`, `{"detail-type":"Scheduled Event"}`,
		`{"requestContext":{"elb":{}},"httpMethod":"GET","headers":{"host":"a:1"},"path":"/"}`, `{"statusCode":503}`,
		`{"requestContext":{"http":{"method":"GET"}},"rawPath":"/","routeKey":"GET /a"}`, `{"eventSource":"aws:kafka"}`, `{`, ``,
		`{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"}}}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		trigger, source := rawSource(payload)
		if request := requestOf(json.RawMessage(payload)); request != nil {
			request.attributes(knownMethods())
		}
		_ = eventAttributes(json.RawMessage(payload))
		code := statusCode(payload)

		var decoded map[string]json.RawMessage
		if json.Unmarshal(payload, &decoded) != nil {
			return
		}
		if code != 0 && !strings.Contains(string(payload), `"statusCode"`) {
			t.Errorf("status %d out of nothing", code)
		}
		if source != "" && !strings.Contains(string(payload), source) {
			t.Errorf("source %q out of nothing", source)
		}
		if trigger == triggerTimer && source == "" {
			var event struct {
				DetailType string `json:"detail-type"`
			}
			if json.Unmarshal(payload, &event) == nil && event.DetailType != scheduled && strings.Count(string(payload), "detail-type") == 1 {
				t.Errorf("a timer with the detail-type %q", event.DetailType)
			}
		}
	})
}

// FuzzRedactQuery: the names of parameters are left and nothing else.
func FuzzRedactQuery(f *testing.F) {
	for _, seed := range []string{"a=1&sig=s3cret", "X-Amz-Signature=&x", "Signature", "&&=", "a=b=c", "%73ig=1", "=1", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		got := redactQuery(query)
		before, after := strings.Split(query, "&"), strings.Split(got, "&")
		if len(before) != len(after) {
			t.Fatalf("%q became %q", query, got)
		}
		for i := range before {
			name, value, ok := strings.Cut(before[i], "=")
			want := before[i]
			switch {
			case value != "":
				want = name + "=REDACTED"
			case !ok && name != "":
				want = "REDACTED"
			}
			if after[i] != want {
				t.Errorf("%q became %q, want %q", before[i], after[i], want)
			}
		}
		if again := redactQuery(got); again != got {
			t.Errorf("%q, then %q", got, again)
		}
	})
}

// A query that was taken apart is put together again.
func TestQueryOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		single  map[string]string
		multi   map[string][]string
		encoded bool
		want    string
	}{
		{nil, nil, false, ""},
		{map[string]string{"b": "2 3", "a": "&"}, nil, false, "a=%26&b=2+3"},
		{map[string]string{"a": "2"}, map[string][]string{"a": {"1", "2"}}, false, "a=1&a=2"},
		{map[string]string{"q": "a%20b%26"}, nil, true, "q=a%20b%26"},
		{map[string]string{"a%5B%5D": "%zz"}, nil, true, "a%5B%5D=%zz"},
	} {
		got := queryOf(c.single, c.multi, c.encoded)
		if got != c.want {
			t.Errorf("%v %v: got %q, want %q", c.single, c.multi, got, c.want)
		}
	}
	if _, err := url.ParseQuery(queryOf(map[string]string{"ä": "ü"}, nil, false)); err != nil {
		t.Error(err)
	}
}
