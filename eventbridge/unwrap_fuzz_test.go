package eventbridge_test

import (
	"encoding/json"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
)

// FuzzUnwrap checks that no payload makes Unwrap panic or lose something without an error, and that what it finds are events.
func FuzzUnwrap(f *testing.F) {
	event := `{"source":"shop","detail-type":"T","detail":{}}`
	for _, seed := range []string{event, `[` + event + `]`, `{"Records":[{"eventSource":"aws:sqs","messageId":"1","body":"{\"source\":\"a\",\"detail-type\":\"b\",\"detail\":1}"}]}`,
		`{"Records":[{"eventSource":"aws:kinesis","kinesis":{"data":"e30=","sequenceNumber":"1"}}]}`, `{"Records":[{"EventSource":"aws:sns","Sns":{"Type":"Notification","Message":"[]"}}]}`,
		`{"requestContext":{},"requestPayload":` + event + `}`, `{"requestContext":{},"headers":{},"body":"e30=","isBase64Encoded":true}`,
		`{"Records":[{"eventSource":"aws:s3","s3":{"bucket":{"name":"b"},"object":{"key":"k"}}}]}`, `{"Event":"s3:TestEvent"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		items, err := eventbridge.Unwrap(payload)
		if (err == nil) != (len(items) > 0) {
			t.Fatalf("%d items, %v", len(items), err)
		}
		for _, item := range items {
			if (item.Err == nil) != (item.Event != nil) || len(item.Path) > 9 {
				t.Fatalf("%+v", item)
			}
			if item.Err != nil {
				continue
			}
			// Only the kind has to be right: a time in another form is for Decode to refuse.
			var kind struct {
				Source     string `json:"source"`
				DetailType string `json:"detail-type"`
			}
			if err := json.Unmarshal(item.Event, &kind); err != nil || kind.Source == "" || kind.DetailType == "" {
				t.Fatalf("%s is no event: %v", item.Event, err)
			}
		}
	})
}
