package stepfunctions

import (
	"slices"
	"testing"
	"time"
)

func TestWait(t *testing.T) {
	t.Parallel()
	r := retrier{interval: 2, rate: 1.5, most: 9, attempts: 5}
	var got []time.Duration
	for n := range 5 {
		got = append(got, r.wait(n+1, 0.5))
	}
	want := []time.Duration{2 * time.Second, 3 * time.Second, 4500 * time.Millisecond, 6750 * time.Millisecond, 9 * time.Second}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	r.jitter = true
	if a, b := r.wait(5, 0), r.wait(5, 0.5); a != 0 || b != 4500*time.Millisecond {
		t.Errorf("with jitter: %v and %v", a, b)
	}
	steady := retrier{interval: 3, rate: 1, most: 31_622_400}
	if d := steady.wait(1000, 0); d != 3*time.Second {
		t.Errorf("a rate of 1: %v", d)
	}
	endless := retrier{interval: 1, rate: 2, most: 31_622_400}
	if d := endless.wait(5000, 0); d != 31_622_400*time.Second {
		t.Errorf("the 5000th: %v", d)
	}
}

// Each retrier counts for itself, and the first that names the error decides.
func TestRetriersCountApart(t *testing.T) {
	t.Parallel()
	retriers := []retrier{
		{errors: []string{"A"}, interval: 1, rate: 2, most: 100, attempts: 1},
		{errors: []string{"B", "C"}, interval: 10, rate: 2, most: 100, attempts: 2},
		{errors: []string{"States.ALL"}, interval: 50, rate: 1, most: 100, attempts: 1},
	}
	counts := make(retries, len(retriers))
	for i, step := range []struct {
		name string
		wait time.Duration
		ok   bool
	}{
		{"A", time.Second, true}, {"B", 10 * time.Second, true}, {"C", 20 * time.Second, true},
		{"B", 0, false}, {"A", 0, false}, {"D", 50 * time.Second, true}, {"D", 0, false},
	} {
		wait, ok := counts.next(retriers, step.name, func() float64 { return 0.5 })
		if wait != step.wait || ok != step.ok {
			t.Errorf("step %d, %s: got %v, %t", i+1, step.name, wait, ok)
		}
	}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	all, failed := []string{ErrorAll}, []string{ErrorTaskFailed}
	for _, tc := range []struct {
		names []string
		name  string
		want  bool
	}{
		{all, "DeclinedError", true}, {all, ErrorTimeout, true}, {all, ErrorRuntime, false}, {all, ErrorDataLimit, false},
		{failed, "DeclinedError", true}, {failed, "Lambda.Unknown", true}, {failed, ErrorTimeout, false}, {failed, ErrorRuntime, false},
		{[]string{ErrorTimeout}, ErrorTimeout, true}, {[]string{ErrorTimeout}, "Sandbox.Timedout", false},
		{[]string{ErrorDataLimit}, ErrorDataLimit, true}, {[]string{"A", "B"}, "B", true}, {[]string{"A"}, "a", false},
	} {
		if got := matches(tc.names, tc.name); got != tc.want {
			t.Errorf("%q on %s: %t", tc.names, tc.name, got)
		}
	}
}
