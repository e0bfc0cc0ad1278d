package sqsbatch

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lambdapatterns/lambdapatterns/internal/emf"
)

const queueDimension = "QueueName"

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
	if w == nil {
		panic("sqsbatch: MetricsTo needs a writer, got nil")
	}
	if problem := emf.NamespaceProblem(namespace); problem != "" {
		panic(fmt.Sprintf("sqsbatch: MetricsTo: namespace %q %s", namespace, problem))
	}
	if problem := emf.DimensionsProblem(dimensions, queueDimension, taken()...); problem != "" {
		panic("sqsbatch: MetricsTo: " + problem)
	}
	e := &documents{w: w, namespace: namespace, dimensions: maps.Clone(dimensions)}
	e.names = append([]string{queueDimension}, slices.Sorted(maps.Keys(dimensions))...)
	return e.observe
}

// taken are the names that metrics have.
func taken() []string {
	names := []string{durationMetric}
	for i := range counters {
		names = append(names, counters[i].name)
	}
	return names
}

const durationMetric = "Duration"

// documents writes documents in the embedded metric format.
type documents struct {
	namespace  string
	dimensions map[string]string
	names      []string // of the dimensions, sorted behind QueueName

	mu sync.Mutex
	w  io.Writer
}

func (e *documents) observe(_ context.Context, r Report) {
	now := time.Now()
	var durations []float64
	for i := range r.Messages {
		if m := &r.Messages[i]; m.Outcome.Attempted() {
			durations = append(durations, milliseconds(m.Duration))
		}
	}
	var counts []emf.Metric
	values := map[string]any{}
	for i := range counters {
		n := 0
		for j := range r.Messages {
			if counters[i].counts(&r.Messages[j]) {
				n++
			}
		}
		counts = append(counts, emf.Metric{Name: counters[i].name, Unit: "Count"})
		values[counters[i].name] = n
	}
	first := durations[:min(len(durations), emf.MaxValues)]
	lines := e.document(nil, now, r.QueueARN, counts, values, first)
	for chunk := range slices.Chunk(durations[len(first):], emf.MaxValues) {
		lines = e.document(lines, now, r.QueueARN, nil, map[string]any{}, chunk)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	_, _ = e.w.Write(lines)
}

// document appends a line to lines.
func (e *documents) document(
	lines []byte, now time.Time, queueARN string, metrics []emf.Metric, members map[string]any, durations []float64,
) []byte {
	if len(durations) > 0 {
		metrics = append(metrics, emf.Metric{Name: durationMetric, Unit: "Milliseconds"})
		members[durationMetric] = durations
	}
	for name, value := range e.dimensions {
		members[name] = value
	}
	members[queueDimension] = queueName(queueARN)
	members[emf.Metadata] = map[string]any{
		"Timestamp": now.UnixMilli(),
		"CloudWatchMetrics": []any{map[string]any{
			"Namespace": e.namespace, "Dimensions": [][]string{e.names}, "Metrics": metrics,
		}},
	}
	line, err := json.Marshal(members)
	if err != nil {
		panic("sqsbatch: metrics that are not JSON: " + err.Error()) // they are numbers and checked texts
	}
	return append(append(lines, line...), '\n')
}

// queueName is the last part of a queue's ARN.
func queueName(arn string) string {
	name := arn[strings.LastIndexByte(arn, ':')+1:]
	if !emf.IsText(name, emf.MaxValue) {
		return "unknown"
	}
	return name
}
