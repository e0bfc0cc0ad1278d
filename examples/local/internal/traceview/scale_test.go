package traceview

import (
	"testing"
	"time"
)

func TestScale(t *testing.T) {
	t.Parallel()
	at := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	// 40 ms of spans, then nothing for 60, which is cut to 10 as 80 run in all, then 40.
	s := newScale([]*Node{{Span: span("a/1", "", "", "", "", 0, 40), Children: []*Node{
		{Span: span("a/2", "1", "", "", "", 5, 10)}, {Span: span("b/1", "", "", "", "", 100, 40)},
	}}})
	for _, test := range []struct{ at, want int }{{0, 0}, {5, 5}, {40, 40}, {70, 45}, {100, 50}, {120, 70}, {140, 90}, {999, 90}} {
		if got := s.position(at(test.at)); got != time.Duration(test.want)*time.Millisecond {
			t.Errorf("after %d ms: %v on the scale, want %d ms", test.at, got, test.want)
		}
	}
	if cuts := s.cuts(); len(cuts) != 1 || cuts[0].Length != "60.0 ms" || cuts[0].Left != "44.444%" || cuts[0].Width != "11.111%" {
		t.Errorf("cuts %+v", cuts)
	}
	// A short wait is not worth a cut, and spans without length do not divide by zero.
	short := newScale([]*Node{{Span: span("a/1", "", "", "", "", 0, 40)}, {Span: span("a/2", "", "", "", "", 50, 40)}})
	if cuts := short.cuts(); len(cuts) != 0 || short.shown != 90*time.Millisecond {
		t.Errorf("%v on the scale, cuts %+v; want 90 ms and none", short.shown, cuts)
	}
	one := newScale([]*Node{{Span: span("a/1", "", "", "", "", 0, 0)}})
	if left, width := one.bar(at(0), at(0)); left != "0.000%" || width != "0.000%" {
		t.Errorf("a bar without length is at %s, %s wide", left, width)
	}
	if s := newScale(nil); s.cuts() != nil || s.shown <= 0 {
		t.Errorf("no spans: %+v", s)
	}
}
