package s3event_test

import (
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// Does the key cost more than its own string?
func BenchmarkDedupeKey(b *testing.B) {
	e, err := eventbridge.Decode[s3event.ObjectCreated](sample(b, "object_created.json"))
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
