package coldstarttest

import (
	"fmt"
	"strings"
	"time"
)

// Measurement is a function beside a bare one, built and started in the same run. It is a plain value.
type Measurement struct {
	// Function is the function that was to be measured, Bare the function that does nothing.
	Function, Bare Figures
}

// Figures are what was measured of one function.
type Figures struct {
	// Bytes is the size of the binary.
	Bytes int64
	// Packages are the packages whose initialisation allocated, most allocations first.
	Packages []PackageInit
	// Ready is the median time from the start of the process to its first request for an invocation.
	Ready time.Duration
}

// PackageInit is what the initialisation of one package allocated.
type PackageInit struct {
	Package     string // its import path
	Allocations int    // how many, and
	Bytes       int64  // how many bytes they took
}

// Allocations returns the allocations of all packages together.
func (f Figures) Allocations() int {
	n := 0
	for _, p := range f.Packages {
		n += p.Allocations
	}
	return n
}

// String is a line for each figure, with its ratio to the bare function's.
func (m Measurement) String() string {
	return m.size() + "\n" + m.allocations() + "\n" + m.ready()
}

func (m Measurement) size() string {
	return fmt.Sprintf("size: %.2f MB, %.2f times the bare function's %.2f MB",
		megabytes(m.Function.Bytes), m.sizeRatio(), megabytes(m.Bare.Bytes))
}

func (m Measurement) allocations() string {
	return fmt.Sprintf("init allocations: %d, %.2f times the bare function's %d",
		m.Function.Allocations(), m.allocationsRatio(), m.Bare.Allocations())
}

func (m Measurement) ready() string {
	return fmt.Sprintf("ready: after %.2f ms, %.2f times the bare function's %.2f ms",
		milliseconds(m.Function.Ready), m.readyRatio(), milliseconds(m.Bare.Ready))
}

func (m Measurement) sizeRatio() float64 { return float64(m.Function.Bytes) / float64(m.Bare.Bytes) }

func (m Measurement) allocationsRatio() float64 {
	return float64(m.Function.Allocations()) / float64(m.Bare.Allocations())
}

func (m Measurement) readyRatio() float64 { return float64(m.Function.Ready) / float64(m.Bare.Ready) }

func megabytes(n int64) float64            { return float64(n) / 1e6 }
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// worst is how many packages a failure names.
const worst = 8

// over says what of m is over the budget, and is empty if nothing is. What is in the budget is told beside it, because a
// reader wants to know what moved.
func (b Budget) over(m Measurement) string {
	var s strings.Builder
	failed := false
	tell := func(over bool, format string, args ...any) {
		mark := "  ok    "
		if over {
			mark, failed = "  OVER  ", true
		}
		fmt.Fprintf(&s, mark+format+"\n", args...)
	}
	tell(b.Size > 0 && m.sizeRatio() > b.Size, "%s%s", m.size(), budget(b.Size))
	if b.Bytes > 0 {
		tell(m.Function.Bytes > b.Bytes, "size: %d bytes; the budget is %d", m.Function.Bytes, b.Bytes)
	}
	tooMany := b.Allocations > 0 && m.allocationsRatio() > b.Allocations
	tell(tooMany, "%s%s", m.allocations(), budget(b.Allocations))
	if tooMany {
		for _, p := range m.Function.Packages[:min(worst, len(m.Function.Packages))] {
			fmt.Fprintf(&s, "          %7d in %s\n", p.Allocations, p.Package)
		}
	}
	tell(b.Ready > 0 && m.readyRatio() > b.Ready, "%s%s", m.ready(), budget(b.Ready))
	if !failed {
		return ""
	}
	return s.String()
}

func budget(ratio float64) string {
	if ratio == 0 {
		return "; no budget"
	}
	return fmt.Sprintf("; the budget is %g times", ratio)
}
