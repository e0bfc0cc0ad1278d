package deploy

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// checkEnvironment compares the variables that the templates set with those that the code reads.
func checkEnvironment(d *deployment) {
	for _, f := range d.functions {
		code, err := variables(filepath.Dir(d.folder), d.name+"/"+f.pkg)
		if err != nil {
			d.report("%s: %v", f.pkg, err)
		}
		code = append(code, f.library...)
		for by, place := range map[string]string{
			"SAM":       "AWS::Serverless::Function " + f.sam + " Environment Variables",
			"Terraform": "aws_lambda_function " + f.terraform + " environment variables",
		} {
			n, ok := d.at(place)
			if !ok {
				continue
			}
			names, err := n.Keys()
			if err != nil {
				d.report("%s: %v", place, err)
				continue
			}
			d.compare(f.pkg+": variables", by, names, "the code", code)
		}
	}
}

const examplesModule = "github.com/lambdapatterns/lambdapatterns/examples/"

// variables returns the environment variables that a main package and what it imports of the examples read by os.Getenv and
// os.LookupEnv. It leaves out AWS's own. What cannot be told from the source is an error: a name that is no literal, or a function
// that is passed on or reads the whole environment.
func variables(root, pkg string) ([]string, error) {
	found, seen := map[string]bool{}, map[string]bool{}
	var visit func(pkg string) error
	visit = func(pkg string) error {
		if seen[pkg] {
			return nil
		}
		seen[pkg] = true
		files := token.NewFileSet()
		paths, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pkg), "*.go"))
		if err != nil || len(paths) == 0 {
			return fmt.Errorf("%s: %w", pkg, fs.ErrNotExist)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			if err := readsOf(files, file, found); err != nil {
				return err
			}
			for _, spec := range file.Imports {
				imported, _ := strconv.Unquote(spec.Path.Value)
				if below, ok := strings.CutPrefix(imported, examplesModule); ok {
					if err := visit(below); err != nil {
						return err
					}
				}
			}
		}
		return nil
	}
	err := visit(pkg)
	var names []string
	for name := range found {
		if !strings.HasPrefix(name, "AWS_") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, err
}

// readsOf puts the variables that a file reads into found.
func readsOf(files *token.FileSet, file *ast.File, found map[string]bool) error {
	for _, spec := range file.Imports {
		if spec.Name != nil && (spec.Path.Value == `"os"` || spec.Path.Value == `"syscall"`) {
			return fmt.Errorf("%s: what is read under another name is not seen", files.Position(spec.Pos()))
		}
	}
	literal := map[*ast.SelectorExpr]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 {
			return true
		}
		selector, ok1 := call.Fun.(*ast.SelectorExpr)
		argument, ok2 := call.Args[0].(*ast.BasicLit)
		if ok1 && ok2 && argument.Kind == token.STRING {
			literal[selector], _ = strconv.Unquote(argument.Value)
		}
		return true
	})
	var err error
	ast.Inspect(file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok || err != nil {
			return err == nil
		}
		if of, ok := selector.X.(*ast.Ident); !ok || of.Name != "os" && of.Name != "syscall" ||
			!slices.Contains([]string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"}, selector.Sel.Name) {
			return true
		}
		variable, ok := literal[selector]
		if !ok || selector.Sel.Name == "Environ" || selector.Sel.Name == "ExpandEnv" {
			err = fmt.Errorf("%s: os.%s without a literal name: what it reads is not known", files.Position(selector.Pos()), selector.Sel.Name)
			return false
		}
		found[variable] = true
		return true
	})
	return err
}
