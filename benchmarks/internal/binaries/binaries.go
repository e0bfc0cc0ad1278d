// Package binaries builds functions for benchmarks, once for all processes of a run.
package binaries

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
)

// Variable names the folder in which binaries are kept; without it each process builds its own.
const Variable = "BENCHMARKS_BINARIES"

// Build returns the path of the function pkg, an import path or one that counts from dir, built as Lambda wants it.
func Build(tb testing.TB, dir, pkg string) string {
	tb.Helper()
	folder := os.Getenv(Variable)
	if folder == "" {
		folder = tb.TempDir()
	}
	absolute, err := filepath.Abs(dir)
	if err != nil {
		tb.Fatal(err)
	}
	folder = filepath.Join(folder, filepath.Base(absolute)+"-"+filepath.Base(pkg))
	if path := filepath.Join(folder, "bootstrap"); os.Getenv(Variable) != "" {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	path, err := lambdaruntime.Build(tb.Context(), dir, pkg, folder)
	if err != nil {
		tb.Fatal(err)
	}
	return path
}
