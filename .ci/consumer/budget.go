package main

import (
	"fmt"
	"os"
	"strings"
)

// budget is a line of budgets.txt: what a service may cost, and the beginnings of the module paths that it must not link.
type budget struct {
	service                         string
	bytes, packages, modules, goSum int
	never                           []string
}

type budgets []budget

func readBudgets(name string) (budgets, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	all, err := parseBudgets(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return all, nil
}

func parseBudgets(text string) (budgets, error) {
	var all budgets
	n := 0
	for line := range strings.Lines(text) {
		n++
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		var b budget
		if _, err := fmt.Sscan(line, &b.service, &b.bytes, &b.packages, &b.modules, &b.goSum); err != nil {
			return nil, fmt.Errorf("line %d is not a service and four numbers: %w", n, err)
		}
		b.never = strings.Fields(line)[5:]
		all = append(all, b)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("it has no budget")
	}
	return all, nil
}

// exceeds says what of m is more than b allows.
func (m measured) exceeds(b budget) []error {
	var errs []error
	for _, x := range []struct {
		what     string
		got, may int
	}{
		{"bytes", m.bytes, b.bytes},
		{"packages", m.packages, b.packages},
		{"modules", m.modules, b.modules},
		{"lines of go.sum", m.goSum, b.goSum},
	} {
		if x.got > x.may {
			errs = append(errs, fmt.Errorf("a service that uses %s has %d %s, and may have %d", b.service, x.got, x.what, x.may))
		}
	}
	for _, p := range m.linked {
		for _, never := range b.never {
			if strings.HasPrefix(p, never) {
				errs = append(errs, fmt.Errorf("a service that uses %s links %s, which it never must", b.service, p))
			}
		}
	}
	return errs
}

// budget is three per cent above what was measured, with the rest of b; a module more is always worth a question.
func (m measured) budget(b budget) budget {
	above := func(n int) int { return n + (3*n+99)/100 }
	b.bytes = (above(m.bytes) + 9999) / 10000 * 10000
	b.packages, b.modules, b.goSum = above(m.packages), m.modules, above(m.goSum)
	return b
}

// write puts the budgets into the file and leaves its comments.
func (all budgets) write(name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var out strings.Builder
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			out.WriteString(line)
		}
	}
	for _, b := range all {
		fmt.Fprintf(&out, "%-13s %10d %9d %8d %7d    %s\n", b.service, b.bytes, b.packages, b.modules, b.goSum, strings.Join(b.never, " "))
	}
	return os.WriteFile(name, []byte(out.String()), 0o644)
}
