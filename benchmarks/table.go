package main

import (
	"fmt"
	"math"
	"strings"
)

// markdown is the table of the comparisons.
func markdown(results []*result) string {
	var b strings.Builder
	b.WriteString("| package | what | against | time | allocations | aim | reached | benchmark |\n|---|---|---|---|---|---|---|---|\n")
	for _, r := range results {
		name := r.folder + " `" + r.parent + "`"
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n",
			r.pkg, r.what, r.against, r.ratio(), r.allocations(), r.aims(), r.verdict(), name)
	}
	return b.String()
}

// ratio is the median with its confidence interval.
func (r *result) ratio() string {
	s := summary(r.ratios)
	if math.IsInf(s.Lo, 0) || math.IsInf(s.Hi, 0) {
		return number(s.Center)
	}
	return fmt.Sprintf("%s (%s to %s)", number(s.Center), number(s.Lo), number(s.Hi))
}

func number(f float64) string {
	if f < 0.095 {
		return fmt.Sprintf("%.3fx", f)
	}
	return fmt.Sprintf("%.2fx", f)
}

// allocations are how many each side makes, and their ratio.
func (r *result) allocations() string {
	switch {
	case len(r.allocs) == 0:
		return ""
	case len(r.theirAllocs) == 0:
		return fmt.Sprintf("%.0f", median(r.allocs))
	}
	ours, theirs := median(r.allocs), median(r.theirAllocs)
	text := fmt.Sprintf("%.0f / %.0f", ours, theirs)
	if theirs > 0 {
		text += " = " + number(ours/theirs)
	}
	return text
}

func (r *result) aims() string {
	var aims []string
	if r.aim > 0 {
		aims = append(aims, fmt.Sprintf("≤ %.2fx", r.aim))
	}
	if r.allocsAim > 0 {
		aims = append(aims, fmt.Sprintf("allocations ≤ %.2fx", r.allocsAim))
	}
	if r.moreAllocs > 0 {
		aims = append(aims, fmt.Sprintf("at most %.0f allocations more", r.moreAllocs))
	}
	return strings.Join(aims, ", ")
}
