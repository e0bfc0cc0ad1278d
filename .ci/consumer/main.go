// Command consumer looks at the modules as their users get them. It packs those of the working tree as a module proxy serves
// them, under the version that they would have, and builds small services of other people's from an empty module cache: one
// for each package, and one that uses all. It fails if one does not build, links what it must not, or costs more than
// budgets.txt lets it, and if a packed module is not tidy: go.mod and go.sum must need nothing that is not in the package.
//
// Other people's modules come from the machine's module cache where that has them, and from its proxy otherwise.
//
//	go run ./consumer [-write]
//
// With -write it puts into budgets.txt what it has measured, and three per cent.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	write := flag.Bool("write", false, "write budgets.txt anew, three per cent above what is measured")
	flag.Parse()
	if err := check(*write); err != nil {
		fmt.Fprintln(os.Stderr, "consumer:", err)
		os.Exit(1)
	}
}

func check(write bool) (err error) {
	root, err := output("", "git", "rev-parse", "--show-toplevel")
	if err != nil {
		return err
	}
	file := filepath.Join(root, ".ci", "consumer", "budgets.txt")
	budgets, err := readBudgets(file)
	if err != nil {
		return err
	}
	services, err := filepath.Glob(filepath.Join(root, ".ci", "consumer", "testdata", "*", "main.go"))
	if err != nil {
		return err
	}
	if len(services) != len(budgets) {
		return fmt.Errorf("there are %d services in testdata and %d budgets in budgets.txt", len(services), len(budgets))
	}
	dir, err := os.MkdirTemp("", "consumer-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	w, err := newWorkshop(root, dir)
	if err != nil {
		return err
	}
	for _, m := range w.modules {
		if err := w.unpack(m); err != nil {
			return err
		}
	}
	var failures []error
	fmt.Printf("%-14s %10s %9s %8s %7s\n", "service", "bytes", "packages", "modules", "go.sum")
	for i, b := range budgets {
		got, err := w.measure(b)
		if err != nil {
			return fmt.Errorf("the service that uses %s: %w", b.service, err)
		}
		fmt.Println(got)
		failures = append(failures, got.exceeds(b)...)
		budgets[i] = got.budget(b)
	}
	if write {
		return budgets.write(file)
	}
	if len(failures) > 0 {
		failures = append(failures, errors.New("if it is worth that, GOWORK=off go -C .ci run ./consumer -write raises the budgets: "+
			"say in the commit what is got for it"))
	}
	return errors.Join(failures...)
}

// output runs a command in dir with env besides the process's own environment, and returns what it printed.
func output(dir, name string, args ...string) (string, error) {
	return outputEnv(dir, nil, name, args...)
}

func outputEnv(dir string, env []string, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s%s", name, strings.Join(args, " "), err, out, said.String())
	}
	return strings.TrimSpace(string(out)), nil
}
