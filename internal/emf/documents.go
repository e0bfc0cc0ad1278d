package emf

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"
)

// Documents writes documents in the embedded metric format, each a line of JSON. It is safe for concurrent use.
type Documents struct {
	namespace  string
	own        string
	dimensions map[string]string
	names      []string // of the dimensions, sorted behind own

	mu sync.Mutex
	w  io.Writer
}

// Document is one document without its metadata and dimensions.
type Document struct {
	Metrics []Metric
	Members map[string]any // the metrics' values and the properties; Write adds to it
}

// New returns what writes to w, for the exported function what: of the namespace, with the dimension own, whose value each Write
// gives, and the dimensions of a user beside it. taken are the names of the other members that documents have. It panics when w
// is nil or something cannot be taken.
func New(what string, w io.Writer, namespace, own string, dimensions map[string]string, taken ...string) *Documents {
	if w == nil {
		panic(what + " needs a writer, got nil")
	}
	if problem := NamespaceProblem(namespace); problem != "" {
		panic(fmt.Sprintf("%s: namespace %q %s", what, namespace, problem))
	}
	if problem := DimensionsProblem(dimensions, own, taken...); problem != "" {
		panic(what + ": " + problem)
	}
	return &Documents{
		w: w, namespace: namespace, own: own, dimensions: maps.Clone(dimensions),
		names: append([]string{own}, slices.Sorted(maps.Keys(dimensions))...),
	}
}

// Write writes the documents by one call of the writer's. own is "unknown" where its text cannot be the value of a dimension. An
// error of the writer is nobody's and is lost.
func (d *Documents) Write(own string, documents ...Document) {
	if !IsText(own, MaxValue) {
		own = "unknown"
	}
	now := time.Now().UnixMilli()
	var lines []byte
	for _, doc := range documents {
		maps.Copy(doc.Members, map[string]any{d.own: own, Metadata: map[string]any{
			"Timestamp": now,
			"CloudWatchMetrics": []any{map[string]any{
				"Namespace": d.namespace, "Dimensions": [][]string{d.names}, "Metrics": doc.Metrics,
			}},
		}})
		for name, value := range d.dimensions {
			doc.Members[name] = value
		}
		line, err := json.Marshal(doc.Members)
		if err != nil {
			panic("emf: metrics that are not JSON: " + err.Error()) // they are numbers and texts
		}
		lines = append(append(lines, line...), '\n')
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	_, _ = d.w.Write(lines)
}
