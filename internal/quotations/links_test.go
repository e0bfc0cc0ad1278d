package quotations

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	links := 0
	for _, from := range markdown(t) {
		for _, l := range linksOf(read(t, from)) {
			links++
			if problem := broken(from, l.target); problem != "" {
				t.Errorf("%s:%d: %s", from, l.line, problem)
			}
		}
	}
	if links < 50 {
		t.Errorf("%d links were found, so the others were not", links)
	}
}

func TestBroken(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{
		"../sqsbatch/doc.go":                 "",
		"../examples/payments":               "",
		"reliability.md":                     "",
		"reliability.md#what-was-tried":      "",
		"#what-was-found":                    "",
		"https://docs.aws.amazon.com/lambda": "",
		"../sqsbatch/dog.go":                 "there is no sqsbatch/dog.go",
		"reliability.md#what-was":            "docs/reliability.md has no heading what-was",
		"#what":                              "docs/reliability.md has no heading what",
		"/sqsbatch/doc.go":                   "/sqsbatch/doc.go begins with /, which leads out of the repository",
		"https://pkg.go.dev/github.com/lambdapatterns/lambdapatterns/sqsbatch":        "",
		"https://pkg.go.dev/github.com/lambdapatterns/lambdapatterns/sqsbatch#Handle": "",
		"https://pkg.go.dev/github.com/lambdapatterns/lambdapatterns/sqs":             "there is no package sqs",
		"https://pkg.go.dev/github.com/lambdapatterns/lambdapatterns/sqsbatch#Handel": "package sqsbatch does not export Handel",
	} {
		if got := broken("docs/reliability.md", target); got != want {
			t.Errorf("%s: it is told %q, want %q", target, got, want)
		}
	}
	got := linksOf("[a](b.md) and [`c`](../d/e.go#f)\n```\n[g](h)\n```\n`[i](j)` <https://k.example>")
	if want := []link{{"b.md", 1}, {"../d/e.go#f", 1}}; !slices.Equal(got, want) {
		t.Errorf("the links are %v, want %v", got, want)
	}
}

// link is a target in a Markdown file, and the line where it stands.
type link struct {
	target string
	line   int
}

var (
	linked = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	quoted = regexp.MustCompile("`[^`]*`")
)

func linksOf(text string) []link {
	var all []link
	inside := false
	for i, l := range strings.Split(text, "\n") {
		if strings.HasPrefix(strings.TrimSpace(l), "```") {
			inside = !inside
			continue
		}
		if inside {
			continue
		}
		for _, found := range linked.FindAllStringSubmatch(quoted.ReplaceAllString(l, ""), -1) {
			all = append(all, link{found[1], i + 1})
		}
	}
	return all
}

// broken says why a link of a file leads nowhere, or nothing. Of other sites it knows nothing.
func broken(from, target string) string {
	const module = "https://pkg.go.dev/github.com/lambdapatterns/lambdapatterns/"
	if pkg, is := strings.CutPrefix(target, module); is {
		pkg, name, _ := strings.Cut(pkg, "#")
		exported := exports(pkg)
		switch {
		case exported == nil:
			return "there is no package " + pkg
		case name != "" && !exported[name]:
			return "package " + pkg + " does not export " + name
		}
		return ""
	}
	switch {
	case strings.Contains(target, "://"):
		return ""
	case strings.HasPrefix(target, "/"):
		return target + " begins with /, which leads out of the repository"
	}
	file, heading, _ := strings.Cut(target, "#")
	if file = path.Join(path.Dir(from), file); strings.HasPrefix(target, "#") {
		file = from
	}
	data, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		if info, err := os.Stat(filepath.Join(root, file)); err != nil || !info.IsDir() {
			return "there is no " + file
		}
	}
	if heading != "" && !slices.Contains(headings(string(data)), heading) {
		return file + " has no heading " + heading
	}
	return ""
}

var noAnchor = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)

// headings are the anchors that GitHub makes of a file's headings.
func headings(text string) []string {
	var all []string
	inside := false
	for _, l := range strings.Split(text, "\n") {
		if strings.HasPrefix(l, "```") {
			inside = !inside
		}
		if title := strings.TrimLeft(l, "#"); !inside && title != l && strings.HasPrefix(title, " ") {
			anchor := noAnchor.ReplaceAllString(strings.ToLower(strings.TrimSpace(title)), "")
			all = append(all, strings.ReplaceAll(anchor, " ", "-"))
		}
	}
	return all
}
