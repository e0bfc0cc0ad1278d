package quotations

import (
	"fmt"
	"strings"
	"testing"
)

func TestGuidesQuoteTheRepository(t *testing.T) {
	t.Parallel()
	c := readCorpus(t)
	quoted := 0
	for _, path := range quotingFiles(t) {
		for _, f := range fences(path, read(t, path)) {
			if f.kind == "go" {
				quoted++
			}
			if problem := c.check(f, strings.HasPrefix(path, "docs/")); problem != "" {
				t.Errorf("%s:%d: %s", path, f.line, problem)
			}
		}
	}
	if quoted < 10 {
		t.Errorf("%d fences of Go were found, so the guides were not", quoted)
	}
}

func TestQuotations(t *testing.T) {
	t.Parallel()
	c := corpus{"go": {
		"a/other.go": strings.Split("package a\n\nfunc other() {\n\treturn\n}", "\n"),
		"a/ship.go": strings.Split(`package a

func main() {
	lambda.Start(sqsbatch.Handle(func(ctx context.Context, o Order) error {
		o.Check()
		return ship(ctx, o) // an error brings this message back
	}))
}

func ExampleShip() {
	// Output:
	// shipped <nil>
}`, "\n"),
	}}
	c["text"] = comments(c["go"])
	for _, tt := range []struct {
		name, kind, text string
		problem          string // "" if there is none
	}{
		{"whole", "go", "lambda.Start(sqsbatch.Handle(func(ctx context.Context, o Order) error {\n\to.Check()\n\n\treturn ship(ctx, o) // an error brings this message back\n}))", ""},
		{"skipped", "go", "func main() {\n…\n\t\treturn ship(ctx, o) // an error brings this message back", ""},
		{"skipped inside braces", "go", "lambda.Start(sqsbatch.Handle(func(ctx context.Context, o Order) error { … }))", ""},
		{"nothing skipped", "go", "\to.Check()\n…\n\treturn ship(ctx, o) // an error brings this message back", ""},
		{"a line is changed", "go", "\to.Check()\n\treturn ship(ctx, o) // an error brings it back",
			"`return ship(ctx, o) // an error brings it back` does not follow in the repository; a/ship.go:6 has `return ship(ctx, o) // an error brings this message back`"},
		{"a line is left out", "go", "lambda.Start(sqsbatch.Handle(func(ctx context.Context, o Order) error {\n\treturn ship(ctx, o) // an error brings this message back",
			"`return ship(ctx, o) // an error brings this message back` does not follow in the repository; a/ship.go:5 has `o.Check()`"},
		{"the first line is changed", "go", "lambda.Start(sqsbatch.Handle(func(ctx context.Context, o *Order) error {",
			"`lambda.Start(sqsbatch.Handle(func(ctx context.Context, o *Order) error {` is not in the repository; a/ship.go:4 has `lambda.Start(sqsbatch.Handle(func(ctx context.Context, o Order) error {`"},
		{"after its file", "go", "func main() {\n…\nfunc other() {", "`func other() {` does not follow in the repository; nothing like it comes after a/ship.go:3"},
		{"beyond the file", "go", "// shipped <nil>\n}\nfunc more() {}", "`func more() {}` does not follow in the repository; a/ship.go ends there"},
		{"empty", "go", "\n", "the fence is empty"},
		{"an output", "text", "shipped <nil>", ""},
		{"code as text", "text", "o.Check()", "`o.Check()` is not in the repository; nothing is like it"},
		{"a path", "sh", "go test ./internal/quotations # this", ""},
		{"no script", "sh", ".ci/dynamodb go test ./internal/...", "there is no .ci/dynamodb"},
		{"no path", "sh", "go test ./internal/quotes", "there is no ./internal/quotes"},
		{"unknown", "python", "print()", "a fence of the kind python cannot be held against anything: make it go, yaml, hcl, text or sh"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fs := fences("x.md", fmt.Sprintf("# X\n\n```%s\n%s\n```\n", tt.kind, tt.text))
			if len(fs) != 1 || fs[0].line != 3 {
				t.Fatalf("the fences are %v", fs)
			}
			if got := c.check(fs[0], true); got != tt.problem {
				t.Errorf("it is told %q\nwant %q", got, tt.problem)
			}
		})
	}
}
