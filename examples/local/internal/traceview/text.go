package traceview

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Text writes the nodes as a tree, a line a span: what it is, the attributes named in show as far as the span has them and its name
// does not say the same, how long it took
// and whether it failed. A span that hangs by a link has the wait since its sender's start and the service before it.
func Text(w io.Writer, nodes []*Node, show ...string) error {
	var b strings.Builder
	for _, n := range nodes {
		text(&b, n, "", "", "", show)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// text writes n behind first, what comes with it behind rest, and its children.
func text(b *strings.Builder, n *Node, service, first, rest string, show []string) {
	b.WriteString(first)
	if n.Service != service && n.Service != "" {
		b.WriteString(clean(n.Service) + ": ")
	}
	b.WriteString(clean(n.Name))
	if n.Kind != "" {
		b.WriteString(" " + clean(n.Kind))
	}
	for _, value := range shown(n, show) {
		b.WriteString(" " + clean(value))
	}
	fmt.Fprintf(b, "  %s", milliseconds(n.End.Sub(n.Start)))
	if n.Failed {
		b.WriteString("  FAILED")
		if n.Status != "" {
			b.WriteString(": " + clean(n.Status))
		}
	}
	b.WriteString("\n")
	for i, c := range n.Children {
		branch, below := "├─ ", "│  "
		if i == len(n.Children)-1 {
			branch, below = "└─ ", "   "
		}
		if c.Linked {
			via := make([]string, len(c.Via))
			for i, s := range c.Via {
				via[i] = clean(s.Name)
			}
			fmt.Fprintf(b, "%s│  %s later", rest, milliseconds(c.Start.Sub(n.Start)))
			if len(via) > 0 {
				fmt.Fprintf(b, ", inside %s", strings.Join(via, " > "))
			}
			b.WriteString(":\n")
			branch = strings.Replace(branch, "─ ", "▷ ", 1)
		}
		text(b, c, n.Service, rest+branch, rest+below, show)
	}
}

// shown returns the values of the attributes named in show that the span has and that its name does not say.
func shown(n *Node, show []string) []string {
	var values []string
	for _, key := range show {
		for _, a := range n.Attributes {
			if a.Key == key && !strings.Contains(n.Name, a.Value) {
				values = append(values, a.Value)
			}
		}
	}
	return values
}

// clean keeps a name from steering the terminal.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return '?'
		}
		return r
	}, s)
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}
