package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// function is how Lambda's functions are built.
var function = []string{"GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0"}

// unpack has go look at what is in a module's package: whether go.mod and go.sum are those of that, and whether it builds.
func (w *workshop) unpack(m module.Version) error {
	dir := filepath.Join(w.dir, "unpacked", filepath.FromSlash(m.Path))
	escaped, err := module.EscapePath(m.Path)
	if err != nil {
		return err
	}
	packed := filepath.Join(w.dir, "proxy", filepath.FromSlash(escaped), "@v", m.Version+".zip")
	if err := zip.Unzip(dir, m, packed); err != nil {
		return err
	}
	// The folders that a replace points to are not there for users.
	for _, other := range w.modules {
		if _, err := output(dir, "go", "mod", "edit", "-dropreplace", other.Path); err != nil {
			return err
		}
	}
	before, err := requirements(dir)
	if err != nil {
		return err
	}
	if _, err := outputEnv(dir, w.env, "go", "mod", "tidy"); err != nil {
		return err
	}
	after, err := requirements(dir)
	if err != nil {
		return err
	}
	if before != after {
		return fmt.Errorf("%s as its users get it is not tidy: go mod tidy makes\n%s\nof\n%s", m.Path, after, before)
	}
	_, err = outputEnv(dir, slices.Concat(function, w.env), "go", "build", "-trimpath", "-tags=lambda.norpc", "./...")
	return err
}

// requirements are the go.mod and go.sum in dir, without the sums of the repository's own modules, which the working tree
// does not have.
func requirements(dir string) (string, error) {
	var out strings.Builder
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return "", err
		}
		for line := range strings.Lines(string(text)) {
			if name == "go.mod" || !strings.HasPrefix(line, rootPath) {
				out.WriteString(line)
			}
		}
	}
	return out.String(), nil
}

// measured is what a service is made of.
type measured struct {
	service                         string
	bytes, packages, modules, goSum int
	linked                          []string // the paths of the modules
}

// measure builds the service of testdata in a module of its own.
func (w *workshop) measure(b budget) (measured, error) {
	got := measured{service: b.service}
	dir := filepath.Join(w.dir, "services", b.service)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return got, err
	}
	source, err := os.ReadFile(filepath.Join(w.root, ".ci", "consumer", "testdata", b.service, "main.go"))
	if err != nil {
		return got, err
	}
	imports, err := parser.ParseFile(token.NewFileSet(), "main.go", source, parser.ImportsOnly)
	if err != nil {
		return got, err
	}
	goMod := "module example.com/" + b.service + "\n\ngo 1.26.0\n"
	sums := ""
	for i, m := range w.modules {
		if !uses(imports, m.Path) {
			continue
		}
		goMod += fmt.Sprintf("\nrequire %s %s\n", m.Path, m.Version)
		// So that nothing comes in that these files do not vouch for, and nobody is asked about the rest.
		sum, err := os.ReadFile(filepath.Join(w.root, filepath.FromSlash(published[i]), "go.sum"))
		if err != nil {
			return got, err
		}
		sums += string(sum)
	}
	for name, text := range map[string]string{"main.go": string(source), "go.mod": goMod, "go.sum": sums} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return got, err
		}
	}
	env := slices.Concat(function, w.env)
	if _, err := outputEnv(dir, env, "go", "mod", "tidy"); err != nil {
		return got, err
	}
	if _, err := outputEnv(dir, env, "go", "build", "-trimpath", "-ldflags=-s -w", "-tags=lambda.norpc", "-o", "bootstrap", "."); err != nil {
		return got, err
	}
	return got, w.count(&got, dir, env)
}

// uses tells whether the file imports a package of the module.
func uses(f *ast.File, modulePath string) bool {
	return slices.ContainsFunc(f.Imports, func(i *ast.ImportSpec) bool { return owner(strings.Trim(i.Path.Value, `"`)) == modulePath })
}

// owner is the module of a package: a nested module's path begins with the root's.
func owner(pkg string) string {
	best := ""
	for _, folder := range published {
		p := strings.TrimSuffix(rootPath+"/"+folder, "/")
		if (pkg == p || strings.HasPrefix(pkg, p+"/")) && len(p) > len(best) {
			best = p
		}
	}
	return best
}

func (w *workshop) count(got *measured, dir string, env []string) error {
	built, err := os.Stat(filepath.Join(dir, "bootstrap"))
	if err != nil {
		return err
	}
	sums, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	if err != nil {
		return err
	}
	got.bytes, got.goSum = int(built.Size()), strings.Count(string(sums), "\n")
	listed, err := outputEnv(dir, env, "go", "list", "-tags=lambda.norpc", "-deps", "-json=ImportPath,Module", ".")
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for dec := json.NewDecoder(strings.NewReader(listed)); dec.More(); {
		var p struct {
			Module *struct {
				Path string
				Main bool
			}
		}
		if err := dec.Decode(&p); err != nil {
			return err
		}
		got.packages++
		if p.Module != nil && !p.Module.Main && !seen[p.Module.Path] {
			seen[p.Module.Path] = true
			got.modules++
			got.linked = append(got.linked, p.Module.Path)
		}
	}
	return nil
}

func (m measured) String() string {
	return fmt.Sprintf("%-14s %10d %9d %8d %7d", m.service, m.bytes, m.packages, m.modules, m.goSum)
}
