package sqsbatch

import (
	"context"
	"io"
	"strings"

	"github.com/lambdapatterns/lambdapatterns/internal/emf"
)

// counter is a metric of a batch that is a count of messages.
type counter struct {
	name   string
	counts func(*MessageReport) bool
}

// counters are in every document that tells of a batch, as 0 if need be, so that alarms find data.
var counters = [...]counter{
	{"Messages", func(*MessageReport) bool { return true }},
	{"ComesAgain", func(m *MessageReport) bool { return !m.Outcome.Done() }},
	{"LastReceiveFailed", func(m *MessageReport) bool { return m.LastReceive && !m.Outcome.Done() }},
	{"SettlementFailed", func(m *MessageReport) bool { return m.SettleErr != nil }},
	{"Succeeded", isOutcome(Succeeded)}, {"Dropped", isOutcome(Dropped)}, {"DeadLettered", isOutcome(DeadLettered)},
	{"SetAside", isOutcome(SetAside)}, {"TestEvent", isOutcome(TestEvent)},
	{"Failed", isOutcome(Failed)}, {"DecodeFailed", isOutcome(DecodeFailed)},
	{"TimedOut", isOutcome(TimedOut)}, {"Panicked", isOutcome(Panicked)},
	{"SkippedDeadline", isOutcome(SkippedDeadline)}, {"SkippedFIFO", isOutcome(SkippedFIFO)},
	{"SkippedBrake", isOutcome(SkippedBrake)}, {"Delayed", isOutcome(Delayed)},
}

func isOutcome(o Outcome) func(*MessageReport) bool {
	return func(m *MessageReport) bool { return m.Outcome == o }
}

// MetricsTo returns an observer for [WithObserver] that writes metrics in CloudWatch's embedded metric format, one JSON
// document a line. In Lambda, os.Stdout as w makes CloudWatch metrics of them, without a call of an API (Amazon CloudWatch
// User Guide, "Embedding metrics within logs").
//
// The metrics are counts: Messages, ComesAgain, LastReceiveFailed (messages that are not done on their last receive, see
// [WithMaxReceiveCount]), SettlementFailed, and one for each [Outcome], named like it. Duration is that of each message that
// was attempted, in milliseconds; a document holds 100 of them, and a larger batch has more documents. Their one dimension is
// QueueName, from the queue's ARN ("unknown" without one); dimensions adds others that are the same for all batches. A document
// holds no id and nothing of a message.
//
// The observer is safe for concurrent use: a batch is written by one call of Write, and calls do not overlap. An error of w is
// nobody's and is lost.
//
// MetricsTo panics when w is nil, when the namespace is not 1 to 255 of the characters that CloudWatch allows, and when
// dimensions are more than 29, are named QueueName or like a metric, or have a name or value that is empty, too long (255,
// 1,024 characters), not printable ASCII, or a name that begins with a colon.
func MetricsTo(w io.Writer, namespace string, dimensions map[string]string) func(context.Context, Report) {
	names := make([]string, len(counters))
	for i := range counters {
		names[i] = counters[i].name
	}
	batches := emf.NewBatches("sqsbatch: MetricsTo", w, namespace, "QueueName", dimensions, names...)
	return func(_ context.Context, r Report) {
		counts := make([]int, len(counters))
		var durations []float64
		for i := range r.Messages {
			m := &r.Messages[i]
			for j := range counters {
				if counters[j].counts(m) {
					counts[j]++
				}
			}
			if m.Outcome.Attempted() {
				durations = append(durations, milliseconds(m.Duration))
			}
		}
		batches.Write(r.QueueARN[strings.LastIndexByte(r.QueueARN, ':')+1:], counts, durations)
	}
}
