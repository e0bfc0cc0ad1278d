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
)

// The limits of the embedded metric format and of CloudWatch behind it (Amazon CloudWatch User Guide, "Specification:
// Embedded metric format"; Amazon CloudWatch API Reference, "MetricDatum" and "Dimension").
const (
	maxDimensions     = 30
	maxDimensionName  = 255
	maxDimensionValue = 1024
	maxNamespace      = 255
	maxValues         = 100 // of one metric in one document
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
// [WithMaxReceiveCount]), SettlementFailed, and one for each [Outcome], named like it. Duration is that of each message that was
// attempted, in milliseconds; a document holds 100 of them, and a larger batch has more documents. Their one dimension is QueueName, from the queue's ARN ("unknown" without
// one); dimensions adds others that are the same for all batches. A document holds no id and nothing of a message.
//
// A batch is written by one call of Write, and calls do not overlap. An error of w is nobody's and is lost. MetricsTo panics
// when w is nil, when the namespace is not 1 to 255 of the characters that CloudWatch allows, and when dimensions are more
// than 29, are named QueueName or like a metric, or have a name or value that is empty, too long (255, 1,024 characters), not
// printable ASCII, or a name that begins with a colon.
func MetricsTo(w io.Writer, namespace string, dimensions map[string]string) func(context.Context, Report) {
	if w == nil {
		panic("sqsbatch: MetricsTo needs a writer, got nil")
	}
	if problem := namespaceProblem(namespace); problem != "" {
		panic(fmt.Sprintf("sqsbatch: MetricsTo: namespace %q %s", namespace, problem))
	}
	if problem := dimensionsProblem(dimensions); problem != "" {
		panic("sqsbatch: MetricsTo: " + problem)
	}
	e := &emf{w: w, namespace: namespace, dimensions: maps.Clone(dimensions)}
	e.names = append([]string{queueDimension}, slices.Sorted(maps.Keys(dimensions))...)
	return e.observe
}

func namespaceProblem(namespace string) string {
	if namespace == "" || len(namespace) > maxNamespace {
		return fmt.Sprintf("needs 1 to %d characters", maxNamespace)
	}
	for _, r := range namespace {
		if !strings.ContainsRune("-._/#: ", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return fmt.Sprintf("has the character %q", r)
		}
	}
	if strings.HasPrefix(namespace, "AWS/") || strings.HasPrefix(namespace, ":") || strings.TrimSpace(namespace) == "" {
		return "is not one for metrics of your own"
	}
	return ""
}

func dimensionsProblem(dimensions map[string]string) string {
	if len(dimensions) >= maxDimensions {
		return fmt.Sprintf("%d dimensions and QueueName are more than %d", len(dimensions), maxDimensions)
	}
	for _, name := range slices.Sorted(maps.Keys(dimensions)) {
		value := dimensions[name]
		switch {
		case name == queueDimension || name == "_aws" || name == durationMetric || isMetric(name):
			return fmt.Sprintf("dimension %q has the name of something that is there already", name)
		case !isDimensionText(name, maxDimensionName) || name[0] == ':':
			return fmt.Sprintf("dimension %q: need a name of 1 to %d printable ASCII characters, not beginning with a colon",
				name, maxDimensionName)
		case !isDimensionText(value, maxDimensionValue):
			return fmt.Sprintf("dimension %q: need a value of 1 to %d printable ASCII characters", name, maxDimensionValue)
		}
	}
	return ""
}

func isMetric(name string) bool {
	for i := range counters {
		if counters[i].name == name {
			return true
		}
	}
	return false
}

// isDimensionText tells whether s has at most limit characters, all printable ASCII, and one that is no space.
func isDimensionText(s string, limit int) bool {
	for _, r := range s {
		if r < ' ' || r > '~' {
			return false
		}
	}
	return strings.TrimSpace(s) != "" && len(s) <= limit
}

const durationMetric = "Duration"

// emf writes documents in the embedded metric format.
type emf struct {
	namespace  string
	dimensions map[string]string
	names      []string // of the dimensions, sorted behind QueueName

	mu sync.Mutex
	w  io.Writer
}

type emfMetric struct {
	Name string
	Unit string
}

func (e *emf) observe(_ context.Context, r Report) {
	now := time.Now()
	var durations []float64
	for i := range r.Messages {
		if m := &r.Messages[i]; m.Outcome.Attempted() {
			durations = append(durations, milliseconds(m.Duration))
		}
	}
	var counts []emfMetric
	values := map[string]any{}
	for i := range counters {
		n := 0
		for j := range r.Messages {
			if counters[i].counts(&r.Messages[j]) {
				n++
			}
		}
		counts = append(counts, emfMetric{counters[i].name, "Count"})
		values[counters[i].name] = n
	}
	first := durations[:min(len(durations), maxValues)]
	lines := e.document(nil, now, r.QueueARN, counts, values, first)
	for chunk := range slices.Chunk(durations[len(first):], maxValues) {
		lines = e.document(lines, now, r.QueueARN, nil, map[string]any{}, chunk)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	_, _ = e.w.Write(lines)
}

// document appends a line to lines.
func (e *emf) document(
	lines []byte, now time.Time, queueARN string, metrics []emfMetric, members map[string]any, durations []float64,
) []byte {
	if len(durations) > 0 {
		metrics = append(metrics, emfMetric{durationMetric, "Milliseconds"})
		members[durationMetric] = durations
	}
	for name, value := range e.dimensions {
		members[name] = value
	}
	members[queueDimension] = queueName(queueARN)
	members["_aws"] = map[string]any{
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
	if !isDimensionText(name, maxDimensionValue) {
		return "unknown"
	}
	return name
}
