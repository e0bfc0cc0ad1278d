package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/perf/benchfmt"

	"github.com/lambdapatterns/lambdapatterns/benchmarks/internal/binaries"
)

// lab compiles test binaries and runs benchmarks of them.
type lab struct {
	root     string // of the repository
	tmp      string
	each     string // -benchtime
	binaries map[string]string
}

func newLab(each string) (*lab, error) {
	root, err := filepath.Abs("..")
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(root, "benchmarks", "lab.go")); err != nil {
		return nil, errors.New("run this in the repository's folder benchmarks")
	}
	tmp, err := os.MkdirTemp("", "lambdapatterns-benchmarks-")
	if err != nil {
		return nil, err
	}
	return &lab{root: root, tmp: tmp, each: each, binaries: map[string]string{}}, nil
}

func (l *lab) close() { _ = os.RemoveAll(l.tmp) }

// binary compiles the tests of a folder of the repository, once.
func (l *lab) binary(ctx context.Context, folder string) (string, error) {
	if path := l.binaries[folder]; path != "" {
		return path, nil
	}
	path := filepath.Join(l.tmp, strings.ReplaceAll(folder, "/", "-")+".test")
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-o", path, ".")
	cmd.Dir = filepath.Join(l.root, folder)
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("compile the tests of %s: %w\n%s", folder, err, bytes.TrimSpace(out))
	}
	l.binaries[folder] = path
	return path, nil
}

// measurements are a benchmark's values by unit: sec/op, allocs/op, B/op and what it reports itself.
type measurements map[string]float64

// bench runs the benchmarks of a folder whose full names are parent and one of names in one process, and returns what they
// measured, by name.
func (l *lab) bench(ctx context.Context, folder, parent string, names ...string) (map[string]measurements, error) {
	path, err := l.binary(ctx, folder)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, path, "-test.run=^$", "-test.bench="+benchPattern(parent, names), "-test.benchtime="+l.each)
	cmd.Dir = filepath.Join(l.root, folder)
	cmd.Env = append(os.Environ(), "AWS_EC2_METADATA_DISABLED=true", "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
		"AWS_REGION=us-east-1", "AWS_CONFIG_FILE=/nonexistent", "AWS_SHARED_CREDENTIALS_FILE=/nonexistent",
		binaries.Variable+"="+l.tmp)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("benchmark %s of %s: %w\n%s%s", parent, folder, err, out, stderr.Bytes())
	}
	found := map[string]measurements{}
	r := benchfmt.NewReader(bytes.NewReader(out), folder)
	for r.Scan() {
		result, ok := r.Result().(*benchfmt.Result)
		if !ok {
			continue
		}
		m := measurements{}
		for _, v := range result.Values {
			m[v.Unit] = v.Value
		}
		for _, name := range names {
			if isNamed(string(result.Name), underscores(strings.TrimSuffix(parent+"/"+name, "/"))) {
				found[name] = m
			}
		}
	}
	for _, name := range names {
		if found[name] == nil {
			return nil, fmt.Errorf("%s has no benchmark %s/%s; it has %q", folder, parent, name, out)
		}
	}
	return found, r.Err()
}

// isNamed tells whether a benchmark's name is want, with or without the number of processors that package testing adds.
func isNamed(name, want string) bool {
	rest, ok := strings.CutPrefix(name, want)
	return ok && (rest == "" || processors.MatchString(rest))
}

var processors = regexp.MustCompile(`^-[0-9]+$`)

// benchPattern is the -bench pattern of these benchmarks alone. A name is the last part of a benchmark's, or empty for the parent.
func benchPattern(parent string, names []string) string {
	levels := strings.Split(underscores("Benchmark"+parent), "/")
	for i, level := range levels {
		levels[i] = "^" + regexp.QuoteMeta(level) + "$"
	}
	var last []string
	for _, name := range names {
		if name != "" {
			last = append(last, regexp.QuoteMeta(underscores(name)))
		}
	}
	if last != nil {
		levels = append(levels, "^("+strings.Join(last, "|")+")$")
	}
	return strings.Join(levels, "/")
}

// underscores is what package testing makes of a name.
func underscores(name string) string { return strings.ReplaceAll(name, " ", "_") }
