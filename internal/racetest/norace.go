//go:build !race

package racetest

// Enabled tells whether this is a run with the race detector.
const Enabled = false
