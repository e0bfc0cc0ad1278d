package coldstarttest

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// verdict is a test that Check may fail.
type verdict struct {
	*testing.T
	failures []string
	stopped  bool
}

func (v *verdict) Errorf(format string, args ...any) {
	v.failures = append(v.failures, fmt.Sprintf(format, args...))
}

func (v *verdict) Fatal(args ...any) {
	v.failures, v.stopped = append(v.failures, fmt.Sprint(args...)), true
	panic(v)
}

func (v *verdict) Fatalf(format string, args ...any) { v.Fatal(fmt.Sprintf(format, args...)) }

func (v *verdict) text() string { return strings.Join(v.failures, "\n") }

// check returns what Check says of a test of its own.
func check(t *testing.T, f Function, b Budget) (m Measurement, v *verdict) {
	t.Helper()
	v = &verdict{T: t}
	defer func() {
		if r := recover(); r != nil && r != any(v) {
			panic(r)
		}
	}()
	m = Check(v, f, b)
	return m, v
}

func TestWithinBudget(t *testing.T) {
	m, v := check(t, Function{Package: "./testdata/light", Starts: 3},
		Budget{Size: 1.1, Bytes: 20 << 20, Allocations: 1.1, Ready: 10})
	if len(v.failures) > 0 {
		t.Error(v.text())
	}
	if m.Function.Bytes < 1<<20 || m.Bare.Bytes < 1<<20 || m.Function.Allocations() < 10 || m.Function.Ready < 100*time.Microsecond {
		t.Errorf("measured nothing: %+v", m)
	}
	t.Logf("\n%s", m)

	// The bare function was in the source tree for the compiler only.
	if entries, err := os.ReadDir("testdata/light"); err != nil || len(entries) != 1 {
		t.Errorf("testdata/light holds %v, %v", entries, err)
	}
}

// A function with every fault: all are told at once, and the packages that allocate are named. Then each figure is over its
// budget alone.
func TestOverBudget(t *testing.T) {
	f := Function{Package: "./testdata/heavy", Environment: map[string]string{"WAIT": "500ms", "GODEBUG": "http2client=0"}, Starts: 3}
	m, v := check(t, f, Budget{Size: 1.1, Bytes: 1 << 20, Allocations: 50, Ready: 3})
	if len(v.failures) != 1 || v.stopped || len(over(v.text())) != 4 {
		t.Fatalf("%d failures, stopped: %v\n%s", len(v.failures), v.stopped, v.text())
	}
	if worst := m.Function.Packages[0]; worst.Allocations < 100_000 || !strings.HasSuffix(worst.Package, "heavy/table") {
		t.Errorf("worst package %+v", worst)
	}
	if !strings.Contains(v.text(), "coldstarttest: ./testdata/heavy is over") || !strings.Contains(v.text(), "testdata/heavy/table\n") {
		t.Errorf("function and package are not named:\n%s", v.text())
	}
	t.Logf("\n%s", v.text())

	for _, test := range []struct {
		budget Budget
		over   string
	}{
		{Budget{Size: 1.1, Bytes: 1 << 30, Allocations: 1e6, Ready: 1e6}, "size: "},
		{Budget{Bytes: 1 << 20}, "size: "},
		{Budget{Size: 100, Allocations: 50}, "init allocations: "},
		{Budget{Bytes: 1 << 30, Ready: 3}, "ready: "},
		{Budget{Size: 100, Bytes: 1 << 30, Allocations: 1e6, Ready: 1e6}, ""},
	} {
		text := test.budget.over(m)
		lines := over(text)
		if test.over == "" {
			if text != "" {
				t.Errorf("%+v: within the budget, but told\n%s", test.budget, text)
			}
			continue
		}
		if len(lines) != 1 || !strings.HasPrefix(lines[0], test.over) || !strings.Contains(lines[0], "the budget is ") {
			t.Errorf("%+v: over are %q, want %q", test.budget, lines, test.over)
		}
	}
}

// over returns what a failure says is over.
func over(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, "  OVER  "); ok {
			lines = append(lines, rest)
		}
	}
	return lines
}

func TestNothingToMeasure(t *testing.T) {
	budget := Budget{Size: 2}
	for says, f := range map[string]Function{
		"the configuration is wrong": {Package: "./testdata/heavy", Environment: map[string]string{"FAIL": "1"}},
		"undefined: undeclared":      {Package: "./testdata/broken"},
		"is not one main package":    {Package: "./testdata/library"},
		"./testdata/nowhere":         {Package: "./testdata/nowhere"},
		"has no Package":             {},
		"has -1 Starts":              {Package: "./testdata/light", Starts: -1},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			if _, v := check(t, f, budget); !v.stopped || !strings.Contains(v.text(), says) || !strings.Contains(v.text(), "coldstarttest: ") {
				t.Errorf("stopped: %v, want %q\n%s", v.stopped, says, v.text())
			}
		})
	}
	for says, b := range map[string]Budget{
		"the Budget is empty":                    {},
		"nothing in a Budget may be negative":    {Size: 2, Ready: -1},
		"nothing in a Budget may be negative:  ": {Bytes: -1},
	} {
		if _, v := check(t, Function{Package: "./testdata/light"}, b); !v.stopped || !strings.Contains(v.text(), strings.TrimRight(says, ": ")) {
			t.Errorf("stopped: %v, want %q\n%s", v.stopped, says, v.text())
		}
	}
}

func TestWithoutGo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, v := check(t, Function{Package: "./testdata/light"}, Budget{Size: 2})
	if !v.stopped || !strings.Contains(v.text(), "the go command is not on PATH") {
		t.Errorf("stopped: %v\n%s", v.stopped, v.text())
	}
}
