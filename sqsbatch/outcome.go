package sqsbatch

import "strconv"

// Outcome says what became of a message.
type Outcome uint8

// The outcomes. With those from Succeeded on the message is deleted, with all before it comes again. The zero value is one
// of the latter.
const (
	SkippedDeadline Outcome = iota // not started: the reserve had begun, or the invocation's context had ended
	SkippedFIFO                    // not started: an earlier message of its group failed
	SkippedBrake                   // not started: WithBrake had stopped the batch
	Delayed                        // the handler returned RetryAfter, and the delay is confirmed
	Failed                         // the handler returned another error, or what it asked for is not confirmed
	DecodeFailed                   // the body could not be decoded, and nobody took it
	TimedOut                       // the handler had not returned when its time, or the invocation's, was over
	Panicked                       // the handler panicked or called runtime.Goexit
	Succeeded                      // the handler returned nil
	Dropped                        // the handler returned Drop
	DeadLettered                   // the handler returned DeadLetter, and the copy is confirmed
	SetAside                       // the body could not be decoded, and the function of WithUndecodable took it
	TestEvent                      // it was the test event that Amazon S3 sends when notifications are set up
)

var outcomeNames = [...]string{
	"skipped_deadline", "skipped_fifo", "skipped_brake", "delayed", "failed", "decode_failed", "timed_out", "panicked",
	"succeeded", "dropped", "dead_lettered", "set_aside", "test_event",
}

// String returns the outcome's name in snake case, as it stands in logs: "succeeded", "timed_out".
func (o Outcome) String() string {
	if int(o) < len(outcomeNames) {
		return outcomeNames[o]
	}
	return "outcome_" + strconv.Itoa(int(o))
}

// MarshalText makes the name stand in JSON too.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// Done tells whether the message is deleted from the queue. What is not done comes again.
func (o Outcome) Done() bool { return o >= Succeeded && int(o) < len(outcomeNames) }

// Attempted tells whether decoding or handling of the message was begun.
func (o Outcome) Attempted() bool { return o > SkippedBrake && int(o) < len(outcomeNames) }
