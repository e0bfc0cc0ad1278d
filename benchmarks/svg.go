package main

import (
	"fmt"
	"math"
	"strings"
)

// The plot's measures.
const (
	plotWidth, plotHeight = 720, 420
	plotLeft, plotTop     = 60, 30
	plotRight, plotBottom = 20, 130
)

var plotColours = []string{"#0072b2", "#d55e00", "#009e73", "#cc79a7"} // told apart by colour-blind people too

// plot draws the curves with logarithmic axes: the size, and the time of one unit relative to that of the smallest size. What is
// linear or better does not rise.
func plot(all []curve) string {
	maxSize, low, high := 10.0, 0.1, 10.0
	for _, c := range all {
		for _, p := range c.points {
			maxSize = max(maxSize, float64(p.size))
			for p.seconds/c.points[0].seconds < low {
				low /= 10
			}
			for p.seconds/c.points[0].seconds > high {
				high *= 10
			}
		}
	}
	x := func(size float64) float64 {
		return plotLeft + (plotWidth-plotLeft-plotRight)*math.Log10(size)/math.Ceil(math.Log10(maxSize))
	}
	y := func(relative float64) float64 {
		return plotTop + (plotHeight-plotTop-plotBottom)*(math.Log10(high)-math.Log10(relative))/(math.Log10(high)-math.Log10(low))
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n",
		plotWidth, plotHeight)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="white"/>`+"\n", plotWidth, plotHeight)
	fmt.Fprintf(&b, `<text x="%d" y="18">Time of one, relative to the smallest size: flat is linear growth</text>`+"\n", plotLeft)
	for relative := low; relative < high*1.01; relative *= 10 {
		fmt.Fprintf(&b, `<path d="M%d %.1fH%d" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end">%gx</text>`+"\n",
			plotLeft, y(relative), plotWidth-plotRight, plotLeft-6, y(relative)+4, relative)
	}
	for size := 1.0; size <= math.Pow10(int(math.Ceil(math.Log10(maxSize)))); size *= 10 {
		fmt.Fprintf(&b, `<path d="M%.1f %dV%d" stroke="#ddd"/><text x="%.1f" y="%d" text-anchor="middle">%.0f</text>`+"\n",
			x(size), plotTop, plotHeight-plotBottom, x(size), plotHeight-plotBottom+18, size)
	}
	for i, c := range all {
		colour := plotColours[i%len(plotColours)]
		var line strings.Builder
		for k, p := range c.points {
			px, py := x(float64(p.size)), y(p.seconds/c.points[0].seconds)
			fmt.Fprintf(&line, "%c%.1f %.1f", "ML"[min(k, 1)], px, py)
			fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`+"\n", px, py, colour)
		}
		fmt.Fprintf(&b, `<path d="%s" stroke="%s" stroke-width="2" fill="none"/>`+"\n", line.String(), colour)
		of := "one event"
		if c.per != "" {
			of = "one " + c.per
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d" fill="%s">%s (%s)</text>`+"\n",
			plotLeft, plotHeight-plotBottom+42+18*i, colour, c.title, of)
	}
	b.WriteString("</svg>\n")
	return b.String()
}
