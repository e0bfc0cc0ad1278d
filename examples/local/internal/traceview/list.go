package traceview

import (
	_ "embed"
	"html/template"
	"io"
	"slices"
)

//go:embed list.html
var listText string

var list = template.Must(template.New("list").Parse(listText))

// maxList is how many traces a list has.
const maxList = 200

// List writes a page of the traces that spans are in, the newest 200 first, each with a link to its id: a path beside the list's own.
// A trace goes by its first span.
func List(w io.Writer, title string, spans []Span) error {
	first := map[string]Span{}
	for _, s := range spans {
		if f, ok := first[s.Trace]; !ok || s.Start.Before(f.Start) {
			first[s.Trace] = s
		}
	}
	type row struct {
		Span
		At, Duration string
	}
	rows := []row{}
	for _, s := range first {
		rows = append(rows, row{s, s.Start.UTC().Format("15:04:05.000"), milliseconds(s.End.Sub(s.Start))})
	}
	slices.SortFunc(rows, func(a, b row) int { return b.Start.Compare(a.Start) })
	return list.Execute(w, map[string]any{"Title": title, "Rows": rows[:min(len(rows), maxList)]})
}
