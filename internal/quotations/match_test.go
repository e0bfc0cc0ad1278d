package quotations

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const skip = "…"

// check says what is wrong with a fence, or nothing. In guides every fence can be checked.
func (c corpus) check(f fence, guide bool) string {
	switch f.kind {
	case "go", "yaml", "hcl", "text":
		return quote(c[f.kind], f.lines)
	case "sh":
		return missing(f.lines)
	}
	if !guide {
		return ""
	}
	return fmt.Sprintf("a fence of the kind %s cannot be held against anything: make it go, yaml, hcl, text or sh", f.kind)
}

// missing names a path in commands that is not there.
func missing(commands []string) string {
	for _, word := range strings.Fields(strings.Join(commands, "\n")) {
		if !strings.HasPrefix(word, "./") && !strings.HasPrefix(word, ".ci/") {
			continue
		}
		if _, err := os.Stat(filepath.Join(root, strings.TrimSuffix(word, "..."))); err != nil {
			return "there is no " + word
		}
	}
	return ""
}

// line is a line of a file without what does not count.
type line struct {
	text   string
	number int
}

func compact(lines []string) []line {
	var some []line
	for i, text := range lines {
		if text = strings.TrimSpace(text); text != "" {
			some = append(some, line{text, i + 1})
		}
	}
	return some
}

// wanted is a quotation as lines and skips.
func wanted(lines []string) []string {
	var some []string
	for _, l := range compact(lines) {
		before, after, is := strings.Cut(l.text, "{ "+skip+" }")
		if !is {
			some = append(some, l.text)
			continue
		}
		some = append(some, before+"{", skip, "}"+after)
	}
	return some
}

// quote says where a quotation differs from what is most like it in the files.
func quote(files map[string][]string, lines []string) string {
	want := wanted(lines)
	if len(want) == 0 {
		return "the fence is empty"
	}
	longest, problem := -1, ""
	for _, path := range slices.Sorted(maps.Keys(files)) {
		have := compact(files[path])
		for from := range have {
			if have[from].text != want[0] {
				continue
			}
			n, at := follow(have[from:], want)
			if n == len(want) {
				return ""
			}
			if n <= longest {
				continue
			}
			longest = n
			problem = fmt.Sprintf("`%s` does not follow in the repository; ", want[n])
			switch {
			case n > 0 && want[n-1] == skip:
				problem += fmt.Sprintf("nothing like it comes after %s:%d", path, have[from+at-1].number)
			case from+at < len(have):
				problem += fmt.Sprintf("%s:%d has `%s`", path, have[from+at].number, have[from+at].text)
			default:
				problem += path + " ends there"
			}
		}
	}
	if problem != "" {
		return problem
	}
	return fmt.Sprintf("`%s` is not in the repository; %s", want[0], nearest(files, want[0]))
}

// follow counts how many of the wanted lines are there one after another, and how many of have that took.
func follow(have []line, want []string) (n, at int) {
	for ; n < len(want); n++ {
		if want[n] != skip {
			if at == len(have) || have[at].text != want[n] {
				return n, at
			}
			at++
			continue
		}
		// The skip ends at the first place from where the rest follows. Where none does, the first that begins it is told.
		rest := want[n+1:]
		best, end := 0, at
		for to := at; to < len(have) && len(rest) > 0; to++ {
			if have[to].text != rest[0] {
				continue
			}
			m, used := follow(have[to:], rest)
			if m > best {
				best, end = m, to+used
			}
			if m == len(rest) {
				break
			}
		}
		return n + 1 + best, end
	}
	return n, at
}

// nearest finds the line that has most words in common with one that is nowhere.
func nearest(files map[string][]string, text string) string {
	words := strings.Fields(text)
	most, found := 0.5, "nothing is like it"
	for _, path := range slices.Sorted(maps.Keys(files)) {
		for _, l := range compact(files[path]) {
			theirs := strings.Fields(l.text)
			common := 0
			for _, w := range theirs {
				if slices.Contains(words, w) {
					common++
				}
			}
			if like := float64(common) / float64(max(len(words), len(theirs))); like > most {
				most, found = like, fmt.Sprintf("%s:%d has `%s`", path, l.number, l.text)
			}
		}
	}
	return found
}
