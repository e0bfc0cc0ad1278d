package main

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestBenchPattern(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		parent string
		names  []string
		want   string
	}{
		{"FirstCall", []string{""}, "^BenchmarkFirstCall$"},
		{"Invoke/empty/n=10", []string{"sqsbatch", "by-hand"}, "^BenchmarkInvoke$/^empty$/^n=10$/^(sqsbatch|by-hand)$"},
		{"Decode", []string{"own detail"}, "^BenchmarkDecode$/^(own_detail)$"},
	} {
		if got := benchPattern(c.parent, c.names); got != c.want {
			t.Errorf("%s %q: %s, want %s", c.parent, c.names, got, c.want)
		}
	}
}

func TestIsNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, want string
		is         bool
	}{
		{"Repo/http/query-100/by-hand-2", "Repo/http/query-100/by-hand", true},
		{"Repo/http/query-100/by-hand", "Repo/http/query-100/by-hand", true},
		{"Repo/http/query-100-16", "Repo/http/query-100", true},
		{"Repo/http/query-100/by-hand-2", "Repo/http/query-100", false},
		{"Repo/http/put/by-hand-2", "Repo/http/put/by", false},
	} {
		if got := isNamed(c.name, c.want); got != c.is {
			t.Errorf("%s, %s: %v", c.name, c.want, got)
		}
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	many := func(f, spread float64) []float64 {
		var all []float64
		for i := range 10 {
			all = append(all, f+spread*float64(i-5)/5)
		}
		return all
	}
	for _, c := range []struct {
		name string
		r    result
		want string
	}{
		{"no aim", result{ratios: many(3, 0)}, ""},
		{"reached", result{comparison: comparison{aim: 0.5}, ratios: many(0.4, 0.01)}, "yes"},
		{"missed", result{comparison: comparison{aim: 0.5}, ratios: many(0.6, 0.01)}, "**no**"},
		{"missed, or not", result{comparison: comparison{aim: 0.5}, ratios: many(0.5, 0.2)}, "within the spread"},
		{"missed in one round", result{comparison: comparison{aim: 0.5}, ratios: []float64{0.6}}, "**no**"},
		{"too many allocations", result{
			comparison: comparison{aim: 0.5, allocsAim: 0.5}, ratios: many(0.4, 0), allocs: many(6, 0), theirAllocs: many(10, 0)}, "**no**"},
		{"few allocations", result{
			comparison: comparison{aim: 0.5, allocsAim: 0.5}, ratios: many(0.4, 0), allocs: many(5, 0), theirAllocs: many(10, 0)}, "yes"},
		{"four more", result{
			comparison: comparison{aim: 1, more: time.Microsecond, moreAllocs: 3}, ratios: many(0.4, 0), allocs: many(14, 0), theirAllocs: many(10, 0)}, "**no**"},
	} {
		if got := c.r.verdict(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestAdd(t *testing.T) {
	t.Parallel()
	m := map[string]measurements{
		"ours": {"sec/op": 3e-6, "allocs/op": 5}, "theirs": {"sec/op": 1e-6, "allocs/op": 10}, "": {"connected/sdk": 0.3},
	}
	for _, c := range []struct {
		comparison
		want float64
	}{
		{comparison{ours: "ours", theirs: "theirs"}, 3},
		{comparison{ours: "ours", theirs: "theirs", more: 4 * time.Microsecond}, 0.5},
		{comparison{ours: "ours", more: time.Microsecond}, 3},
		{comparison{metric: "connected/sdk"}, 0.3},
	} {
		r := result{comparison: c.comparison}
		if err := r.add(m); err != nil || len(r.ratios) != 1 || r.ratios[0]/c.want < 0.999 || r.ratios[0]/c.want > 1.001 {
			t.Errorf("%+v: %v, %v", c, r.ratios, err)
		}
	}
	if err := (&result{comparison: comparison{metric: "none"}}).add(m); err == nil {
		t.Error("no error for a metric that is not there")
	}
	if err := (&result{comparison: comparison{ours: "none"}}).add(m); err == nil {
		t.Error("no error for a benchmark without allocations")
	}
}

func TestPlot(t *testing.T) {
	t.Parallel()
	all := curves()
	for i := range all {
		for _, size := range all[i].sizes {
			all[i].points = append(all[i].points, point{size: size, seconds: 1e-6 * float64(i+1) / float64(size), live: -1})
		}
	}
	svg := plot(all)
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err, svg)
		}
	}
	if n := len(regexp.MustCompile(`<circle`).FindAllString(svg, -1)); n != 18 {
		t.Errorf("%d points, want 18", n)
	}
	if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Error(svg)
	}
}
