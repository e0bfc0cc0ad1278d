// Package tooltest runs the tools that check infrastructure files, terraform and cfn-lint, for tests. A tool that is not on the
// machine makes a test skip, loudly; with TEST_TOOLS_REQUIRED=1 it makes it fail. As the tools take their time, -short leaves them
// out.
package tooltest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Lacks skips the test, or fails it with TEST_TOOLS_REQUIRED=1, for what is not on the machine.
func Lacks(t testing.TB, format string, args ...any) {
	t.Helper()
	text := "NOT CHECKED: " + fmt.Sprintf(format, args...)
	if os.Getenv("TEST_TOOLS_REQUIRED") == "1" {
		t.Fatal(text + ", and TEST_TOOLS_REQUIRED is set")
	}
	t.Skip(text)
}

// Find returns where a tool is on PATH.
func Find(t testing.TB, name string) string {
	t.Helper()
	if testing.Short() {
		Lacks(t, "%s: -short is given", name)
	}
	path, err := exec.LookPath(name)
	if err != nil {
		Lacks(t, "there is no %s on PATH", name)
	}
	return path
}

// Run runs a tool in a folder, with more environment variables than the test has, and returns all that it says. Its credentials
// are none of AWS's.
func Run(t testing.TB, folder string, environment []string, name string, args ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir = folder
	command.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "AWS_PROFILE=") || strings.HasPrefix(v, "AWS_SESSION_TOKEN=")
	})
	command.Env = append(append(command.Env, environment...), "AWS_EC2_METADATA_DISABLED=true",
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1")
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	err := command.Run()
	return said.String(), err
}
