// Command dependencies writes docs/dependencies.md: what other people's modules the repository's modules require, with
// versions and licences. It fails where it does not know a licence, or where one is not allowed.
//
//	go run ./dependencies [-check]
//
// With -check it writes nothing, and fails if the file is not what it would write.
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

const rootPath = "github.com/lambdapatterns/lambdapatterns"

// The licences that the repository's modules may depend on, by SPDX's names. Those with modules are for these alone: nothing
// that becomes part of a function is to have them.
var allowed = map[string][]string{
	"Apache-2.0":   nil,
	"BSD-2-Clause": nil,
	"BSD-3-Clause": nil,
	"ISC":          nil,
	"MIT":          nil,
	"MIT-0":        nil,
	"MPL-2.0":      {"examples", "templatetest"}, // templatetest is for tests
}

func main() {
	check := flag.Bool("check", false, "fail if docs/dependencies.md is not up to date")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, "dependencies:", err)
		os.Exit(1)
	}
}

func run(check bool) error {
	out, err := exec.Command("git", "rev-parse", "--show-toplevel").Output()
	if err != nil {
		return fmt.Errorf("git rev-parse --show-toplevel: %w", err)
	}
	root := strings.TrimSpace(string(out))
	folders, err := moduleFolders(root)
	if err != nil {
		return err
	}
	all := map[module.Version]*dependency{}
	for _, folder := range folders {
		if err := collect(root, folder, all); err != nil {
			return fmt.Errorf("%s: %w", name(folder), err)
		}
	}
	var errs []error
	var sorted []*dependency
	for _, d := range all {
		errs = append(errs, d.refused()...)
		sorted = append(sorted, d)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	slices.SortFunc(sorted, func(a, b *dependency) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), semver.Compare(a.Version.Version, b.Version.Version))
	})

	file := filepath.Join(root, "docs", "dependencies.md")
	want := page(folders, sorted)
	if !check {
		return os.WriteFile(file, want, 0o644)
	}
	got, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		return errors.New("docs/dependencies.md is out of date: GOWORK=off go -C .ci run ./dependencies writes it")
	}
	fmt.Printf("%d versions of other people's modules, each with a licence that is allowed\n", len(sorted))
	return nil
}

// moduleFolders are those of the repository's modules, the root first.
func moduleFolders(root string) ([]string, error) {
	cmd := exec.Command("git", "ls-files", "--", "go.mod", "*/go.mod")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files: %w", err)
	}
	var folders []string
	for _, f := range strings.Fields(string(out)) {
		if !strings.Contains(f, "testdata/") {
			folders = append(folders, strings.TrimSuffix(strings.TrimSuffix(f, "go.mod"), "/"))
		}
	}
	slices.Sort(folders)
	return folders, nil
}

// dependency is a version of a module of somebody else's.
type dependency struct {
	module.Version
	licences []string
	direct   map[string]bool // by the folder of ours that requires it
}

// collect adds what the go.mod in folder requires. With pruned module graphs that is all that its packages and tests are built
// of.
func collect(root, folder string, all map[module.Version]*dependency) error {
	dir := filepath.Join(root, filepath.FromSlash(folder))
	text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return err
	}
	f, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		return err
	}
	where, err := download(dir)
	if err != nil {
		return err
	}
	for _, r := range f.Require {
		if r.Mod.Path == rootPath || strings.HasPrefix(r.Mod.Path, rootPath+"/") {
			continue
		}
		d := all[r.Mod]
		if d == nil {
			d = &dependency{Version: r.Mod, direct: map[string]bool{}}
			if d.licences, err = licencesIn(where[r.Mod]); err != nil {
				return fmt.Errorf("%s: %w", r.Mod, err)
			}
			all[r.Mod] = d
		}
		d.direct[folder] = !r.Indirect
	}
	return nil
}

// download has go put what is required into the module cache, and returns where it is.
func download(dir string) (map[module.Version]string, error) {
	cmd := exec.Command("go", "mod", "download", "-json")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOWORK=off")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go mod download: %w", err)
	}
	where := map[module.Version]string{}
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var m struct{ Path, Version, Dir string }
		if err := dec.Decode(&m); err != nil {
			return nil, err
		}
		where[module.Version{Path: m.Path, Version: m.Version}] = m.Dir
	}
	return where, nil
}

// refused says which of the licences are not allowed to those that require d.
func (d *dependency) refused() []error {
	var errs []error
	for _, l := range d.licences {
		only, ok := allowed[l]
		for folder := range d.direct {
			if !ok || only != nil && !slices.Contains(only, folder) {
				errs = append(errs, fmt.Errorf("%s requires %s, whose licence is %s: that is not allowed there", name(folder), d.Version, l))
			}
		}
	}
	return errs
}

// name is what the page calls the module in a folder.
func name(folder string) string {
	if folder == "" {
		return "root"
	}
	return path.Base(folder)
}

func page(folders []string, all []*dependency) []byte {
	var b bytes.Buffer
	b.WriteString(`# Dependencies

Other people's modules that the modules of this repository require, as their ` + "`go.mod`" + ` has them. Users of the library get what stands
under root, and of ` + "`tracingotlp` and `templatetest`" + ` when they import those; the others are for examples, tests and checks.

` + "`GOWORK=off go -C .ci run ./dependencies`" + ` writes this page. It tells licences by their characteristic sentences; a module without a
licence that is on its list fails the checks.

| module | version | licence |`)
	rule := "\n|---|---|---|"
	for _, f := range folders {
		b.WriteString(" " + name(f) + " |")
		rule += "---|"
	}
	b.WriteString(rule + "\n")
	for _, d := range all {
		fmt.Fprintf(&b, "| `%s` | %s | %s |", d.Path, d.Version.Version, strings.Join(d.licences, ", "))
		for _, f := range folders {
			direct, required := d.direct[f]
			switch {
			case direct:
				b.WriteString(" direct |")
			case required:
				b.WriteString(" indirect |")
			default:
				b.WriteString(" |")
			}
		}
		b.WriteString("\n")
	}
	return b.Bytes()
}
