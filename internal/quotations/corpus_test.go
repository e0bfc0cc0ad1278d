package quotations

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// corpus holds the lines of the files that can be quoted, by the kind of fence and the path.
type corpus map[string]map[string][]string

// kinds of fence, by the files that they quote.
var kinds = map[string]string{".go": "go", ".yaml": "yaml", ".tf": "hcl"}

func readCorpus(t *testing.T) corpus {
	t.Helper()
	c := corpus{}
	for path := range files(t) {
		kind := kinds[filepath.Ext(path)]
		if kind == "" || filepath.Dir(path) == "internal/quotations" {
			continue // what the tests here have as texts is quoted by nobody
		}
		if c[kind] == nil {
			c[kind] = map[string][]string{}
		}
		c[kind][path] = strings.Split(read(t, path), "\n")
	}
	c["text"] = comments(c["go"])
	return c
}

// comments are what the lines of Go files have as comments.
func comments(files map[string][]string) map[string][]string {
	texts := map[string][]string{}
	for path, lines := range files {
		for _, l := range lines {
			comment, is := strings.CutPrefix(strings.TrimSpace(l), "//")
			if !is {
				comment = "" // so that the others keep their numbers
			}
			texts[path] = append(texts[path], comment)
		}
	}
	return texts
}

// files yields the paths of the repository's files but those of hidden folders and node_modules.
func files(t *testing.T) func(func(string) bool) {
	t.Helper()
	return func(yield func(string) bool) {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || d.Name() == "build"):
				return fs.SkipDir
			case d.IsDir():
				return nil
			}
			relative, err := filepath.Rel(root, path)
			if err == nil && !yield(filepath.ToSlash(relative)) {
				return fs.SkipAll
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// markdown are all Markdown files, quotingFiles those whose fences are quotations.
func markdown(t *testing.T) []string {
	t.Helper()
	var all []string
	for path := range files(t) {
		if filepath.Ext(path) == ".md" {
			all = append(all, path)
		}
	}
	return all
}

func quotingFiles(t *testing.T) []string {
	t.Helper()
	return slices.DeleteFunc(markdown(t), func(path string) bool {
		example, _ := filepath.Match("examples/*/README.md", path)
		return path != "README.md" && path != "examples/README.md" && filepath.Dir(path) != "docs" && !example
	})
}

// fence is a block of code in a Markdown file.
type fence struct {
	kind  string
	line  int // where it begins
	lines []string
}

func fences(path, text string) []fence {
	var all []fence
	inside := false
	for i, line := range strings.Split(text, "\n") {
		kind, marks := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case marks && inside:
			inside = false
		case marks:
			inside = true
			all = append(all, fence{kind: kind, line: i + 1})
		case inside:
			last := &all[len(all)-1]
			last.lines = append(last.lines, line)
		}
	}
	return all
}
