package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"

	"golang.org/x/perf/benchmath"
)

// result is what came of a comparison, in one value a round.
type result struct {
	comparison
	ratios      []float64
	allocs      []float64 // of ours
	theirAllocs []float64
}

// compare runs the comparisons in rounds.
func (l *lab) compare(ctx context.Context, rows []comparison, rounds int) ([]*result, error) {
	results := make([]*result, len(rows))
	for i, c := range rows {
		results[i] = &result{comparison: c}
	}
	for round := range rounds {
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, rounds)
		shared := map[string]map[string]measurements{} // benchmarks whose metrics are several rows
		for _, r := range results {
			var names []string
			for _, name := range []string{r.ours, r.theirs} {
				if name != "" {
					names = append(names, name)
				}
			}
			if r.metric != "" {
				names = []string{""}
			}
			key := r.folder + " " + r.parent + " " + strings.Join(names, " ")
			if shared[key] == nil {
				m, err := l.bench(ctx, r.folder, r.parent, names...)
				if err != nil {
					return nil, err
				}
				shared[key] = m
			}
			if err := r.add(shared[key]); err != nil {
				return nil, err
			}
		}
	}
	return results, nil
}

// add takes the values of a round.
func (r *result) add(m map[string]measurements) error {
	if r.metric != "" {
		ratio, ok := m[""][r.metric]
		if !ok {
			return fmt.Errorf("%s %s: the benchmark reports no %s", r.folder, r.parent, r.metric)
		}
		r.ratios = append(r.ratios, ratio)
		return nil
	}
	ours, theirs := m[r.ours], m[r.theirs]
	if _, ok := ours["allocs/op"]; !ok {
		return fmt.Errorf("%s %s/%s: the benchmark counts no allocations", r.folder, r.parent, r.ours)
	}
	r.allocs = append(r.allocs, ours["allocs/op"])
	if theirs != nil {
		r.theirAllocs = append(r.theirAllocs, theirs["allocs/op"])
	}
	switch {
	case r.more > 0:
		r.ratios = append(r.ratios, (ours["sec/op"]-theirs["sec/op"])/r.more.Seconds())
	default:
		r.ratios = append(r.ratios, ours["sec/op"]/theirs["sec/op"])
	}
	return nil
}

// summary is the median of values and its 95 % confidence interval, infinite where there are too few.
func summary(values []float64) benchmath.Summary {
	thresholds := benchmath.DefaultThresholds
	return benchmath.AssumeNothing.Summary(benchmath.NewSample(append([]float64(nil), values...), &thresholds), 0.95)
}

// verdict tells whether what was aimed at was reached.
func (r *result) verdict() string {
	var missed, doubtful bool
	if r.aim > 0 {
		s := summary(r.ratios)
		missed = s.Lo > r.aim || math.IsInf(s.Lo, 0) && s.Center > r.aim
		doubtful = !missed && s.Hi > r.aim
	}
	switch ours, theirs := median(r.allocs), median(r.theirAllocs); {
	case r.allocsAim > 0 && ours > theirs*r.allocsAim:
		missed = true
	case r.moreAllocs > 0 && ours > theirs+r.moreAllocs:
		missed = true
	}
	switch {
	case r.aim == 0 && r.allocsAim == 0:
		return ""
	case missed:
		return "**no**"
	case doubtful:
		return "within the spread"
	}
	return "yes"
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	return summary(values).Center
}
