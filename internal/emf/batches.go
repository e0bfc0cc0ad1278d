package emf

import (
	"io"
	"slices"
)

// Duration is the metric that a batch's documents have beside its counters.
const Duration = "Duration"

// Batches writes what became of batches. It is safe for concurrent use.
type Batches struct {
	documents *Documents
	counters  []Metric
}

// NewBatches is [New] for batches whose counters have the given names.
func NewBatches(what string, w io.Writer, namespace, own string, dimensions map[string]string, counters ...string) *Batches {
	b := &Batches{documents: New(what, w, namespace, own, dimensions, append([]string{Duration}, counters...)...)}
	for _, name := range counters {
		b.counters = append(b.counters, Metric{Name: name, Unit: "Count"})
	}
	return b
}

// Write writes a batch: how many there were by each counter, zeros included, so that alarms find data, and how long those took that
// were attempted, in milliseconds. A document holds 100 durations at most; those of a larger batch follow in documents of their own.
func (b *Batches) Write(own string, counts []int, durations []float64) {
	head := Document{Metrics: slices.Clone(b.counters), Members: map[string]any{}}
	for i, m := range b.counters {
		head.Members[m.Name] = counts[i]
	}
	n := min(len(durations), MaxValues)
	head.addDurations(durations[:n])
	documents := []Document{head}
	for chunk := range slices.Chunk(durations[n:], MaxValues) {
		more := Document{Members: map[string]any{}}
		more.addDurations(chunk)
		documents = append(documents, more)
	}
	b.documents.Write(own, documents...)
}

func (d *Document) addDurations(milliseconds []float64) {
	if len(milliseconds) > 0 {
		d.Metrics = append(d.Metrics, Metric{Name: Duration, Unit: "Milliseconds"})
		d.Members[Duration] = milliseconds
	}
}
