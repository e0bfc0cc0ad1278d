package lambdaruntime

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
)

// Build compiles the main package pkg, an import path or a path that begins with ./ and counts from dir, into the folder
// outDir, and returns the binary's absolute path. The build is the one that the runtime provided.al2023 wants (the page
// "Deploy Go Lambda functions with .zip file archives"): a static file named bootstrap without debugging data and without
// aws-lambda-go's RPC mode, but for this machine's operating system and processor.
//
// flags are further flags of go build, which win over Build's own. With -race among them the build uses cgo, as the race
// detector does, and needs a C compiler. Build needs the go command on PATH; without it errors.Is finds
// exec.ErrNotFound. The error of a failed build carries the compiler's output.
func Build(ctx context.Context, dir, pkg, outDir string, flags ...string) (string, error) {
	// The go command runs in dir, so a relative outDir would mean another place there.
	outDir, err := filepath.Abs(outDir)
	if err != nil {
		return "", fmt.Errorf("lambdaruntime: build %s: output folder: %w", pkg, err)
	}
	if err := os.MkdirAll(outDir, 0o755); err != nil {
		return "", fmt.Errorf("lambdaruntime: build %s: output folder: %w", pkg, err)
	}
	binary := filepath.Join(outDir, "bootstrap")
	if runtime.GOOS == "windows" {
		binary += ".exe" // Windows runs nothing without it.
	}

	args := []string{"build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", binary}
	cmd := exec.CommandContext(ctx, "go", append(append(args, flags...), pkg)...)
	cmd.Dir = dir
	cgo := "CGO_ENABLED=0"
	if slices.Contains(flags, "-race") {
		cgo = "CGO_ENABLED=1"
	}
	cmd.Env = append(os.Environ(), cgo, "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
	output, err := cmd.CombinedOutput()
	if err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return "", fmt.Errorf("lambdaruntime: build %s: %w\n%s", pkg, err, bytes.TrimSpace(output))
	}
	return binary, nil
}
