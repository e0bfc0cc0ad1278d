package s3event_test

import (
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// Events come in any order; the sequencer tells which is the later of two about one object.
func ExampleSequencer_Compare() {
	put, overwrite := s3event.Sequencer("617f08299329d189"), s3event.Sequencer("00617F0837B476E463")
	fmt.Println(put.Compare(overwrite))
	// Output: -1
}
