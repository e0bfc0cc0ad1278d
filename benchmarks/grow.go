package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// curve is how a benchmark of folder growth goes with its size.
type curve struct {
	title, parent string
	per           string // what the size counts; "" where an operation's whole time is shown
	sizes         []int
	points        []point
}

type point struct {
	size    int
	seconds float64 // for one of the size's units, or of the operation
	live    float64 // KiB, negative where it is not measured
}

func curves() []curve {
	return []curve{
		{title: "sqsbatch: a batch from raw to raw", parent: "Messages", per: "message", sizes: []int{10, 100, 1000, 10_000}},
		{title: "singletable: a query of a whole partition", parent: "Items", per: "item", sizes: []int{1, 10, 100, 1000, 10_000, 100_000}},
		{title: "eventbridge: handlers for different kinds of event", parent: "Rules", sizes: []int{1, 10, 100, 1000}},
		{title: "eventbridge: handlers for one kind, told apart by patterns", parent: "Patterns", per: "handler", sizes: []int{1, 10, 100, 1000}},
	}
}

// grow measures the curves: the fastest of three runs, because what disturbs a run only makes it slower.
func (l *lab) grow(ctx context.Context) ([]curve, error) {
	all := curves()
	runs := 3
	if l.each == "1x" {
		runs = 1
	}
	for i := range all {
		c := &all[i]
		names := make([]string, len(c.sizes))
		for k, size := range c.sizes {
			names[k] = "n=" + strconv.Itoa(size)
		}
		for run := range runs {
			m, err := l.bench(ctx, "benchmarks/growth", c.parent, names...)
			if err != nil {
				return nil, err
			}
			for k, size := range c.sizes {
				p := point{size: size, seconds: m[names[k]]["sec/op"], live: -1}
				if c.per != "" {
					p.seconds /= float64(size)
				}
				if live, ok := m[names[k]]["live-KiB"]; ok {
					p.live = live
				}
				if run == 0 {
					c.points = append(c.points, p)
					continue
				}
				c.points[k].seconds = min(c.points[k].seconds, p.seconds)
				c.points[k].live = max(c.points[k].live, p.live)
			}
		}
	}
	return all, nil
}

// growthTable has the times relative to that of the smallest size.
func growthTable(all []curve) string {
	var b strings.Builder
	b.WriteString("| what | time of | relative to the smallest size | memory live meanwhile |\n|---|---|---|---|\n")
	for _, c := range all {
		var times, memory []string
		for _, p := range c.points {
			times = append(times, fmt.Sprintf("%d: %.2fx", p.size, p.seconds/c.points[0].seconds))
			if p.live >= 0 {
				memory = append(memory, fmt.Sprintf("%d: %.0f KiB", p.size, p.live))
			}
		}
		of := "one event"
		if c.per != "" {
			of = "one " + c.per
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", c.title, of, strings.Join(times, ", "), strings.Join(memory, ", "))
	}
	return b.String()
}
