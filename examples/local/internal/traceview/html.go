package traceview

import (
	_ "embed"
	"fmt"
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
	Left, Width template.CSS // of the bar
	Duration    string
	Wait        string // from the sender's start to a linked span's
}

// HTML writes a page that shows the nodes on one scale of time. It loads nothing and sends nothing. Its rows open to the spans'
// attributes; the fragment #span-ID opens that of one span.
func HTML(w io.Writer, title string, nodes []*Node) error {
	p := layout{}
	first, last := bounds(nodes)
	p.first, p.total = first, max(last.Sub(first), time.Microsecond)
	p.add(nodes, nil, 0)
	return page.Execute(w, map[string]any{
		"Title": title, "Rows": p.rows, "Services": p.services, "Total": milliseconds(p.total),
		"Start": first.UTC().Format("2006-01-02 15:04:05.000 UTC"),
	})
}

// bounds returns the earliest start and the latest end.
func bounds(nodes []*Node) (first, last time.Time) {
	for _, n := range nodes {
		start, end := n.Start, n.End
		if f, l := bounds(n.Children); !f.IsZero() {
			if f.Before(start) {
				start = f
			}
			if l.After(end) {
				end = l
			}
		}
		if first.IsZero() || start.Before(first) {
			first = start
		}
		if end.After(last) {
			last = end
		}
	}
	return first, last
}

type layout struct {
	first    time.Time
	total    time.Duration
	rows     []row
	services []service
}

func (p *layout) add(nodes []*Node, parent *Node, depth int) {
	for _, n := range nodes {
		r := row{
			Node: n, Depth: depth, Color: p.color(n.Service), Left: p.share(n.Start.Sub(p.first)),
			Width: p.share(n.End.Sub(n.Start)), Duration: milliseconds(n.End.Sub(n.Start)),
		}
		if n.Linked && parent != nil {
			r.Wait = milliseconds(n.Start.Sub(parent.Start))
		}
		p.rows = append(p.rows, r)
		p.add(n.Children, n, depth+1)
	}
}

func (p *layout) color(name string) int {
	i := slices.IndexFunc(p.services, func(s service) bool { return s.Name == name })
	if i < 0 {
		i = len(p.services)
		p.services = append(p.services, service{name, i % colors})
	}
	return p.services[i].Color
}

func (p *layout) share(d time.Duration) template.CSS {
	return template.CSS(fmt.Sprintf("%.3f%%", 100*float64(d)/float64(p.total)))
}
