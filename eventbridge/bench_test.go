package eventbridge_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
)

// BenchmarkDecode asks what one pass saves. "one pass" is Decode. "two passes" reads the same fields with the detail
// as a json.RawMessage first and the detail after it, as an envelope without a type parameter makes one do; it checks
// nothing. "lambda" is encoding/json calling UnmarshalJSON, as lambda.Start does, which scans the input once more.
func BenchmarkDecode(b *testing.B) {
	data := sample(b, "object_created.json")
	b.Run("one pass", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := eventbridge.Decode[eventbridge.ObjectCreated](data); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("two passes", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var e struct {
				Version    string          `json:"version"`
				ID         string          `json:"id"`
				DetailType string          `json:"detail-type"`
				Source     string          `json:"source"`
				Account    string          `json:"account"`
				Time       time.Time       `json:"time"`
				Region     string          `json:"region"`
				Resources  []string        `json:"resources"`
				ReplayName string          `json:"replay-name"`
				Detail     json.RawMessage `json:"detail"`
			}
			if err := json.Unmarshal(data, &e); err != nil {
				b.Fatal(err)
			}
			var d eventbridge.ObjectCreated
			if err := json.Unmarshal(e.Detail, &d); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("lambda", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := viaLambda[eventbridge.ObjectCreated](data); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkDedupeKey asks whether the key costs more than its own string.
func BenchmarkDedupeKey(b *testing.B) {
	e, err := eventbridge.Decode[eventbridge.ObjectCreated](sample(b, "object_created.json"))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if e.Detail.DedupeKey() == "" {
			b.Fatal("empty")
		}
	}
}
