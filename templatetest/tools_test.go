package templatetest_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// These tests ask the tools themselves whether what the library writes, and what it takes for right, is right. A tool that is
// not on the machine makes them skip; with TEST_TOOLS_REQUIRED=1 it makes them fail. They take half a minute: -short leaves them out.

func lacks(t *testing.T, format string, args ...any) {
	t.Helper()
	text := "NOT CHECKED: " + fmt.Sprintf(format, args...)
	if os.Getenv("TEST_TOOLS_REQUIRED") == "1" {
		t.Fatal(text + ", and TEST_TOOLS_REQUIRED is set")
	}
	t.Skip(text)
}

func tool(t *testing.T, name string) string {
	t.Helper()
	if testing.Short() {
		lacks(t, "%s: -short is given", name)
	}
	path, err := exec.LookPath(name)
	if err != nil {
		lacks(t, "there is no %s on PATH", name)
	}
	return path
}

// run runs a tool in a folder and returns all that it says.
func run(t *testing.T, folder string, environment []string, name string, args ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir = folder
	command.Env = append(os.Environ(), append(environment, "AWS_EC2_METADATA_DISABLED=true",
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_REGION=us-east-1")...)
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	err := command.Run()
	return said.String(), err
}

func TestCfnLintTakesTheTemplates(t *testing.T) {
	t.Parallel()
	lint := tool(t, "cfn-lint")
	folder := t.TempDir()
	generated := filepath.Join(folder, "generated.yaml")
	write(t, generated, templateOf(newAppTable().CloudFormation()))
	for _, file := range []string{generated, "testdata/template.yaml", "testdata/several/template.yaml"} {
		path, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		// W3002 says that a local CodeUri has to be packaged.
		if said, err := run(t, folder, nil, lint, path, "--regions", "us-east-1", "--ignore-checks", "W3002"); err != nil {
			t.Errorf("%s: %v\n%s", file, err, said)
		}
	}
	broken := filepath.Join(folder, "broken.yaml")
	write(t, broken, strings.Replace(templateOf(newAppTable().CloudFormation()), "KeyType: RANGE", "KeyType: SORT", 1))
	if said, err := run(t, folder, nil, lint, broken, "--regions", "us-east-1"); err == nil {
		t.Errorf("a key type that is none was taken, so the check proves nothing: %s", said)
	}
}

func TestTerraformTakesTheFiles(t *testing.T) {
	t.Parallel()
	terraform := tool(t, "terraform")
	mirror := providerMirror(t)
	folder := t.TempDir()
	configuration := filepath.Join(folder, "cli.tfrc")
	write(t, configuration, fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror))
	environment := []string{"TF_CLI_CONFIG_FILE=" + configuration, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_DATA_DIR="}
	ask := func(args ...string) (string, error) { return run(t, folder, environment, terraform, args...) }
	must := func(args ...string) {
		t.Helper()
		if said, err := ask(args...); err != nil {
			t.Fatalf("terraform %s: %v\n%s", strings.Join(args, " "), err, said)
		}
	}
	place := func(name, source string) {
		t.Helper()
		write(t, filepath.Join(folder, name), source)
	}
	fixture := func(name string) string {
		t.Helper()
		source, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(source)
	}

	// The plan goes further than validate: the provider checks there that every attribute is a key's. It needs no AWS.
	plan := []string{"plan", "-input=false", "-no-color", "-refresh=false", "-lock=false"}
	place("provider.tf", `provider "aws" {
  region                      = "us-east-1"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}
`)
	for _, name := range []string{"versions.tf", "variables.tf", "table.tf", "events.tf"} {
		place(name, fixture("terraform/"+name))
	}
	generated := strings.Replace(terraformOf(newAppTable().Terraform()), `" "app"`, `" "generated"`, 1)
	place("generated.tf", generated)
	must("fmt", "-check", "-diff")
	must("init", "-input=false", "-no-color")
	must(plan...)
	place("generated.tf", strings.Replace(generated, `"GSI1SK"`, `"Other"`, 1))
	if said, err := ask(plan...); err == nil || !strings.Contains(said, "Other") {
		t.Errorf("an attribute of no key: got %v, so the check proves nothing\n%s", err, said)
	}

	// Version 5 of the provider has no indexes of several attributes: it must refuse them, not make other ones.
	place("generated.tf", strings.Replace(fixture("several/table.tf"), `" "app"`, `" "several"`, 1))
	must("fmt", "-check", "-diff")
	said, err := ask("validate", "-no-color")
	switch version := providerVersion(t, mirror); {
	case strings.HasPrefix(version, "5."):
		if err == nil || !strings.Contains(said, `Blocks of type "key_schema" are not expected here`) {
			t.Errorf("key_schema blocks in version %s: got %v\n%s", version, err, said)
		}
	case err != nil:
		t.Errorf("key_schema blocks in version %s: %v\n%s", version, err, said)
	}
}

// providerVersion returns the last version of the AWS provider that the mirror has.
func providerVersion(t *testing.T, mirror string) string {
	t.Helper()
	versions, err := os.ReadDir(filepath.Join(mirror, awsProvider))
	if err != nil {
		t.Fatal(err)
	}
	return versions[len(versions)-1].Name()
}

const awsProvider = "registry.terraform.io/hashicorp/aws"

// providerMirror finds a folder on this machine that holds the AWS provider, as terraform providers mirror and the image of the
// project's machines lay it out. TEST_TERRAFORM_MIRROR names one instead. Nothing is downloaded: the provider has 600 MB.
func providerMirror(t *testing.T) string {
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
		lacks(t, "there is no mirror of Terraform providers with %s on this machine (TEST_TERRAFORM_MIRROR can name one)", awsProvider)
	}
	return found
}
