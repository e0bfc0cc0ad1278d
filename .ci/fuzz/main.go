// Command fuzz runs every fuzz target of the workspace for a while, from the corpora that are committed, two at a time with
// one worker each. It prints how many inputs each target got, and fails if one fails.
//
//	go run ./fuzz DURATION [REGEX]
//
// REGEX chooses among the targets, by folder and name such as singletable/FuzzKey. To look for longer in one target, with
// what earlier runs have found as well, go test -fuzz is there.
package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "fuzz:", err)
		os.Exit(1)
	}
}

// folder is a package with fuzz targets.
type folder struct {
	path    string // from the root of the repository
	targets []string
}

func run(args []string) error {
	if len(args) < 1 || len(args) > 2 {
		return fmt.Errorf("it takes DURATION [REGEX], such as 20s '^singletable/'")
	}
	duration, err := time.ParseDuration(args[0])
	if err != nil || duration <= 0 {
		return fmt.Errorf("%q is no duration such as 20s", args[0])
	}
	chosen := regexp.MustCompile("")
	if len(args) == 2 {
		if chosen, err = regexp.Compile(args[1]); err != nil {
			return err
		}
	}
	root, err := exec.Command("git", "rev-parse", "--show-toplevel").Output()
	if err != nil {
		return fmt.Errorf("git rev-parse --show-toplevel: %w", err)
	}
	r := runner{root: strings.TrimSpace(string(root)), duration: duration}
	folders, err := r.find(chosen)
	if err != nil {
		return err
	}
	if len(folders) == 0 {
		return fmt.Errorf("there is no fuzz target that %q chooses", chosen)
	}
	if r.dir, err = os.MkdirTemp("", "fuzz-"); err != nil {
		return err
	}
	defer os.RemoveAll(r.dir)
	return r.all(folders)
}

type runner struct {
	root, dir string
	duration  time.Duration

	mu     sync.Mutex
	ran    int
	failed []string
}

var declared = regexp.MustCompile(`(?m)^func (Fuzz\w*)\(\w+ \*testing\.F\)`)

// find lists the targets in the test files that git knows, those folders first that have the most.
func (r *runner) find(chosen *regexp.Regexp) ([]folder, error) {
	cmd := exec.Command("git", "ls-files", "-z", "--", "*_test.go")
	cmd.Dir = r.root
	listed, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files: %w", err)
	}
	targets := map[string][]string{}
	for name := range strings.SplitSeq(strings.Trim(string(listed), "\x00"), "\x00") {
		text, err := os.ReadFile(filepath.Join(r.root, filepath.FromSlash(name)))
		if os.IsNotExist(err) {
			continue
		} else if err != nil {
			return nil, err
		}
		dir := filepath.ToSlash(filepath.Dir(name))
		for _, m := range declared.FindAllStringSubmatch(string(text), -1) {
			if chosen.MatchString(dir + "/" + m[1]) {
				targets[dir] = append(targets[dir], m[1])
			}
		}
	}
	var folders []folder
	for path, t := range targets {
		folders = append(folders, folder{path, t})
	}
	slices.SortFunc(folders, func(a, b folder) int {
		return cmp.Or(-cmp.Compare(len(a.targets), len(b.targets)), strings.Compare(a.path, b.path))
	})
	return folders, nil
}

// all takes the folders two at a time: while one is built the other is run.
func (r *runner) all(folders []folder) error {
	queue := make(chan folder)
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for f := range queue {
				r.folder(f)
			}
		})
	}
	for _, f := range folders {
		queue <- f
	}
	close(queue)
	workers.Wait()
	if len(r.failed) > 0 {
		slices.Sort(r.failed)
		return fmt.Errorf("%d of %d targets failed: %s", len(r.failed), r.ran, strings.Join(r.failed, ", "))
	}
	fmt.Printf("%d targets for %v each, and no finding\n", r.ran, r.duration)
	return nil
}

func (r *runner) folder(f folder) {
	binary := filepath.Join(r.dir, strings.ReplaceAll(f.path, "/", "-")+".test")
	build := exec.Command("go", "test", "-c", "-fuzz=.", "-vet=off", "-ldflags=-s -w", "-o", binary, "./"+f.path)
	build.Dir, build.Env = r.root, append(os.Environ(), "GOWORK=") // the workspace's, whatever this program was built in
	if said, err := build.CombinedOutput(); err != nil {
		r.report(f.path, "(the package)", fmt.Sprintf("does not build: %v\n%s", err, said), false)
		return
	}
	for _, target := range f.targets {
		suspect := ""
		for try, duration := 1, r.duration; ; try, duration = try+1, max(r.duration, min(10*r.duration, time.Minute)) {
			// What says nothing is tried once more, and a short run for longer: the machine may be busy.
			// Making inputs smaller, which go test does with each that reaches new code, would take most of a short run.
			cmd := exec.Command(binary, "-test.run=^$", "-test.fuzz=^"+target+"$", "-test.fuzztime="+duration.String(),
				"-test.parallel=1", "-test.fuzzminimizetime=0x",
				"-test.fuzzcachedir="+filepath.Join(r.dir, "corpora", f.path))
			cmd.Dir = filepath.Join(r.root, filepath.FromSlash(f.path))
			said, err := cmd.CombinedOutput()
			res := judge(string(said), err)
			if res.again && try == 1 {
				suspect = res.suspect
				continue
			}
			if res.passed && suspect != "" {
				res.text += ", " + suspect + " among them, at which the process of a first run was held up or died"
				_ = os.Remove(filepath.Join(cmd.Dir, filepath.FromSlash(suspect)))
			}
			r.report(f.path, target, res.text, res.passed)
			break
		}
	}
}

func (r *runner) report(path, target, text string, passed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ran++
	if !passed {
		r.failed = append(r.failed, path+"/"+target)
		text = "FAILED: " + text
	}
	fmt.Printf("%-34s %-26s %s\n", path, target, text)
}
