package coldstarttest

import (
	"errors"
	"fmt"
	"testing"
)

// defaultStarts is how many times Check starts each of the two functions to take the median.
const defaultStarts = 9

// Function is a function to start.
type Function struct {
	// Package is the main package: an import path, or a path that begins with ./ or ../ and counts from the folder of the
	// test. It must be set.
	Package string
	// Environment holds the function's own variables, as its configuration would. Those that Lambda reserves are refused,
	// but for the credentials, which are dummies otherwise. Defaults to none.
	Environment map[string]string
	// Starts is how many starts the time to ready is the median of. Defaults to 9. It
	// must not be negative.
	Starts int
}

// Budget is how much a function may take. What is 0 is not checked; at least one must be set, and none may be negative. The
// package documentation says how to find the values to begin with.
type Budget struct {
	// Size is how many times the bare function's binary the function's may be.
	Size float64
	// Bytes is how large the binary may be.
	Bytes int64
	// Allocations is how many times the bare function's allocations package initialisation may make.
	Allocations float64
	// Ready is how many times the bare function's time it may take until the first invocation is asked for.
	Ready float64
}

// Check measures a function beside a bare one and fails the test, with all that was measured, if it is over the budget. It
// stops the test when there is nothing to hold against the budget: the go command is missing, the function does not build
// or does not start, or a setting is wrong. It returns what was measured, whose String is a line for each figure.
//
// The first Check of a function compiles what it imports, which can take a minute; later ones use Go's build cache. It
// waits for its processes, and they are gone when it returns. Safe for concurrent use, but what runs beside it disturbs
// the times.
func Check(t testing.TB, f Function, b Budget) Measurement {
	t.Helper()
	if err := errors.Join(f.validate(), b.validate()); err != nil {
		t.Fatal(err)
	}
	m, err := measure(t.Context(), f, t.TempDir())
	if err != nil {
		t.Fatalf("coldstarttest: %v", err)
	}
	if over := b.over(m); over != "" {
		t.Errorf("coldstarttest: %s is over its start budget\n%s", f.Package, over)
	}
	return m
}

func (f Function) validate() error {
	if f.Package == "" {
		return errors.New("coldstarttest: Function has no Package: name a main package, such as ./cmd/function")
	}
	if f.Starts < 0 {
		return fmt.Errorf("coldstarttest: Function %s has %d Starts: it must not be negative", f.Package, f.Starts)
	}
	return nil
}

func (b Budget) validate() error {
	if b == (Budget{}) {
		return errors.New("coldstarttest: the Budget is empty: set Size, Bytes, Allocations or Ready")
	}
	if !(b.Size >= 0 && b.Bytes >= 0 && b.Allocations >= 0 && b.Ready >= 0) { // so written for NaN
		return fmt.Errorf("coldstarttest: %+v: nothing in a Budget may be negative", b)
	}
	return nil
}
