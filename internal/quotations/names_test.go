package quotations

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// name is what a guide calls by a name in the code: `sqsbatch.Handle`, `singletable.Repo.Get`, `sqsqueue.Config{…}`.
var name = regexp.MustCompile("`([a-z][a-z0-9]*)\\.([A-Z][A-Za-z0-9]*(?:\\.[A-Z][A-Za-z0-9]*)?)")

func TestNamesAreExported(t *testing.T) {
	t.Parallel()
	packages := map[string]string{} // folders by name
	for file := range files(t) {
		if dir := path.Dir(file); filepath.Ext(file) == ".go" && !strings.Contains(dir, "internal") && !strings.Contains(dir, "testdata") &&
			!strings.HasPrefix(dir, "examples/") && !strings.HasPrefix(dir, "benchmarks") {
			packages[path.Base(dir)] = dir
		}
	}
	names := 0
	for _, file := range quotingFiles(t) {
		for i, l := range strings.Split(read(t, file), "\n") {
			for _, found := range name.FindAllStringSubmatch(l, -1) {
				dir := packages[found[1]]
				if dir == "" {
					continue // of another module: lambda.Start
				}
				names++
				if !exports(dir)[found[2]] {
					t.Errorf("%s:%d: package %s does not export %s", file, i+1, dir, found[2])
				}
			}
		}
	}
	if names < 20 {
		t.Errorf("%d names were found, so the others were not", names)
	}
	if e := exports("singletable"); !e["Repo.Get"] || !e["Schema.Unique"] || !e["ErrNotFound"] || e["Repo.Got"] {
		t.Error("the names of package singletable are not read")
	}
}

var parsed sync.Map // of maps by folder

// exports are the names that the package of a folder exports, with methods and fields behind their types. It is nil where there is
// no package.
func exports(dir string) map[string]bool {
	if known, ok := parsed.Load(dir); ok {
		return known.(map[string]bool)
	}
	paths, _ := filepath.Glob(filepath.Join(root, dir, "*.go"))
	var names map[string]bool
	for _, p := range paths {
		if strings.HasSuffix(p, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		if names == nil {
			names = map[string]bool{}
		}
		for _, d := range f.Decls {
			declared(d, names)
		}
	}
	parsed.Store(dir, names)
	return names
}

func declared(d ast.Decl, names map[string]bool) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			names[d.Name.Name] = true
			return
		}
		names[receiver(d.Recv.List[0].Type)+"."+d.Name.Name] = true
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.ValueSpec:
				for _, n := range s.Names {
					names[n.Name] = true
				}
			case *ast.TypeSpec:
				names[s.Name.Name] = true
				for _, n := range members(s.Type) {
					names[s.Name.Name+"."+n] = true
				}
			}
		}
	}
}

func members(t ast.Expr) []string {
	var list *ast.FieldList
	switch t := t.(type) {
	case *ast.StructType:
		list = t.Fields
	case *ast.InterfaceType:
		list = t.Methods
	default:
		return nil
	}
	var names []string
	for _, f := range list.List {
		for _, n := range f.Names {
			names = append(names, n.Name)
		}
	}
	return names
}

func receiver(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return receiver(t.X)
	case *ast.IndexExpr:
		return receiver(t.X)
	case *ast.IndexListExpr:
		return receiver(t.X)
	case *ast.Ident:
		return t.Name
	}
	return ""
}
