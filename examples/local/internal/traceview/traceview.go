// Package traceview shows the spans of a distributed trace to a person: as a tree in a terminal and as one HTML page that needs nothing
// else. A message has no parent in its sender's trace, only a link to it; [Build] follows the links, so that what a request set off is
// seen where it was sent from.
package traceview

import (
	"cmp"
	"slices"
	"time"
)

// ID names a span: its trace's id and its own, in lower-case hexadecimal digits.
type ID struct{ Trace, Span string }

// Span is what is shown of a span.
type Span struct {
	ID
	Parent     string // the span's id in the same trace; empty for a root
	Links      []ID
	Service    string
	Name       string
	Kind       string // such as SERVER; empty for an internal one
	Start, End time.Time
	Failed     bool
	Status     string // what the status says beside that it failed
	Attributes []Attribute
}

// Attribute is one attribute, with its value as text.
type Attribute struct{ Key, Value string }

// Node is a span in its place in the tree.
type Node struct {
	Span
	// Linked says that the span hangs here by a link to its parent in the tree.
	Linked bool
	// Via are the spans around a linked one in its own trace, the outermost first: the invocation, the batch.
	Via      []Span
	Children []*Node // by their start
}

// Build makes the tree of one trace, with everything that links to its spans. A span whose parent is not among spans is a root. Where
// both a batch and one of its messages link to a span, the message hangs there and the batch is in Via. No span is in the tree twice.
func Build(spans []Span, trace string) []*Node {
	b := builder{byID: map[ID]*Span{}, children: map[ID][]*Span{}, linking: map[ID][]*Span{}, placed: map[ID]bool{}}
	spans = slices.Clone(spans)
	slices.SortStableFunc(spans, func(x, y Span) int {
		return cmp.Or(x.Start.Compare(y.Start), cmp.Compare(x.ID.Span, y.ID.Span))
	})
	for i := range spans {
		s := &spans[i]
		b.byID[s.ID] = s
		for _, link := range s.Links {
			b.linking[link] = append(b.linking[link], s)
		}
	}
	var roots []*Span
	for i := range spans {
		s := &spans[i]
		parent := ID{s.Trace, s.Parent}
		if b.byID[parent] != nil && parent != s.ID {
			b.children[parent] = append(b.children[parent], s)
		} else if s.Trace == trace {
			roots = append(roots, s)
		}
	}
	var nodes []*Node
	for _, s := range roots {
		if n := b.node(s); n != nil {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

type builder struct {
	byID     map[ID]*Span
	children map[ID][]*Span
	linking  map[ID][]*Span // by what they link to
	placed   map[ID]bool
}

// node places s and all below it, or returns nil if it has its place already.
func (b *builder) node(s *Span) *Node {
	if b.placed[s.ID] {
		return nil
	}
	b.placed[s.ID] = true
	n := &Node{Span: *s}
	for _, child := range b.children[s.ID] {
		if c := b.node(child); c != nil {
			n.Children = append(n.Children, c)
		}
	}
	for _, linked := range b.linking[s.ID] {
		if b.finerLink(linked, s.ID) {
			continue
		}
		via := b.around(linked)
		if c := b.node(linked); c != nil {
			c.Linked, c.Via = true, via
			n.Children = append(n.Children, c)
		}
	}
	slices.SortStableFunc(n.Children, func(x, y *Node) int { return x.Start.Compare(y.Start) })
	return n
}

// finerLink says whether a span below s links to the same place.
func (b *builder) finerLink(s *Span, to ID) bool {
	for _, other := range b.linking[to] {
		if other == s {
			continue
		}
		for _, above := range b.around(other) {
			if above.ID == s.ID {
				return true
			}
		}
	}
	return false
}

// around returns the spans above s in its trace, the outermost first.
func (b *builder) around(s *Span) []Span {
	var above []Span
	seen := map[ID]bool{s.ID: true}
	for p := b.byID[ID{s.Trace, s.Parent}]; p != nil && !seen[p.ID]; p = b.byID[ID{p.Trace, p.Parent}] {
		seen[p.ID] = true
		above = append(above, *p)
	}
	slices.Reverse(above)
	return above
}

// all calls f for each node, parents first, with its depth.
func all(nodes []*Node, depth int, f func(*Node, int)) {
	for _, n := range nodes {
		f(n, depth)
		all(n.Children, depth+1, f)
	}
}
