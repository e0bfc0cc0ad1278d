package traceview

import (
	"fmt"
	"html/template"
	"slices"
	"time"
)

// scale says where on the page's width a moment is. While no span runs for long, as while a message waits in its queue, the scale is
// cut: what does run would be too short to be seen beside it.
type scale struct {
	pieces []piece // one after another
	shown  time.Duration
}

// piece is a time in which spans run, or one between these.
type piece struct {
	from, to time.Time
	at       time.Duration // where it begins on the scale
	length   time.Duration // on the scale; shorter than the time if it is cut
	cut      bool
}

// cut is where the scale is cut.
type cut struct {
	Left, Width template.CSS
	Length      string
}

func newScale(nodes []*Node) *scale {
	var running []piece
	all(nodes, 0, func(n *Node, _ int) { running = append(running, piece{from: n.Start, to: n.End}) })
	slices.SortFunc(running, func(a, b piece) int { return a.from.Compare(b.from) })
	merged := running[:0]
	for _, p := range running {
		if last := len(merged) - 1; last >= 0 && !p.from.After(merged[last].to) {
			if p.to.After(merged[last].to) {
				merged[last].to = p.to
			}
			continue
		}
		merged = append(merged, p)
	}
	var busy time.Duration
	for _, p := range merged {
		busy += p.to.Sub(p.from)
	}
	s := &scale{}
	for i, p := range merged {
		if i > 0 {
			s.add(piece{from: merged[i-1].to, to: p.from}, busy)
		}
		s.add(p, 0)
	}
	s.shown = max(s.shown, time.Microsecond)
	return s
}

// add adds a piece. One between spans, where busy says how long spans run in all, is cut if it is above a quarter of that.
func (s *scale) add(p piece, busy time.Duration) {
	p.at, p.length = s.shown, p.to.Sub(p.from)
	if p.cut = busy > 0 && p.length > busy/4; p.cut {
		p.length = busy / 8
	}
	s.shown += p.length
	s.pieces = append(s.pieces, p)
}

// position returns how far along the scale t is.
func (s *scale) position(t time.Time) time.Duration {
	for _, p := range s.pieces {
		if t.After(p.to) {
			continue
		}
		if p.cut {
			return p.at + time.Duration(float64(p.length)*float64(t.Sub(p.from))/float64(p.to.Sub(p.from)))
		}
		return p.at + t.Sub(p.from)
	}
	return s.shown
}

// bar returns the place of a time from one moment to another.
func (s *scale) bar(from, to time.Time) (left, width template.CSS) {
	start := s.position(from)
	return s.share(start), s.share(s.position(to) - start)
}

func (s *scale) cuts() []cut {
	var cuts []cut
	for _, p := range s.pieces {
		if p.cut {
			cuts = append(cuts, cut{s.share(p.at), s.share(p.length), milliseconds(p.to.Sub(p.from))})
		}
	}
	return cuts
}

func (s *scale) share(d time.Duration) template.CSS {
	return template.CSS(fmt.Sprintf("%.3f%%", 100*float64(d)/float64(s.shown)))
}
