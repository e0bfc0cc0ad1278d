package lambdaruntime

import (
	"context"
	"debug/buildinfo"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBuildSettings(t *testing.T) {
	t.Parallel()
	info, err := buildinfo.ReadFile(functionBinary)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, setting := range info.Settings {
		got[setting.Key] = setting.Value
	}
	for key, want := range map[string]string{"CGO_ENABLED": "0", "-tags": "lambda.norpc", "-trimpath": "true"} {
		if got[key] != want {
			t.Errorf("%s=%q, want %q", key, got[key], want)
		}
	}
	if base := filepath.Base(functionBinary); strings.TrimSuffix(base, ".exe") != "bootstrap" || !filepath.IsAbs(functionBinary) {
		t.Errorf("built %s", functionBinary)
	}
}

func TestBuildErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.mod": "module broken\n", "main.go": "package main\n\nfunc main() { undeclared() }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Build(t.Context(), dir, ".", filepath.Join(dir, "out"))
	if err == nil || !strings.Contains(err.Error(), "undefined: undeclared") {
		t.Errorf("got %v, want the compiler's words", err)
	}
	if _, err := Build(t.Context(), dir, ".", filepath.Join(dir, "main.go")); err == nil || !strings.Contains(err.Error(), "output folder") {
		t.Errorf("with a file as the output folder: %v", err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("no time")
	cancel(reason)
	if _, err := Build(ctx, dir, ".", dir); !errors.Is(err, reason) {
		t.Errorf("with an ended context: %v", err)
	}
}
