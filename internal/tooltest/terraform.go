package tooltest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Terraform runs terraform in one folder, with the AWS provider of the machine and nothing of the network.
type Terraform struct {
	t           testing.TB
	path        string
	folder      string
	environment []string

	// Version is the AWS provider's, such as 5.100.0.
	Version string
}

// NewTerraform finds terraform and the provider, for a folder.
func NewTerraform(t testing.TB, folder string) *Terraform {
	t.Helper()
	path := Find(t, "terraform")
	mirror := providerMirror(t)
	versions, err := os.ReadDir(filepath.Join(mirror, awsProvider))
	if err != nil {
		t.Fatal(err)
	}
	configuration := filepath.Join(t.TempDir(), "cli.tfrc")
	text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror)
	if err := os.WriteFile(configuration, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return &Terraform{
		t: t, path: path, folder: folder, Version: versions[len(versions)-1].Name(),
		environment: []string{"TF_CLI_CONFIG_FILE=" + configuration, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_DATA_DIR="},
	}
}

// Ask runs a command and returns all that it says.
func (x *Terraform) Ask(args ...string) (string, error) {
	x.t.Helper()
	return Run(x.t, x.folder, x.environment, x.path, args...)
}

// Must runs a command and fails the test when that does.
func (x *Terraform) Must(args ...string) {
	x.t.Helper()
	if said, err := x.Ask(args...); err != nil {
		x.t.Fatalf("terraform %s: %v\n%s", strings.Join(args, " "), err, said)
	}
}

const awsProvider = "registry.terraform.io/hashicorp/aws"

// providerMirror finds a folder on this machine that holds the AWS provider, as terraform providers mirror and the image of the
// project's machines lay it out. TEST_TERRAFORM_MIRROR names one instead. Nothing is downloaded: the provider has 600 MB.
func providerMirror(t testing.TB) string {
	t.Helper()
	if mirror := os.Getenv("TEST_TERRAFORM_MIRROR"); mirror != "" {
		return mirror
	}
	found := ""
	const depth = 6
	pass := map[string]bool{"/proc": true, "/sys": true, "/dev": true, "/run": true, filepath.Clean(os.TempDir()): true}
	if runtime.GOOS != "windows" {
		_ = filepath.WalkDir("/", func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return fs.SkipDir // not for us to read
			case !d.IsDir():
				return nil
			case pass[path], d.Name() == ".terraform", d.Name() == "node_modules", strings.Count(path, "/") > depth:
				return fs.SkipDir
			case d.Name() == "registry.terraform.io":
				if _, err := os.Stat(filepath.Join(filepath.Dir(path), awsProvider)); err == nil {
					found = filepath.Dir(path)
					return fs.SkipAll
				}
				return fs.SkipDir
			}
			return nil
		})
	}
	if found == "" {
		Lacks(t, "there is no mirror of Terraform providers with %s on this machine (TEST_TERRAFORM_MIRROR can name one)", awsProvider)
	}
	return found
}
