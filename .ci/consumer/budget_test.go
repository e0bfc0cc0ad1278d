package main

import (
	"errors"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

func TestExceeds(t *testing.T) {
	t.Parallel()
	all, err := parseBudgets("# comment\n\nsmall 1000 10 2 5 example.com/heavy example.com/other\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		got  measured
		want string // what the error has
	}{
		"within":     {measured{bytes: 1000, packages: 10, modules: 2, goSum: 5, linked: []string{"example.com/light"}}, ""},
		"bytes":      {measured{bytes: 1001}, "1001 bytes, and may have 1000"},
		"packages":   {measured{packages: 11}, "11 packages"},
		"modules":    {measured{modules: 3}, "3 modules"},
		"sums":       {measured{goSum: 6}, "6 lines of go.sum"},
		"must never": {measured{linked: []string{"example.com/heavy/v2"}}, "links example.com/heavy/v2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := errors.Join(x.got.exceeds(all[0])...)
			if (err == nil) != (x.want == "") || err != nil && !strings.Contains(err.Error(), x.want) {
				t.Errorf("the error is %v, want one with %q", err, x.want)
			}
		})
	}
}

func TestParseBudgetsRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "# only a comment\n", "small 1000 10 2\n", "small many 10 2 5\n"} {
		if all, err := parseBudgets(text); err == nil {
			t.Errorf("parseBudgets(%q) is %v, want an error", text, all)
		}
	}
}

func TestUses(t *testing.T) {
	t.Parallel()
	for imported, want := range map[string]string{
		"x \"" + rootPath + "/tracing/tracingotlp/otlpreceiver\"": rootPath + "/tracing/tracingotlp",
		"\"" + rootPath + "/tracing\"":                            rootPath,
		"\"" + rootPath + "x/tracing\"":                           "",
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "main.go", "package main\nimport "+imported+"\n", parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range []string{rootPath, rootPath + "/tracing/tracingotlp", rootPath + "/templatetest"} {
			if got := uses(f, m); got != (m == want) {
				t.Errorf("import %s uses %s: %v", imported, m, got)
			}
		}
	}
}
