package s3event_test

import (
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// Two reports of one write have one key, whatever their ids and however their sequencers are written.
func ExampleObjectCreated_DedupeKey() {
	done := map[string]bool{} // a table, as package idempotency keeps one
	for _, e := range []struct{ id, sequencer string }{
		{"17793124", "617f08299329d189"},
		{"2fde7ede", "00617F08299329D189"},
		{"6a7e8feb", "00617F0837B476E463"},
	} {
		d := s3event.ObjectCreated{
			Common: s3event.Common{Bucket: s3event.Bucket{Name: "uploads"}},
			Object: s3event.CreatedObject{Key: "cat.jpg", Sequencer: s3event.Sequencer(e.sequencer)},
		}
		fmt.Println(e.id, d.DedupeKey(), done[d.DedupeKey()])
		done[d.DedupeKey()] = true
	}
	// Output:
	// 17793124 7:uploads,7:cat.jpg,0:,16:617f08299329d189, false
	// 2fde7ede 7:uploads,7:cat.jpg,0:,16:617f08299329d189, true
	// 6a7e8feb 7:uploads,7:cat.jpg,0:,16:617f0837b476e463, false
}
