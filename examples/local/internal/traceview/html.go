package traceview

import (
	_ "embed"
	"html/template"
	"io"
	"slices"
	"time"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// colors is how many services the page tells apart by colour.
const colors = 6

// service is a program that has spans on the page, with its colour.
type service struct {
	Name  string
	Color int
}

// row is a line of the page.
type row struct {
	*Node
	Depth       int
	Color       int
	About       []string     // the attributes that are shown in the line
	Left, Width template.CSS // of the bar
	Duration    string
	Wait        string // from the sender's start to a linked span's
}

// HTML writes a page that shows the nodes on one scale of time, cut where none of them runs for long. It loads nothing and sends nothing.
// A row has the attributes named in show as [Text] has them, and opens to all of them; the fragment #span-ID opens that of one span.
func HTML(w io.Writer, title string, nodes []*Node, show ...string) error {
	l := layout{scale: newScale(nodes), show: show}
	l.add(nodes, nil, 0)
	first, last := bounds(nodes)
	return page.Execute(w, map[string]any{
		"Title": title, "Rows": l.rows, "Services": l.services, "Cuts": l.scale.cuts(), "Total": milliseconds(last.Sub(first)),
		"Start": first.UTC().Format("2006-01-02 15:04:05.000 UTC"),
	})
}

// bounds returns the earliest start and the latest end.
func bounds(nodes []*Node) (first, last time.Time) {
	all(nodes, 0, func(n *Node, _ int) {
		if first.IsZero() || n.Start.Before(first) {
			first = n.Start
		}
		if n.End.After(last) {
			last = n.End
		}
	})
	return first, last
}

type layout struct {
	scale    *scale
	show     []string
	rows     []row
	services []service
}

func (l *layout) add(nodes []*Node, parent *Node, depth int) {
	for _, n := range nodes {
		r := row{
			Node: n, Depth: depth, Color: l.color(n.Service), Duration: milliseconds(n.End.Sub(n.Start)),
			About: shown(n, l.show),
		}
		r.Left, r.Width = l.scale.bar(n.Start, n.End)
		if n.Linked && parent != nil {
			r.Wait = milliseconds(n.Start.Sub(parent.Start))
		}
		l.rows = append(l.rows, r)
		l.add(n.Children, n, depth+1)
	}
}

func (l *layout) color(name string) int {
	i := slices.IndexFunc(l.services, func(s service) bool { return s.Name == name })
	if i < 0 {
		i = len(l.services)
		l.services = append(l.services, service{name, i % colors})
	}
	return l.services[i].Color
}
