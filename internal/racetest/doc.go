// Package racetest tells tests whether the race detector watches them. It makes a program some ten times as slow and counts
// allocations that are its own, and it has nothing to find where one goroutine does many cases: there the run without it does
// them all.
package racetest

// Fewer returns n, or a part of it under the race detector.
func Fewer(n, part int) int {
	if Enabled {
		return n / part
	}
	return n
}
