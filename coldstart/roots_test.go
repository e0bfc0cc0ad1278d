package coldstart_test

import (
	"context"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// TestRootsInAProcessOfTheirOwn is the process of the test below: a process loads the system's certificates once. It takes
// their file away after the Connect task, or before it.
func TestRootsInAProcessOfTheirOwn(t *testing.T) {
	url, when := os.Getenv("ROOTS_URL"), os.Getenv("ROOTS_GO")
	if url == "" {
		t.Skip("this is the process of another test")
	}
	remove := func() {
		if err := os.Remove(os.Getenv("SSL_CERT_FILE")); err != nil {
			t.Fatal(err)
		}
	}
	if when == "before" {
		remove()
	}
	client, err := coldstart.NewHTTPClient(nil)
	if err != nil {
		t.Fatal(err)
	}
	table := dynamodb.New(dynamodb.Options{BaseEndpoint: &url, Region: "eu-central-1", Credentials: static, HTTPClient: client}, attempts(1))
	connect := coldstart.Connect("table", func(ctx context.Context) error { return getItem(ctx, table) })
	if _, err := coldstart.Run(t.Context(), required(connect)); err != nil {
		t.Fatal(err)
	}
	if when == "after" {
		remove()
	}
	if err := getItem(t.Context(), table); err != nil {
		t.Fatal(err)
	}
}

// Where a Connect task does not connect, it loads the root certificates nevertheless.
func TestRootsAreLoadedEarly(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("the system's certificates are not in a file here")
	}
	s := newService(t, false)
	for when, want := range map[string]bool{"after": true, "before": false} {
		file := filepath.Join(t.TempDir(), "roots.pem")
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestRootsInAProcessOfTheirOwn$")
		cmd.Env = []string{
			"ROOTS_URL=" + s.URL, "ROOTS_GO=" + when, "SSL_CERT_FILE=" + file, "SSL_CERT_DIR=" + t.TempDir(),
			"AWS_LAMBDA_INITIALIZATION_TYPE=provisioned-concurrency", "AWS_EC2_METADATA_DISABLED=true",
		}
		out, err := cmd.CombinedOutput()
		if (err == nil) != want {
			t.Errorf("certificates taken away %s connecting: %v\n%s", when, err, out)
		}
		if !want && !strings.Contains(string(out), "unknown authority") {
			t.Errorf("the call failed otherwise: %s", out)
		}
	}
}
