package coldstarttest

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"

	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
)

// bareSource is the function to compare with.
//
//go:embed bare.go.txt
var bareSource []byte

// bareFolder is where the go command is told that bareSource is. Nothing is written there.
const bareFolder = "coldstarttest_bare_function"

// binaries are the paths of two compiled functions.
type binaries struct{ function, bare string }

// build compiles the function, and the bare one as a package of the same module, so that both have the same aws-lambda-go.
func build(ctx context.Context, pkg, tmp string) (binaries, error) {
	folder, err := mainFolder(ctx, pkg)
	if err != nil {
		return binaries{}, err
	}
	source := filepath.Join(tmp, "bare.go")
	overlay := filepath.Join(tmp, "overlay.json")
	replace, err := json.Marshal(map[string]map[string]string{
		"Replace": {filepath.Join(folder, bareFolder, "main.go"): source},
	})
	if err != nil {
		return binaries{}, err
	}
	if err := errors.Join(os.WriteFile(source, bareSource, 0o600), os.WriteFile(overlay, replace, 0o600)); err != nil {
		return binaries{}, err
	}
	var b binaries
	var bareErr error
	var beside sync.WaitGroup
	beside.Go(func() {
		b.bare, bareErr = lambdaruntime.Build(ctx, folder, "./"+bareFolder, filepath.Join(tmp, "bare"), "-overlay", overlay)
	})
	b.function, err = lambdaruntime.Build(ctx, ".", pkg, filepath.Join(tmp, "function"))
	beside.Wait()
	if err == nil && bareErr != nil {
		err = fmt.Errorf("the bare function to compare with: %w", bareErr)
	}
	return b, err
}

// mainFolder returns the folder of a main package.
func mainFolder(ctx context.Context, pkg string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-f", "{{.Name}}\n{{.Dir}}", "--", pkg)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", fmt.Errorf("the go command is not on PATH, and functions are built with it: %w", err)
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case err != nil:
		return "", fmt.Errorf("go list %s: %w\n%s", pkg, err, bytes.TrimSpace(stderr.Bytes()))
	}
	name, folder, _ := bytes.Cut(bytes.TrimSpace(output), []byte("\n"))
	if string(name) != "main" || bytes.ContainsRune(folder, '\n') {
		return "", fmt.Errorf("%s is not one main package", pkg)
	}
	return string(folder), nil
}
