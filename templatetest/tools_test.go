package templatetest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/internal/tooltest"
)

// These tests ask the tools themselves whether what the library writes, and what it takes for right, is right. They take half a
// minute: -short leaves them out.

func TestCfnLintTakesTheTemplates(t *testing.T) {
	t.Parallel()
	lint := tooltest.Find(t, "cfn-lint")
	folder := t.TempDir()
	generated := filepath.Join(folder, "generated.yaml")
	write(t, generated, templateOf(newAppTable().CloudFormation()))
	for _, file := range []string{generated, "testdata/template.yaml", "testdata/several/template.yaml"} {
		path, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		// W3002 says that a local CodeUri has to be packaged.
		if said, err := tooltest.Run(t, folder, nil, lint, path, "--regions", "us-east-1", "--ignore-checks", "W3002"); err != nil {
			t.Errorf("%s: %v\n%s", file, err, said)
		}
	}
	broken := filepath.Join(folder, "broken.yaml")
	write(t, broken, strings.Replace(templateOf(newAppTable().CloudFormation()), "KeyType: RANGE", "KeyType: SORT", 1))
	if said, err := tooltest.Run(t, folder, nil, lint, broken, "--regions", "us-east-1"); err == nil {
		t.Errorf("a key type that is none was taken, so the check proves nothing: %s", said)
	}
}

func TestTerraformTakesTheFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	terraform := tooltest.NewTerraform(t, folder)
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
	terraform.Must("fmt", "-check", "-diff")
	terraform.Must("init", "-input=false", "-no-color")
	terraform.Must(plan...)
	place("generated.tf", strings.Replace(generated, `"GSI1SK"`, `"Other"`, 1))
	if said, err := terraform.Ask(plan...); err == nil || !strings.Contains(said, "Other") {
		t.Errorf("an attribute of no key: got %v, so the check proves nothing\n%s", err, said)
	}

	// Version 5 of the provider has no indexes of several attributes: it must refuse them, not make other ones.
	place("generated.tf", strings.Replace(fixture("several/table.tf"), `" "app"`, `" "several"`, 1))
	terraform.Must("fmt", "-check", "-diff")
	said, err := terraform.Ask("validate", "-no-color")
	switch version := terraform.Version; {
	case strings.HasPrefix(version, "5."):
		if err == nil || !strings.Contains(said, `Blocks of type "key_schema" are not expected here`) {
			t.Errorf("key_schema blocks in version %s: got %v\n%s", version, err, said)
		}
	case err != nil:
		t.Errorf("key_schema blocks in version %s: %v\n%s", version, err, said)
	}
}
