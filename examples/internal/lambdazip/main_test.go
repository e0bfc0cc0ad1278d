package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestPack(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	binary := filepath.Join(folder, "payments", "api", "bootstrap")
	if err := os.MkdirAll(filepath.Dir(binary), 0o755); err != nil {
		t.Fatal(err)
	}
	var packed [2][]byte
	for i, at := range []time.Time{time.Unix(1e9, 0), time.Unix(2e9, 0)} {
		if err := os.WriteFile(binary, []byte("\x7fELF"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(binary, at, at); err != nil {
			t.Fatal(err)
		}
		path, err := pack(folder, "payments/api")
		if err != nil || path != filepath.Join(folder, "payments-api.zip") {
			t.Fatal(path, err)
		}
		if packed[i], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(packed[0], packed[1]) {
		t.Error("the zip depends on when the binary was built, or with which mode")
	}

	r, err := zip.NewReader(bytes.NewReader(packed[0]), int64(len(packed[0])))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.File) != 1 || r.File[0].Name != "bootstrap" || r.File[0].Mode() != 0o755 {
		t.Fatalf("the zip has %v", r.File)
	}
	f, err := r.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if content, err := io.ReadAll(f); err != nil || string(content) != "\x7fELF" {
		t.Errorf("got %q, %v", content, err)
	}
	if _, err := pack(folder, "payments/nothing"); err == nil {
		t.Error("what was not built was packed")
	}
}
